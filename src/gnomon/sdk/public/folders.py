"""One run folder, read: what its journals say, however they end. See `docs/formats/journal.md`."""

from __future__ import annotations

import os
from itertools import pairwise
from typing import Any

import msgspec

from gnomon.model.run import MetricRule, RunState
from gnomon.model.summary import KeyFold, fold, forget_given, summary
from gnomon.protocol import journal
from gnomon.protocol.journal import Kind
from gnomon.sdk.begun import host_name
from gnomon.sdk.folder import JOURNAL
from gnomon.sdk.shipper.life import is_alive, same_boot

LATEST = 253_402_300_800.0
"""The end of the year 9999: what is beyond is no time of a run."""
LOST_SECS = 300.0
"""A run of another machine has crashed once nothing was written for so long."""


class Told(msgspec.Struct, kw_only=True):
    """What the journals of a run say, in the order in which it was said."""

    entity: str = ""
    project: str = ""
    run: str = ""
    name: str = ""
    notes: str = ""
    tags: list[str] = []
    group: str = ""
    job_type: str = ""
    host: str = ""
    program: str = ""
    metadata: dict[str, Any] = {}
    config: dict[str, Any] = {}
    given: dict[str, Any] = {}
    """What the user set in the summary, and no later row has replaced."""
    rules: dict[str, MetricRule] = {}
    log: list[tuple[int, float, dict[str, Any]]] = []
    """Step, time and values of each row, in the order in which they were logged."""
    last: dict[str, Any] = {}
    """What was logged last under each key."""
    system: list[dict[str, Any]] = []
    console: list[tuple[str, int, float, bool, str]] = []
    """Journal, line, time, whether it went to stderr, text."""
    files: dict[str, dict[str, Any]] = {}
    """FILE records by path; the last one counts."""
    ends: dict[str, dict[str, Any]] = {}
    """How each attempt ended."""
    attempts: dict[str, dict[str, Any]] = {}
    """BEGIN of each attempt."""
    first_at: float = 0.0
    last_at: float = 0.0

    @property
    def summary(self) -> dict[str, Any]:
        """The flat summary."""
        if not self.rules:
            return {**self.last, **self.given}
        columns: dict[str, list[Any]] = {}
        for _, _, values in self.log:
            for key, value in values.items():
                columns.setdefault(key, []).append(value)
        state: dict[str, KeyFold] = {}
        fold(state, list(columns), list(columns.values()))
        return summary(state, self.rules.values(), self.given)

    def merged(self) -> list[tuple[int, float, dict[str, Any]]]:
        """The rows in step order; of a step that was logged more than once, its last values."""
        steps = [step for step, _, _ in self.log]
        if all(before < after for before, after in pairwise(steps)):
            return self.log
        found: dict[int, tuple[int, float, dict[str, Any]]] = {}
        for step, time, values in self.log:
            before = found.get(step)
            found[step] = (step, time, values if before is None else {**before[2], **values})
        return [found[step] for step in sorted(found)]


def journals(folder: str) -> list[str]:
    """The journals in a folder, the training process's own first, the shipper's last."""
    try:
        names = [name for name in os.listdir(folder) if name.endswith(".journal")]
    except OSError:
        return []
    return sorted(names, key=lambda name: (name != JOURNAL, name == "shipper.journal", name))


def is_run(folder: str) -> bool:
    """Whether a folder is a run's."""
    return os.path.isfile(os.path.join(folder, JOURNAL))


def read(folder: str, told: Told) -> None:
    """Take what a folder's journals say. Damage, and a tail that was cut, cost what they touch, and nothing else."""
    for name in journals(folder):
        try:
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
        except OSError:
            continue
        _Reader(told).read(content)


