"""How long does it take to look closer at ten million points?

One run with one metric of ten million points of noise, of which one stands out. It is zoomed in upon by dragging, one
quarter of the panel at a time, until some hundred points are left; each time from the end of the drag until the panel
was drawn for the last time. The point has to stand above the noise at every level.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import numpy as np

from benchmarks.browser import ask, others
from benchmarks.harness import Result, folder, median, server
from benchmarks.journals import Feed, rows

POINTS = int(os.environ.get("GNOMON_BENCH_LONG", 10_000_000))
SPIKE = POINTS * 37 // 100 + 11
CHUNK = 200_000


def measure() -> Iterable[Result]:
    random = np.random.default_rng(0)
    with folder() as home, server(home) as running:
        feed = Feed(running, "zoom", "long", ["loss"])
        feed.send(feed.first)
        for start in range(0, POINTS, CHUNK):
            values = 1 + 0.05 * random.standard_normal((min(CHUNK, POINTS - start), 1))
            if start <= SPIKE < start + CHUNK:
                values[SPIKE - start] = 9.0
            feed.send(rows(start, values))
        feed.finish()
        beside = others()
        found = ask(running, "zoom", f"/{running.entity}/zoom/workspace?m=loss", str(POINTS), str(SPIKE))
    zooms = found["zooms"]
    seen = sum(zoom["peak"] > 0.8 for zoom in zooms)
    took = [zoom["ms"] for zoom in zooms]
    note = f"slowest {max(took):.0f} ms; first curve after {found['paint_ms']:.0f} ms; {beside}"
    yield Result(f"zoom into {POINTS:,} points, drawn after", median(took), "ms", most=200, note=note)
    yield Result(
        f"one point of {POINTS:,} that stands out, seen at how many of {len(zooms)} levels", seen, "levels",
        least=len(zooms),
    )  # fmt: skip
