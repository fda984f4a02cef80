"""Is the training process still there? Told by process id and creation time, so a reused id is no sign of life."""

from __future__ import annotations

import os
import select
import time
from pathlib import Path
from typing import Any

SAME_SECS = 2.0
"""Creation times closer than that are one process: clocks are adjusted, and their sources round differently."""


class Watched:
    """One process to outlive."""

    def __init__(self, pid: int, started_at: float = 0.0, *, nudges: int | None = None) -> None:
        """`nudges` is an event counter by which the process says that it waits for us."""
        self.pid, self.started_at = pid, started_at
        self._pidfd: int | None = None
        self._poll = select.poll() if hasattr(select, "poll") else None
        self._ended = pid <= 0 or not is_alive(pid, started_at)
        if not self._ended and hasattr(os, "pidfd_open"):
            try:
                self._pidfd = os.pidfd_open(pid)
            except OSError:
                self._pidfd = None
            # It may have ended, and its id been given away, between the two looks.
            self._ended = not is_alive(pid, started_at)
        if self._pidfd is not None and self._poll is not None:
            self._poll.register(self._pidfd, select.POLLIN)
            if nudges is not None:
                self._poll.register(nudges, select.POLLIN)
        self._nudges = nudges

    @property
    def ended(self) -> bool:
        """Whether it is gone; a zombie is."""
        if not self._ended:
            if self._pidfd is not None and self._poll is not None:
                self._ended = self._look(0)
            else:
                self._ended = not is_alive(self.pid, self.started_at)
        return self._ended

    def wait(self, timeout_secs: float) -> None:
        """Sleep, but not beyond the end of the process, nor beyond its nudge."""
        if self._ended or self._pidfd is None or self._poll is None:
            time.sleep(timeout_secs)
        else:
            self._ended = self._look(timeout_secs)

    def _look(self, timeout_secs: float) -> bool:
        assert self._poll is not None
        seen = [descriptor for descriptor, _ in self._poll.poll(timeout_secs * 1000)]
        if self._nudges is not None and self._nudges in seen:
            os.read(self._nudges, 8)
        return self._pidfd in seen

    def close(self) -> None:
        """Let go of the handle."""
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None


def is_alive(pid: int, started_at: float = 0.0) -> bool:
    """Whether the process is there and is the one that started then (0: any with this id)."""
    if pid <= 0:
        return False
    if pid == os.getppid():  # our own parent: its id cannot have been given away
        return True
    import psutil

    try:
        process = psutil.Process(pid)
        if started_at and abs(process.create_time() - started_at) > SAME_SECS:
            return False
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True


def same_boot(begin: dict[str, Any]) -> bool:
    """Whether a BEGIN record was written since this machine was started; True where it does not say."""
    said = begin.get("boot_id")
    if not said:
        return True
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip() == str(said)
    except OSError:
        return True


def started_before(pid: int, at: float) -> bool:
    """Whether this process is there and is old enough to have written something then."""
    import psutil

    try:
        process = psutil.Process(pid)
        return bool(process.create_time() <= at + SAME_SECS and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
