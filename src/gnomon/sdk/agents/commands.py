"""An agent whose runs are processes: the sweep's command, with the parameters in its words and in its environment."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from gnomon.sdk import guard
from gnomon.sdk.agents import environment, macros
from gnomon.sdk.agents.failures import Failures
from gnomon.sdk.agents.link import BEAT_SECS, Command, Link
from gnomon.sdk.errors import UsageError

KILL_SECS = 30.0
"""How long a process has between being asked to end and being ended."""
INTERRUPTED_CODE = 130
"""How shells say that Ctrl-C, or whatever acts like it, has ended a process."""
LOOK_SECS = 0.1
_POSIX = os.name == "posix"
_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name))
_NOT_OURS = tuple(
    getattr(signal, name) for name in ("SIGKILL", "SIGSTOP", "SIGCHLD", "SIGTSTP") if hasattr(signal, name)
)


def work(
    link: Link,
    *,
    count: int | None,
    failures: Failures,
    forward_signals: bool = False,
    term_timeout: float | None = None,
    kill_secs: float = KILL_SECS,
    beat_secs: float = BEAT_SECS,
    environ: Mapping[str, str] = os.environ,
) -> str:
    """Run the sweep's command for each run that it gives, until it gives no more; why it ended early, or nothing.

    Ctrl-C waits for the run that is under way, a second one ends it, a third one kills it; another signal to end ends
    it. Raises UsageError where the command means nothing.
    """
    config = link.config()
    said = config.get("command")
    if said is not None and not isinstance(said, list):
        raise UsageError(f"command is {said!r}; it must be a list of words")
    template = said or list(macros.DEFAULT)
    _check(template, config, environ)
    with _signals(forward_signals) as signals:
        return _Work(link, template, count, failures, signals, term_timeout, kill_secs, beat_secs, environ).run()


def _check(template: list[Any], config: Mapping[str, Any], environ: Mapping[str, str]) -> None:
    """Refuse a command of no use before anything is run. Raises UsageError."""
    program = str(config.get("program") or "")
    macros.words(template, {}, program=program, interpreter="python", json_file="-", environ=environ)


class _Signals:
    """The signals that came, oldest first; `child` is passed on those that are to be forwarded."""

    def __init__(self) -> None:
        self.came: list[int] = []
        self.child: subprocess.Popen[bytes] | None = None


class _Work:
    """The state of one agent at work."""

    def __init__(
        self,
        link: Link,
        template: list[Any],
        count: int | None,
        failures: Failures,
        signals: _Signals,
        term_timeout: float | None,
        kill_secs: float,
        beat_secs: float,
        environ: Mapping[str, str],
    ) -> None:
        self._link, self._template, self._count, self._failures = link, template, count, failures
        self._signals, self._term_timeout = signals, term_timeout
        self._kill_secs, self._beat_secs, self._environ = kill_secs, beat_secs, environ
        self._child: _Child | None = None
        self._leaving = 0
        """How urgently: 1 waits for the run, 2 has asked it to end, 3 kills it."""
        self._kill_at = float("inf")
        self._gone = self._waiting = False
        self._done = 0

    def run(self) -> str:
        """Work until there is no more; why it ended early."""
        beat_at = 0.0
        try:
            while True:
                self._heed()
                why = self._look()
                if why:
                    return why
                if self._child is None and (self._leaving or self._gone or self._done == self._count):
                    return "the sweep was deleted" if self._gone else "it was interrupted" if self._leaving else ""
                now = time.monotonic()
                if now >= beat_at and not self._gone:
                    beat_at = now + self._beat_secs
                    if self._obey(self._link.beat([] if self._child is None else [self._child.run])):
                        return ""
                elif self._child is None:
                    time.sleep(min(LOOK_SECS, max(0.0, beat_at - now)))
                if self._child is not None and self._child.ended(LOOK_SECS):
                    beat_at = 0.0
        finally:
            if self._child is not None:
                self._child.terminate()
                if not self._child.ended(self._kill_secs):
                    self._child.kill()

    def _obey(self, command: Command) -> bool:
        """Do what the sweep says; whether that is to leave."""
        if command.type == "exit":
            return True
        if command.type == "gone":
            self._gone = True
            if self._child is not None:
                guard.warn("the sweep was deleted; the agent leaves when this run has ended")
        elif command.type == "stop" and self._child is not None and command.run_id == self._child.run:
            guard.say(f"The sweep stops run {self._child.run}")
            self._child.stop(self._kill_secs)
        elif command.type in ("run", "resume") and self._child is None and not self._leaving:
            self._waiting = False
            self._child = self._begin(command)
        elif command.type == "wait" and self._child is None and not self._waiting:
            self._waiting = True
            guard.say("Waiting for the sweep to give a run")
        return False

    def _begin(self, command: Command) -> _Child:
        guard.say(environment.described(command))
        given = environment.prepare(command, self._link.place, self._environ)
        words = macros.words(
            self._template, command.args, program=command.program, interpreter=_interpreter(),
            json_file=given.json_file, environ=self._environ, posix=_POSIX,
        )  # fmt: skip
        try:
            process = _spawned(words, {**self._environ, **given.variables})
        except OSError as error:
            raise UsageError(f"command: {words[0]} cannot be run: {error.strerror}") from None
        self._signals.child = process
        return _Child(command.run_id, process)

    def _look(self) -> str:
        """See whether the run has ended; why to stop, then."""
        child = self._child
        if child is None or child.process.poll() is None:
            return ""
        self._child = self._signals.child = None
        self._done += 1
        code = child.process.returncode
        failed = code > 0 and code != INTERRUPTED_CODE and not child.stopped and not self._leaving
        return self._failures.note(failed, time.monotonic())

    def _heed(self) -> None:
        """Act on signals, and on time that is over."""
        while self._signals.came:
            number = self._signals.came.pop(0)
            self._leaving = min(3, max(self._leaving + 1, 1 if number == signal.SIGINT else 2))
            if self._term_timeout is not None and self._kill_at == float("inf"):
                self._kill_at = time.monotonic() + self._term_timeout
            if self._child is None:
                continue
            if self._leaving == 1:
                guard.say("Waiting for the run to end; once more ends it, and twice more kills it")
            elif self._leaving == 2:
                guard.say("Ending the run; once more kills it")
                self._child.terminate()
            else:
                self._child.kill()
        if self._child is not None:
            if time.monotonic() >= self._kill_at:
                guard.say(f"The run took longer than {self._term_timeout:g} seconds to end, and is killed")
                self._kill_at = float("inf")
                self._child.kill()
            self._child.urge()


class _Child:
    """The process of one run, in a group of its own."""

    def __init__(self, run: str, process: subprocess.Popen[bytes]) -> None:
        self.run, self.process = run, process
        self.stopped = False
        self._kill_at = float("inf")

    def ended(self, timeout_secs: float) -> bool:
        """Whether it ends within this time."""
        try:
            self.process.wait(timeout_secs)
            return True
        except subprocess.TimeoutExpired:
            return False

    def stop(self, kill_secs: float) -> None:
        """Ask it to end, and see to it that it does."""
        if not self.stopped:
            self.stopped = True
            self._kill_at = time.monotonic() + kill_secs
            self.terminate()

    def urge(self) -> None:
        """Kill what was asked to end and has had its time."""
        if time.monotonic() >= self._kill_at:
            self._kill_at = float("inf")
            self.kill()

    def terminate(self) -> None:
        if _POSIX:
            self.process.terminate()
        else:  # what `terminate` does there gives it no time
            self.process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))

    def kill(self) -> None:
        """End it, and whatever it began and kept in its group."""
        if not _POSIX:
            self.process.kill()
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


def _spawned(words: list[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A process that reads nothing from the terminal, which belongs to the agent."""
    more: dict[str, Any] = {}
    if not _POSIX:
        more["creationflags"] = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    elif sys.version_info >= (3, 11):
        more["process_group"] = 0
    else:
        more["preexec_fn"] = os.setpgrp
    return subprocess.Popen(words, env=dict(environ), stdin=subprocess.DEVNULL, **more)


def _interpreter() -> str:
    return "python" if shutil.which("python") else sys.executable


@contextmanager
def _signals(forward: bool) -> Iterator[_Signals]:
    """Collects what asks this process to end, for as long as the block lasts; only the main thread can."""
    signals = _Signals()
    if threading.current_thread() is not threading.main_thread():
        yield signals
        return

    def handle(number: int, frame: Any) -> None:
        if forward and signals.child is not None and signals.child.poll() is None:
            signals.child.send_signal(number)
        if number == signal.SIGINT or number in _ENDING:
            signals.came.append(number)

    heard = set(signal.valid_signals()) - set(_NOT_OURS) if forward else {signal.SIGINT, *_ENDING}
    before: dict[int, Callable[..., Any] | int | None] = {}
    for number in sorted(heard):
        try:
            before[number] = signal.signal(number, handle)
        except (OSError, ValueError):  # not one that can be heard
            pass
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
