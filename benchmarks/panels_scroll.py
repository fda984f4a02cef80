"""How does a workspace of 500 panels scroll?

500 metrics in 50 sections, ten runs of 2,000 rows each, scrolled at 1,500 pixels a second for ten seconds in a headless
Chromium that draws with the CPU. Beside the frames a second stand the nodes in the document and the canvases, which say
that only the panels near the screen are there, and the processor time of a frame; where the machine does something else
too there are fewer frames, and each has more to draw. Then the smoothing slider is dragged through 30 places; asked is
that the first panel is redrawn while it moves.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from benchmarks.browser import ask, frames, others
from benchmarks.harness import Result, Server, folder, server
from benchmarks.journals import Feed, rows

RUNS, ROWS = 10, 2_000
KEYS = tuple(f"section{section:02d}/metric_{n}" for section in range(50) for n in range(10))
MOST_NODES = 6_000


def fill(running: Server) -> None:
    random = np.random.default_rng(0)
    for n in range(RUNS):
        feed = Feed(running, "panels", f"run{n:02d}", KEYS)
        feed.send(feed.first)
        for start in range(0, ROWS, 200):
            feed.send(rows(start, random.standard_normal((200, len(KEYS))).cumsum(axis=0)))
        feed.finish()


def measure() -> Iterable[Result]:
    with folder() as home, server(home) as running:
        fill(running)
        beside = others()
        found = ask(running, "panels_scroll", f"/{running.entity}/panels/workspace")
    scroll, smoothing = found["scroll"], found["smoothing"]
    what = f"workspace of {len(KEYS)} panels"
    note = f"{frames(scroll)}; {beside}"
    yield Result(f"{what}, scrolled", scroll["fps"], "frames/s", least=50, note=note)
    note = f"{found['standing']} canvases; {found['height']:,} pixels high"
    yield Result(
        f"{what}, nodes in the document while scrolled, at most", scroll["nodes"], "nodes", most=MOST_NODES, note=note
    )
    yield Result(f"{what}, layout shift", found["shift"], "CLS", most=0.05)
    slider = f"smoothing slider dragged through {smoothing['moves']} places, redraws of a panel"
    yield Result(slider, smoothing["redraws"], "redraws", least=10)
