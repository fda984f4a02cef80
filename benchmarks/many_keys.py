"""Can a run with 10,000 metrics be looked at?

One run with 100 rows of 10,000 metrics in 100 sections: until its first curve, scrolling its panels, and finding one of
them by name; each in a fresh headless Chromium that draws with the CPU.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from benchmarks.browser import ask, frames, others
from benchmarks.harness import Result, folder, server
from benchmarks.journals import Feed, rows

KEYS = tuple(f"section{n // 100:02d}/metric_{n:04d}" for n in range(10_000))
ROWS = 100


def measure() -> Iterable[Result]:
    random = np.random.default_rng(0)
    with folder() as home, server(home) as running:
        feed = Feed(running, "keys", "wide", KEYS)
        feed.send(feed.first)
        for start in range(0, ROWS, 10):
            feed.send(rows(start, random.standard_normal((10, len(KEYS))).cumsum(axis=0)))
        feed.finish()
        beside = others()
        found = ask(running, "many_keys", f"/{running.entity}/keys/runs/wide")
    what, scroll = f"run with {len(KEYS):,} metrics", found["scroll"]
    memory = found["memory"]
    note = f"{memory['heap_mb']:.0f} MB of heap, {memory['nodes']:,} nodes; layout shift {found['shift']:.3f}; {beside}"
    yield Result(f"{what}, first curve", found["paint_ms"], "ms", most=1500, note=note)
    yield Result(f"{what}, scrolled", scroll["fps"], "frames/s", least=50, note=f"{frames(scroll)}; {beside}")
    yield Result(f"{what}, one found by name", found["search_ms"], "ms", most=500, note=beside)
