"""How soon does a server answer, and what does it hold when idle?

From starting the process on an empty data folder (and on one that exists) to the first answer of `/healthz`; memory two
seconds later, as the proportional share.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from benchmarks.harness import Result, folder, median, server


def measure() -> Iterable[Result]:
    first, again, idle = [], [], []
    for _ in range(3):
        with folder() as home:
            with server(home) as running:
                first.append(running.start_secs)
            with server(home) as running:
                again.append(running.start_secs)
                time.sleep(2)
                idle.append(running.memory_mb())
    yield Result("server: start to first answer, empty folder", median(first), "s", most=1, note="median of 3")
    yield Result("server: start to first answer, existing folder", median(again), "s", most=1, note="median of 3")
    yield Result("server: idle memory", median(idle), "MB", most=150)
