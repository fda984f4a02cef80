"""How much memory the machine uses, or the container that this is."""

from __future__ import annotations

from pathlib import Path

import psutil

CGROUPS = Path("/sys/fs/cgroup")


class Memory:
    """`memory_percent` of the machine or of what its container may have, and what is still to be had."""

    name = "memory"

    def __init__(self, whole_machine: bool = False, group: str | None = None, groups: Path = CGROUPS) -> None:
        """`group` is the path of the control group; the one of this process where it is not said."""
        self._group = None if whole_machine else _limited(groups, _own_group() if group is None else group)

    def sample(self) -> dict[str, float]:
        """Now."""
        memory = psutil.virtual_memory()
        percent, available = memory.percent, float(memory.available)
        if self._group is not None:
            limit, used = _bytes(self._group / "memory.max"), _bytes(self._group / "memory.current")
            if limit and used is not None and limit < memory.total:
                percent, available = 100.0 * used / limit, min(available, max(0.0, limit - used))
        found = {"memory_percent": percent, "proc.memory.availableMB": available / 2**20}
        swap = psutil.swap_memory()
        if swap.total:
            found["swap.used_percent"] = swap.percent
        return found


def _own_group() -> str:
    try:
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            if line.startswith("0::"):
                return line[3:]
    except OSError:
        pass
    return "/"


def _limited(groups: Path, group: str) -> Path | None:
    """The nearest group around with a limit on memory; None where there is none."""
    at = groups / group.lstrip("/")
    while at == groups or groups in at.parents:
        if _bytes(at / "memory.max") is not None:
            return at
        at = at.parent
    return None


def _bytes(path: Path) -> float | None:
    try:
        return float(path.read_text())
    except (OSError, ValueError):  # not there, or "max": no limit
        return None
