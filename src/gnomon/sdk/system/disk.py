"""How full the disks are, and how much went through them."""

from __future__ import annotations

import os
from collections.abc import Sequence

import psutil


class Disk:
    """`disk.<path>.usagePercent` and `.usageGB` for some paths; `disk.in`, `disk.out` of the machine in MB.

    Without paths: the root and the disk of the run.
    """

    name = "disk"

    def __init__(self, cwd: str = "", paths: Sequence[str] | None = None) -> None:
        if paths is None:
            mount = _mount_of(cwd) if cwd else "/"
            paths = ["/"] if mount == "/" else ["/", mount]
        self._paths = list(paths)
        self._first = self._counters()

    def sample(self) -> dict[str, float]:
        """Now, and since the start."""
        found: dict[str, float] = {}
        for path in self._paths:
            try:
                usage = psutil.disk_usage(path)
            except OSError:  # not mounted now
                continue
            found[f"disk.{path}.usagePercent"] = usage.percent
            found[f"disk.{path}.usageGB"] = usage.used / 2**30
        now = self._counters()
        if now and self._first:
            found["disk.in"] = (now[0] - self._first[0]) / 2**20
            found["disk.out"] = (now[1] - self._first[1]) / 2**20
        return found

    @staticmethod
    def _counters() -> tuple[int, int] | None:
        try:
            counters = psutil.disk_io_counters()
        except (OSError, RuntimeError, ValueError, NotImplementedError):  # containers without /proc/diskstats
            return None
        return (counters.read_bytes, counters.write_bytes) if counters else None


def _mount_of(path: str) -> str:
    try:
        at = os.path.realpath(path)
        while at != "/" and not os.path.ismount(at):
            at = os.path.dirname(at)
    except OSError:
        return "/"
    return at