class _Reader:
    """Reads one journal."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._schemas: dict[int, list[str]] = {}
        self._begin: dict[str, Any] = {}

    def read(self, content: bytes) -> None:
        for found in journal.frames(content):
            try:
                record = journal.decode(found.payload)
                take = _TAKERS.get(record[0])
                if take is not None:
                    take(self, *record[1:])
            except (ValueError, LookupError, TypeError, AttributeError, OverflowError, msgspec.MsgspecError):
                continue  # damaged, or written by a later version

    def begin(self, said: dict[str, Any]) -> None:
        told = self._told
        self._begin = said
        for name in ("entity", "project", "run", "host"):
            if said.get(name):
                setattr(told, name, str(said[name]))
        started_at = float(said.get("started_at", 0.0))
        if said.get("writer") == "main":
            told.attempts[str(said["attempt"])] = {**said, "started_at": started_at}
        self._seen(started_at)

    def run(self, said: dict[str, Any]) -> None:
        for name in ("name", "notes", "group", "job_type", "host", "program"):
            if isinstance(said.get(name), str):
                setattr(self._told, name, said[name])
        if "tags" in said:
            self._told.tags = [str(tag) for tag in said["tags"]]
        if isinstance(said.get("metadata"), dict):
            self._told.metadata = {**self._told.metadata, **said["metadata"]}

    def config(self, values: dict[str, Any], removed: list[str], *_: Any) -> None:
        _change(self._told.config, values, removed)

    def summary(self, values: dict[str, Any], removed: list[str], *_: Any) -> None:
        _change(self._told.given, values, removed)

    def schema(self, id: int, keys: list[str]) -> None:
        self._schemas[id] = msgspec.convert(keys, list[str])

    def row(self, schema: int, step: int, time: float, *values: Any) -> None:
        told, keys = self._told, self._schemas[schema]
        if len(keys) != len(values) or type(step) is not int or not isinstance(time, (int, float)):
            raise ValueError("a row has other keys than its schema says, or no step")
        named = {key: value for key, value in zip(keys, values, strict=True) if value is not None}
        told.log.append((step, time, named))
        told.last.update(named)
        if told.given:
            forget_given(told.given, named)
        self._seen(time)

    def metric(self, said: dict[str, Any]) -> None:
        rule = msgspec.convert({key: value for key, value in said.items() if key != "overwrite"}, MetricRule)
        self._told.rules[rule.name] = rule

    def console(self, line: int, time: float, stream: int, text: str, *_: Any) -> None:
        journal = str(self._begin.get("journal", ""))
        self._told.console.append((journal, int(line), float(time), stream == 2, str(text)))
        self._seen(time)

    def exit(self, said: dict[str, Any]) -> None:
        state = RunState(said.get("state", "finished"))
        self._told.ends[str(self._begin.get("attempt", ""))] = {**said, "state": state}
        self._seen(float(said.get("time", 0.0)))

    def file(self, said: dict[str, Any]) -> None:
        self._told.files[str(said["path"])] = said

    def system(self, time: float, values: dict[str, Any], *_: Any) -> None:
        self._told.system.append({**values, "_time": float(time)})
        self._seen(time)

    def _seen(self, time: float) -> None:
        told = self._told
        if not 0 < time < LATEST:
            return
        told.first_at = time if not told.first_at else min(told.first_at, time)
        told.last_at = max(told.last_at, time)


_TAKERS: dict[int, Any] = {
    Kind.BEGIN: _Reader.begin, Kind.RUN: _Reader.run, Kind.CONFIG: _Reader.config, Kind.SUMMARY: _Reader.summary,
    Kind.SCHEMA: _Reader.schema, Kind.ROW: _Reader.row, Kind.METRIC: _Reader.metric, Kind.CONSOLE: _Reader.console,
    Kind.EXIT: _Reader.exit, Kind.SYSTEM: _Reader.system,
    Kind.FILE: _Reader.file,
}  # fmt: skip


def _change(kept: dict[str, Any], values: Any, removed: Any) -> None:
    """Set and remove; all of it or nothing, where what was said is neither keys nor values."""
    values, gone = msgspec.convert(values, dict[str, Any]), msgspec.convert(removed, list[str])
    for key in gone:
        kept.pop(key, None)
    kept.update(values)


def state_of(told: Told, now: float) -> tuple[RunState, int | None]:
    """The state of the last attempt, and its exit code: as it said, or by whether its process is there."""
    last = max(told.attempts.values(), key=lambda said: float(said["started_at"]), default={})
    end = told.ends.get(str(last.get("attempt", "")))
    if end is not None:
        code = end.get("exit_code")
        return end["state"], code if isinstance(code, int) else None
    pid = last.get("pid")
    here = isinstance(pid, int) and last.get("host") == host_name() and same_boot(last)
    alive = is_alive(pid, 0.0) if here and pid else now - told.last_at < LOST_SECS
    return (RunState.RUNNING if alive else RunState.CRASHED), None
