"""Event files below a folder, into a run: each file from where it was read last, a step's values in one row."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gnomon.model.summary import rule_for
from gnomon.sdk import guard
from gnomon.sdk.tensorboard import rows
from gnomon.sdk.tensorboard.events import Value, read
from gnomon.sdk.tensorboard.records import EventFile
from gnomon.sdk.tensorboard.wire import BadMessage

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

MARK = ".tfevents."
MAX_RULES = 500
"""Tags that are said to be drawn over `global_step`; a run with more of them says it itself, with a pattern."""


def event_files(folder: str) -> list[str]:
    """The event files in a folder, in the order they were begun."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    found = sorted((name for name in names if MARK in name), key=lambda name: (name.split(MARK, 1)[1], name))
    return [os.path.join(folder, name) for name in found]


def folders(root: str) -> Iterator[str]:
    """Every folder below this one that has event files."""
    for folder, inner, names in os.walk(root):
        inner.sort()
        if any(MARK in name for name in names):
            yield folder


class Source:
    """One event file, and the step whose values are still being gathered."""

    def __init__(self, path: str, namespace: str) -> None:
        self.file = EventFile(path)
        self.namespace = namespace
        self._step: int | None = None
        self._time = 0.0
        self._values: list[Value] = []

    def new(self, last: bool) -> Iterator[tuple[int, float, list[Value]]]:
        """Steps that are complete: followed by another one, or by nothing since the last look, or by nothing ever."""
        came = False
        for data in self.file.new():
            try:
                event = read(data)
            except (BadMessage, IndexError, TypeError, ValueError):
                path = self.file.path
                guard.warn_once(f"event {path}", f"an event cannot be read and is left out: {path}")
                continue
            if not event.values:
                continue
            came = True
            if event.step != self._step:
                yield from self._taken()
            self._step, self._time = event.step, event.time
            self._values += event.values
        if last or not came:
            yield from self._taken()

    def _taken(self) -> Iterator[tuple[int, float, list[Value]]]:
        if self._values and self._step is not None:
            values, self._values = self._values, []
            yield self._step, self._time, values


class Into:
    """Writes the steps of sources to a run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._ruled: set[str] = set()
        self.steps = 0
        """How many rows were logged."""

    def log(self, source: Source, *, last: bool = False) -> None:
        """What came of this source since."""
        for step, time, values in source.new(last):
            found = rows.settings(values)
            if found:
                self._run.config.update(found, allow_val_change=True)
            with rows.Files() as files:
                row = rows.row(values, step, source.namespace, files)
                if row:
                    self._rule(row)
                    self._run.log({**row, "_timestamp": time})
                    self.steps += 1

    def _rule(self, row: dict[str, Any]) -> None:
        """New tags are drawn over their step, where nobody said anything else."""
        for key in row:
            if key in self._ruled or key == rows.STEP or len(self._ruled) >= MAX_RULES:
                continue
            self._ruled.add(key)
            if rule_for(key, tuple(self._run._rules.values())) is None:
                self._run.define_metric(key, step_metric=rows.STEP)
