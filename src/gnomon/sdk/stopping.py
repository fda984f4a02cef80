"""Somebody pressed Stop on the run's page: the script hears of it as of a Ctrl-C.

The shipper leaves a file in the run folder. A thread that sleeps looks for it once a second: one system call, of a
few microseconds.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gnomon.sdk import guard

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

FILE = "stop-requested"
LOOK_SECS = 1.0


class Watcher(threading.Thread):
    """Calls `act` once when the file is there."""

    def __init__(self, place: str, act: Callable[[], Any], look_secs: float = LOOK_SECS) -> None:
        super().__init__(name="gnomon-stop", daemon=True)
        self._place, self._act, self._look_secs = place, act, look_secs
        self._over = threading.Event()

    def run(self) -> None:
        """Look until the run has ended, or is to be stopped."""
        while not self._over.wait(self._look_secs):
            if os.path.exists(self._place):
                with guard.guarded("stop the script"):
                    self._act()
                return

    def end(self) -> None:
        """The run has ended."""
        self._over.set()
        if self.is_alive() and threading.current_thread() is not self:
            self.join(1.0)


def watch(run: Run) -> Watcher | None:
    """See to it that the script hears when the run is to stop. None where no thread can be started."""
    stop_fn = run.settings.stop_fn

    def act() -> None:
        guard.say(f"The run {run.name} was asked to stop")
        (stop_fn or interrupt)()

    watcher = Watcher(os.path.join(run.sync_dir, FILE), act)
    try:
        watcher.start()
    except RuntimeError:  # no more threads, or no thread at all on this platform
        return None
    return watcher


def interrupt() -> None:
    """What a Ctrl-C does: a signal to the main thread, so that it also wakes from a sleep or a read."""
    main = threading.main_thread().ident
    if main is None:
        return
    handler = signal.getsignal(signal.SIGINT)
    if handler in (signal.SIG_IGN, signal.SIG_DFL):  # a job in the background of a shell is started deaf to Ctrl-C
        import ctypes

        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(main), ctypes.py_object(KeyboardInterrupt))
    elif hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main, signal.SIGINT)
    else:
        import _thread

        _thread.interrupt_main()
