"""The run object: a thin face over journal, history, config and summary.

What it says of itself is in `facts`; what it keeps besides rows (files, artifacts, alerts, …) in `outputs`.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gnomon.model.run import MetricRule
from gnomon.protocol.journal import MAX_PAYLOAD_BYTES, Kind
from gnomon.sdk import exits, farewell, guard, metrics, shipping
from gnomon.sdk.config import Config
from gnomon.sdk.console import STDOUT, Console, Line
from gnomon.sdk.found import Found
from gnomon.sdk.history import BadRow, History
from gnomon.sdk.journal import Journal, NoJournal, record
from gnomon.sdk.run.facts import About, Facts
from gnomon.sdk.run.outputs import Outputs
from gnomon.sdk.settings import Settings
from gnomon.sdk.stopping import Watcher
from gnomon.sdk.summary import Summary
from gnomon.sdk.values.media import link_files

_live: set[Run] = set()
"""Runs of this process that are not finished. Held here, so that one the script forgot is still ended at exit."""


class Run(Facts, Outputs):
    """One execution of a script: what it logs, what it was told, what it found. Made by `gnomon.init()`.

    After `init()` no method raises because of a disk, a network or a server, and none waits for them, except
    `finish()`, which waits for a bounded time. Every method may be called from any thread, from signal handlers, and in
    forked children and pickled to other processes; their rows belong to the same run.
    """

    def __init__(
        self,
        about: About,
        settings: Settings,
        journal: Journal | NoJournal,
        begin: Mapping[str, Any],
        *,
        worker: bool = False,
    ) -> None:
        self._about = about
        self._settings = settings
        self._journal = journal
        self._begin = dict(begin)
        self._history = History(journal, about.folder, about.starting_step)
        self._log: Callable[..., None] = self._history.log
        self._config = Config(self._write_config, allow_val_change=settings.allow_val_change)
        if settings.allow_media_symlink and about.folder is not None:
            link_files(about.folder)
        self._found = Found(self._history, about.folder, about.start_time, self._append)
        self._summary = Summary(self._found.read, self._write_summary)
        self._rules: dict[str, MetricRule] = {}
        self._console: Console | None = None
        self._shipper: shipping.Shipper | None = None
        self._watcher: Watcher | None = None
        self._ending = False
        self._finished = False
        self._left = ""
        """What the server did not have when the run was finished, in words."""
        self._worker = worker
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._before_finish: list[Callable[[], object]] = []
        """Called at the end, while the run still takes rows and files."""
        self._on_finish: list[Callable[[int], object]] = []
        _live.add(self)

    # Logging

    def log(
        self, data: Mapping[str, Any], step: int | None = None, commit: bool | None = None, sync: bool | None = None
    ) -> None:
        """Log one row of values, by name. On disk when this returns; no row is refused for its step.

        Without `step` the row belongs to the current step, and the step counts up (unless `commit` is False). With
        `step` the row belongs to that one; the counter follows upwards and counts on only where `commit` is True.
        `sync` is accepted for old scripts and means nothing.
        """
        try:
            self._log(data, step, commit)
        except BadRow:
            raise
        except Exception as error:
            guard.report("log a row", error)

    def define_metric(
        self,
        name: str,
        step_metric: Any = None,
        step_sync: bool | None = None,
        hidden: bool | None = None,
        summary: str | None = None,
        goal: str | None = None,
        overwrite: bool | None = None,
    ) -> metrics.Metric:
        """Say how a metric, or all that match `prefix*`, are drawn (over `step_metric`) and summed up.

        `summary` is a comma-separated choice of min, max, mean, first, last, best (with `goal`), copy, none. What was
        said before about the same name stays unless said again; with `overwrite` it is forgotten. Raises Error where
        the arguments cannot be meant.
        """
        rule = metrics.rule(
            name, step_metric, step_sync, hidden, summary, goal, overwrite, earlier=self._rules.get(name)
        )
        self._rules[name] = rule
        with guard.guarded("keep a metric's definition"):
            self._record(Kind.METRIC, {**msgspec.to_builtins(rule), "overwrite": bool(overwrite)})
            self._history.follow(list(self._rules.values()))
        return metrics.Metric(rule)

    def write_logs(self, text: str) -> None:
        """Add text to the run's console log without printing it."""
        if self._console is None:
            self._console = Console(self._write_lines)
        self._console.take(STDOUT, text)

    # What is known of the run

    @property
    def config(self) -> Config:
        """What the run was told: hyperparameters and the like."""
        return self._config

    @property
    def summary(self) -> Summary:
        """What the run found: the last value of each metric, or what was set."""
        return self._summary

    # The end

    def finish(self, exit_code: int | None = None, quiet: bool | None = None) -> None:
        """End the run and wait, for a bounded time, until the server has it. What it has not is kept and named.

        Raises TimeoutError where the server does not have everything, and `finish_timeout_raises` was set.
        """
        self._finish(*exits.state_of(exit_code), quiet=quiet)
        if self._left and self._settings.finish_timeout_raises:
            left, self._left = self._left, ""
            raise TimeoutError(left)

    def mark_preempting(self) -> None:
        """Say that the machine will be taken away: a run that does not end well now is to be begun again."""
        with guard.guarded("mark the run as preempting"):
            self._record(Kind.RUN, {"preempting": True})

    def pin_config_keys(self, keys: Sequence[str] = ()) -> None:
        """Show these keys of the config first on the run's page; said again, the new ones stand in their place."""
        if isinstance(keys, str):
            raise TypeError("keys are a list or tuple of strings, not one string")
        with guard.guarded("pin config keys"):
            self._record(Kind.RUN, {"client": {"pinned_keys": [str(key) for key in keys]}})

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if kind is None:
            state, code = "finished", 0
        elif isinstance(error, SystemExit):
            state, code = exits.state_of(error.code if isinstance(error.code, int) else int(error.code is not None))
        elif issubclass(kind, KeyboardInterrupt):
            state, code = "killed", exits.KILLED_CODE
        else:
            state, code = "failed", exits.FAILED_CODE
        self._finish(state, code)
        if self._left and self._settings.finish_timeout_raises and kind is None:
            raise TimeoutError(self._left)

    def _finish(self, state: str, exit_code: int, quiet: bool | None = None) -> None:
        with self._lock:
            if self._ending:
                return
            self._ending = True
        _live.discard(self)
        if self._watcher is not None:
            self._watcher.end()
        if self._worker or os.getpid() != self._pid:  # not ours to end; the rows are on disk
            self._log, self._finished = self._log_after_end, True
            self._journal.close()
            return
        for act in self._before_finish:
            with guard.guarded("log the last of what is followed"):
                act()
        if self._console is not None:
            self._console.restore()
        with guard.guarded("write the last of the config"):
            self._config.persist()
        with guard.guarded("finish the run"):
            self._log, self._finished = self._log_after_end, True
            self._record(Kind.EXIT, {"state": state, "exit_code": exit_code, "time": time.time()})
            self._journal.close()
            for tell in self._on_finish:
                tell(exit_code)
        with guard.guarded("wait for the rows to be sent"):
            hushed = self._settings.quiet or not self._settings.show_info
            self._see_off(bool(hushed if quiet is None else quiet))

    def _see_off(self, quiet: bool) -> None:
        """Wait for the shipper, and say where everything is."""
        folder = self._about.folder
        if folder is None:
            return
        shipped = shipping.Shipped(False, self._history.rows, "", "", 0, 0)
        patience = self._settings.finish_timeout or math.inf
        if self._shipper is not None:
            if not self.offline:
                shipped = shipping.wait(self._shipper, folder, patience)
                if self._shipper.ended and not (shipped.complete or shipped.sent or shipped.error):
                    # Somebody ended it before its time; the lock is free, and all it had to send is on disk.
                    more = shipping.secrets(self._settings)
                    fresh = shipping.start(folder, api_key=self._settings.api_key, more=more)
                    if fresh is not None:
                        self._shipper = fresh
                        shipped = shipping.wait(fresh, folder, patience)
            self._shipper.let_go(leaving=shipped.complete)
        lines = [] if quiet else farewell.summary_lines(self._found.read())
        if not quiet and (shipped.url or self.url):
            lines.append(f"View run {self.name} at: {shipped.url or self.url}")
        where = farewell.where_it_is(folder, shipped, rows=self._history.rows, offline=self.offline, quiet=quiet)
        if not (self.offline or shipped.complete or shipped.sent):
            self._left = "\n".join(where)
        lines += where
        if lines:
            guard.say("\n".join(lines))

    def _log_after_end(self, *_: Any) -> None:
        guard.warn_once(f"ended {self.id}", f"the run {self.name} is finished; what is logged to it now is not kept")

    # Inside

    def _record(self, kind: Kind, *parts: Any) -> None:
        if self._finished and kind is not Kind.EXIT:
            self._log_after_end()
            return
        self._journal.append(record(kind, *parts))

    def _append(self, frames: bytes) -> None:
        if self._finished:
            self._log_after_end()
        else:
            self._journal.append(frames)

    def _edit(self, **changes: Any) -> None:
        self._about = self._about._replace(**changes)
        with guard.guarded("change the run"):
            self._record(Kind.RUN, changes)

    def _write_config(self, changed: Mapping[str, Any], removed: Sequence[str]) -> None:
        with guard.guarded("keep the config"):
            try:
                self._record(Kind.CONFIG, changed, list(removed))
            except ValueError:
                for key, value in changed.items():
                    if len(msgspec.msgpack.encode(value)) + len(key) < MAX_PAYLOAD_BYTES - 64:
                        self._record(Kind.CONFIG, {key: value}, [])
                    else:
                        guard.warn_once(f"config {key}", f"the config value {key!r} is too large and is not kept")

    def _write_summary(self, values: Mapping[str, Any], removed: Sequence[str]) -> None:
        with guard.guarded("keep the summary"):
            self._found.write(values, removed)

    def _write_lines(self, lines: Iterable[Line]) -> None:
        now = time.time()
        self._journal.append(b"".join(_line_record(line, now) for line in lines))

    def _forked(self) -> None:
        """This is a child after `fork`: its rows go to a journal of its own, its end is not the run's."""
        self._journal.forked()
        self._history.forked()
        self._lock = threading.RLock()
        if self._console is not None:
            self._console.forked()
        self._watcher = None  # its thread is the parent's
        if self._shipper is not None:
            self._shipper.forked()

    def __reduce__(self) -> Any:
        settings = {name: value for name, value in self._settings if name != "stop_fn"}  # a function, perhaps a lambda
        return attach, (self._about._replace(starting_step=self.step), settings, self._begin)

    def __repr__(self) -> str:
        return f"<gnomon run {self.path}>"

    def _repr_html_(self) -> str:
        return self.to_html(hidden=True)


def attach(about: About, settings: Mapping[str, Any], begin: Mapping[str, Any]) -> Run:
    """The same run in another process: its rows are kept in a journal of their own beside the first."""
    for run in list(_live):
        if run._about.folder == about.folder and run._begin.get("journal") == begin.get("journal"):
            return run
    folder = about.folder
    journal = NoJournal() if folder is None else Journal(folder, begin, worker=True)
    return Run(about, Settings(**settings), journal, begin, worker=True)


def live() -> list[Run]:
    """Runs begun in this process that are not finished."""
    return [run for run in _live if run._pid == os.getpid() and not run._worker]


def _after_fork() -> None:
    for run in list(_live):
        run._forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _line_record(line: Line, now: float) -> bytes:
    try:
        return record(Kind.CONSOLE, line.number, now, line.stream, line.text)
    except UnicodeEncodeError:
        return record(Kind.CONSOLE, line.number, now, line.stream, line.text.encode("utf-8", "replace").decode())


__all__ = ["About", "Run", "attach", "live"]
