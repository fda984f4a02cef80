"""What the training process and everything it started use."""

from __future__ import annotations

import os
import time

import psutil


class ProcessTree:
    """`cpu` (percent of the whole machine), threads and resident memory of the tree, the shipper left out.

    Without `children` of the one process alone.
    """

    name = "process"

    def __init__(self, pid: int, children: bool = True) -> None:
        self._root, self._children = psutil.Process(pid), children
        self._cpus = psutil.cpu_count() or 1
        self._seen: dict[int, float] = {}
        self._at = 0.0

    def pids(self) -> set[int]:
        """The processes of the tree now."""
        return {process.pid for process in self._processes()}

    def sample(self) -> dict[str, float]:
        """Now; `cpu` since the sample before, so not in the first one."""
        rss = threads = 0
        busy, seen = 0.0, {}
        for process in self._processes():
            try:
                with process.oneshot():
                    times = process.cpu_times()
                    rss += process.memory_info().rss
                    threads += process.num_threads()
            except psutil.Error:
                continue
            seen[process.pid] = times.user + times.system
            busy += max(0.0, seen[process.pid] - self._seen.get(process.pid, 0.0 if self._at else seen[process.pid]))
        found = {
            "proc.memory.rssMB": rss / 2**20,
            "proc.memory.percent": 100.0 * rss / psutil.virtual_memory().total,
            "proc.cpu.threads": float(threads),
        }
        now = time.monotonic()
        if self._at and now > self._at:
            found["cpu"] = 100.0 * busy / (now - self._at) / self._cpus
        self._seen, self._at = seen, now
        return found

    def _processes(self) -> list[psutil.Process]:
        if not self._children:
            return [self._root]
        try:
            children = self._root.children(recursive=True)
        except psutil.Error:
            return []
        return [self._root, *[child for child in children if child.pid != os.getpid()]]
