"""Run a command and say what it and everything it started cost, detached processes included (Linux).

The orphans of a command become children of the nearest *subreaper*, which is this process; so it can wait for all of
them, and the kernel adds up their CPU time. The last line printed is JSON.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def descendants(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def memory_mb(pids: list[int]) -> float:
    """Proportional share of memory, so that shared pages count once."""
    total_kb = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total_kb += int(line.split()[1])
    return total_kb / 1024


def main(command: list[str]) -> int:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    peak_mb = 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak_mb
        while not done.wait(0.1):
            peak_mb = max(peak_mb, memory_mb(descendants(os.getpid())))

    threading.Thread(target=watch, daemon=True).start()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    status = subprocess.run(command).returncode
    script_secs = time.perf_counter() - began
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    done.set()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_secs = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    cost = {
        "cpu_secs": cpu_secs,
        "script_secs": script_secs,
        "wall_secs": time.perf_counter() - began,
        "peak_mb": peak_mb,
    }
    print(json.dumps(cost), flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
