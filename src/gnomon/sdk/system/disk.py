"""How full the disks are, and how much went through them."""

from __future__ import annotations

import os

import psutil


class Disk:
    """`disk.<path>.usagePercent` and `.usageGB` for the root and the disk of the run; `disk.in`, `disk.out` in MB."""

    name = "disk"

    def __init__(self, cwd: str = "") -> None:
        self._paths = ["/"]
        mount = _mount_of(cwd) if cwd else "/"
        if mount != "/":
            self._paths.append(mount)
        self._first = self._counters()

    def sample(self) -> dict[str, float]:
        """Now, and since the start."""
        found: dict[str, float] = {}
        for path in self._paths:
            usage = psutil.disk_usage(path)
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
