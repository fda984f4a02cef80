"""The first records of a run: who, where, when."""

from __future__ import annotations

import os
import sys
from typing import Any


def begin(
    *,
    entity: str,
    project: str,
    run_id: str,
    host: str,
    started_at: float,
    resume: str | None,
    starting_step: int,
    label: str = "",
    ends: bool = True,
) -> dict[str, Any]:
    """The BEGIN record of the training process's own journal.

    `label` and `ends` tell one of several processes that write the run from the others.
    """
    journal = os.urandom(16).hex()
    one_of_several = {**({"label": label} if label else {}), **({} if ends else {"joins": True})}
    return {
        "format": 1,
        "journal": journal,
        "writer": "main",
        "attempt": journal,
        "entity": entity,
        "project": project,
        "run": run_id,
        "host": host,
        "pid": os.getpid(),
        "boot_id": boot_id(),
        "started_at": started_at,
        "sdk": sdk_version(),
        "resume": resume,
        "starting_step": starting_step,
        **one_of_several,
    }


def sdk_version() -> str:
    """The version of this package."""
    from gnomon import __version__

    return __version__


def host_name() -> str:
    """The name of this machine."""
    try:
        return os.uname().nodename
    except (AttributeError, OSError):  # not a Unix
        import platform

        return platform.node()


def boot_id() -> str:
    """Tells one boot of a machine from the next; empty where the system has nothing of the kind."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read().strip()
    except OSError:
        return ""


def process_started() -> float:
    """When this process was created, as `psutil` tells it, without loading it where /proc answers."""
    try:
        with open("/proc/self/stat") as file:
            ticks = float(file.read().rpartition(")")[2].split()[19])
        with open("/proc/stat") as file:
            booted = next(float(line.split()[1]) for line in file if line.startswith("btime"))
        return booted + ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, StopIteration):
        pass
    try:
        import psutil

        return float(psutil.Process().create_time())
    except Exception:  # no psutil, or it may not look
        return 0.0


def program() -> str:
    """The script or module that runs, as the user would name it."""
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    if spec is not None and spec.name and spec.name != "__main__":
        name = str(spec.name)
        return name[: -len(".__main__")] if name.endswith(".__main__") else name
    found = getattr(main, "__file__", None) or (sys.argv[0] if sys.argv else "")
    if not found or found in ("-c", "-"):
        return "<python with no main file>"
    return os.path.relpath(found) if os.path.isabs(found) and _is_below_here(found) else str(found)


def _is_below_here(path: str) -> bool:
    try:
        return os.path.commonpath([os.path.realpath(path), os.path.realpath(".")]) == os.path.realpath(".")
    except (ValueError, OSError):
        return False
