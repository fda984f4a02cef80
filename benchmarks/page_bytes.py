"""What does a page cost to load?

What a headless Chromium transfers, headers included, compressed as the server sends it: for the first page that a new
browser opens, and for the same page opened again, when what has not changed is taken from the browser's own cache. The
answers of the server, which depend on the project, are told beside it: ten runs of 20 metrics with 500 random values.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from benchmarks.browser import ask
from benchmarks.harness import Result, Server, folder, server
from benchmarks.journals import Feed, rows

KEYS = tuple(f"{section}/metric_{n}" for section in ("train", "val") for n in range(10))
PAGES = {"home": "", "workspace": "bytes/workspace", "runs table": "bytes/runs", "run": "bytes/runs/run0"}
MOST_FIRST_KB, MOST_AGAIN_KB = 600, 20


def fill(running: Server) -> None:
    random = np.random.default_rng(0)
    for n in range(10):
        feed = Feed(running, "bytes", f"run{n}", KEYS)
        feed.send(feed.first + rows(0, random.standard_normal((500, len(KEYS))).cumsum(axis=0)))
        feed.finish()


def measure() -> Iterable[Result]:
    with folder() as home, server(home) as running:
        fill(running)
        for name, path in PAGES.items():
            (found,) = ask(running, "page_bytes", f"/{running.entity}/{path}" if path else "/")
            for visit, most in (("first", MOST_FIRST_KB), ("again", MOST_AGAIN_KB)):
                own = found[visit]
                largest = ", ".join(
                    f"{each['name'].split('-')[0]} {each['bytes'] / 1000:.0f}" for each in own["largest"]
                )
                note = (
                    f"answers of the server {own['answers'] / 1000:.0f} kB; {own['requests']} requests; kB: {largest}"
                )
                when = "in a new browser" if visit == "first" else "opened again"
                yield Result(f"{name} {when}, code, styles and fonts", own["page"] / 1000, "kB", most=most, note=note)
