"""What is looked after while a run goes: whether somebody stopped it on its page, and how much disk it takes.

One thread that sleeps looks once a second; a look is two system calls, a few microseconds. Nothing of it is in the way
of `log()`.
"""

from __future__ import annotations

import _thread
import os
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from gnomon.sdk import guard

if TYPE_CHECKING:
    from gnomon.sdk.run import Run

FILE = "stop-requested"
LOOK_SECS = 1.0
FREE_SHARE = 0.1
"""A run takes no more than this share of what is free on its disk."""


class Watcher:
    """Asks each of `looks` from time to time, in a thread of its own, until it says that it is done."""

    def __init__(self, looks: Sequence[Callable[[], bool]], look_secs: float = LOOK_SECS) -> None:
        self._looks, self._look_secs = list(looks), look_secs
        self._over, self._left = threading.Event(), threading.Event()
        self._ident = 0

    def start(self) -> None:
        """Begin. Raises RuntimeError where there can be no more threads.

        Not by way of `Thread.start()`: that waits until the thread has begun, and a busy machine takes its time.
        """
        _thread.start_new_thread(self._run, ())

    def _run(self) -> None:
        self._ident = threading.get_ident()
        try:
            while self._looks and not self._over.wait(self._look_secs):
                for look in tuple(self._looks):
                    done = True
                    with guard.guarded("look after the run"):
                        done = look()
                    if done:
                        self._looks.remove(look)
        finally:
            self._left.set()

    def end(self) -> None:
        """The run has ended."""
        self._over.set()
        if threading.get_ident() != self._ident:
            self._left.wait(1.0)


def watch(run: Run) -> Watcher | None:
    """Look after a run from now on. None where no thread can be started."""
    looks = [lambda: is_full(run)]
    if run._shipper is not None and not run.offline:
        looks.insert(0, lambda: _stops(run))
    watcher = Watcher(looks)
    try:
        watcher.start()
    except RuntimeError:  # no more threads, or no thread at all on this platform
        return None
    return watcher


def is_full(run: Run) -> bool:
    """Whether the run's journals take all the disk they may; then the rows to come are held in memory."""
    folder = run.sync_dir
    quota = run.settings.max_disk_gb * 1e9
    used = float(sum(entry.stat().st_size for entry in os.scandir(folder) if entry.name.endswith(".journal")))
    if hasattr(os, "statvfs"):
        disk = os.statvfs(folder)
        quota = min(quota, FREE_SHARE * (disk.f_bavail * disk.f_frsize + used))
    if used <= quota:
        return False
    run._journal.fill_up()
    guard.warn_once(
        f"quota {folder}",
        f"the run has taken {used / 1e9:.2g} GB of disk, all that it may (max_disk_gb, or a tenth of what is free); of "
        "what comes now the last 64 MB are kept, and what is let go of is counted",
    )
    return True


def _stops(run: Run) -> bool:
    if not os.path.exists(os.path.join(run.sync_dir, FILE)):
        return False
    guard.say(f"The run {run.name} was asked to stop")
    (run.settings.stop_fn or interrupt)()
    return True


def interrupt() -> None:
    """What a Ctrl-C does: a signal to the main thread, so that it also wakes from a sleep or a read."""
    import signal

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
        _thread.interrupt_main()
