"""An agent whose runs are calls of a function of this process.

The function is called in the caller's own thread; another one gives the signs of life meanwhile, and interrupts the
function where its run is to end.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gnomon.sdk import guard, init, run
from gnomon.sdk.agents import environment
from gnomon.sdk.agents.failures import Failures
from gnomon.sdk.agents.link import BEAT_SECS, Command, Link
from gnomon.sdk.exits import FAILED_CODE, KILLED_CODE
from gnomon.sdk.settings import Settings


class RunStopped(KeyboardInterrupt):
    """The run of a function that an agent called is to end: by early termination, or because somebody said so.

    A script that takes care of Ctrl-C takes care of this.
    """


def work(
    link: Link,
    function: Callable[[], Any],
    *,
    count: int | None,
    failures: Failures,
    again_secs: float,
    beat_secs: float = BEAT_SECS,
) -> str:
    """Call the function for each run that the sweep gives, until it gives no more; why it ended early, or nothing.

    Where the function goes on after it was interrupted, it is interrupted again every `again_secs`.
    """
    done, waiting = 0, False
    with _interrupting(again_secs) as interrupt, _stopping_by(interrupt):
        while count is None or done < count:
            command = link.beat()
            if command.type in ("exit", "gone"):
                return "" if command.type == "exit" else "the sweep was deleted"
            if command.type not in ("run", "resume"):
                if not waiting:
                    guard.say("Waiting for the sweep to give a run")
                waiting = True
                time.sleep(beat_secs)
                continue
            waiting = False
            guard.say(environment.described(command))
            watch = _Watch(link, command, interrupt, beat_secs)
            with _environment(environment.prepare(command, link.place, os.environ).variables):
                state = _called(function, watch)
            if watch.over:
                return "" if watch.over == "exit" else "the sweep was deleted"
            done += 1
            why = failures.note(state == "failed", time.monotonic())
            if why:
                return why
    return ""


def _called(function: Callable[[], Any], watch: _Watch) -> str:
    """Call it, and end what runs it left; how it ended. Ctrl-C goes on to the caller."""
    before = set(run.live())
    state, code = "finished", 0
    try:
        try:
            watch.begin()
            function()
        finally:
            watch.disarm()
    except RunStopped:
        state, code = "killed", KILLED_CODE
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
        state = "failed" if code else "finished"
    except KeyboardInterrupt:
        state, code = "killed", KILLED_CODE
        raise
    except Exception:
        state, code = "failed", FAILED_CODE
        sys.stderr.write(traceback.format_exc())
    finally:
        watch.disarm()
        for one in run.live():
            if one not in before:
                one._finish(state, code)
        watch.end()
    return state


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """These variables for as long as the block lasts."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _stopping_by(interrupt: _Interrupt) -> Iterator[None]:
    """A run that hears by itself that it is to stop interrupts the function, and not the agent."""
    before = init._process_settings
    init._process_settings = Settings(stop_fn=interrupt).over(before)
    try:
        yield
    finally:
        init._process_settings = before


class _Watch:
    """The signs of life while the function runs, in a thread of its own."""

    def __init__(self, link: Link, command: Command, interrupt: _Interrupt, beat_secs: float) -> None:
        self.over = ""
        """`exit` or `gone` where the agent is to leave after this run."""
        self._link, self._run, self._interrupt = link, command.run_id, interrupt
        self._beat_secs = beat_secs
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="gnomon-agent", daemon=True)

    def begin(self) -> None:
        """From here on the function may be interrupted."""
        self._interrupt.arm()
        self._thread.start()

    def disarm(self) -> None:
        """From here on it may not; the signs of life go on."""
        self._interrupt.disarm()

    def end(self) -> None:
        """The run has ended."""
        self._ended.set()
        self._thread.join(1.0)

    def _follow(self) -> None:
        while not self._ended.wait(self._beat_secs):
            with guard.guarded("ask the sweep"):
                self._interrupt.repeat()
                said = self._link.beat([self._run])
                if said.type == "gone":
                    self.over = "gone"  # the run may go on to its end
                    return
                if said.type == "exit":
                    self.over = "exit"
                if said.type == "exit" or (said.type == "stop" and said.run_id == self._run):
                    self._interrupt()


class _Interrupt:
    """Raises RunStopped in the thread that made it, from any other, while it is armed.

    Asked for again within `again_secs` it does nothing: the function may be saving what it has.
    """

    def __init__(self, by_signal: bool, again_secs: float) -> None:
        self._again_secs, self._next = again_secs, 0.0
        self._thread = threading.get_ident()
        self._by_signal = by_signal
        self._armed = self.asked = False

    def arm(self) -> None:
        self._next = 0.0
        self.asked, self._armed = False, True

    def disarm(self) -> None:
        self._armed = False

    def take(self) -> bool:
        """Whether it was asked for, and the function is still there to be interrupted."""
        asked, self.asked = self.asked, False
        return asked and self._armed

    def __call__(self) -> None:
        now = time.monotonic()
        if self._armed and now >= self._next:
            self._next = now + self._again_secs
            guard.say("The sweep stops this run")
            self.asked = self._by_signal
            self._send()

    def repeat(self) -> None:
        """Once more, where it was not heard: a signal just before a wait in the system does not end that wait."""
        if self.asked and self._armed:
            self._send()

    def _send(self) -> None:
        if self._by_signal:  # this also ends a wait in the system
            signal.pthread_kill(self._thread, signal.SIGINT)
        else:
            import ctypes

            raised = ctypes.py_object(RunStopped)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), raised)


@contextmanager
def _interrupting(again_secs: float) -> Iterator[_Interrupt]:
    """A way to interrupt this thread. In the main thread it shares SIGINT with Ctrl-C, whose handler stays in force."""
    by_signal = threading.current_thread() is threading.main_thread() and hasattr(signal, "pthread_kill")
    interrupt = _Interrupt(by_signal, again_secs)
    if not by_signal:
        yield interrupt
        return
    before = signal.getsignal(signal.SIGINT)

    def handle(number: int, frame: Any) -> None:
        asked = interrupt.asked
        if interrupt.take():
            raise RunStopped
        if asked:  # it came too late
            return
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGINT, handle)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)
