"""What does a page cost to load?

Everything that a headless Chromium transfers, headers and API answers included, compressed as the server sends it: for
the first page that a new browser opens, and for the same page opened again, when what has not changed is taken from the
browser's own cache. The project has ten runs of 20 metrics.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from benchmarks.browser import ask
from benchmarks.harness import Result, Server, folder, server
from benchmarks.journals import Feed, rows

KEYS = tuple(f"{section}/metric_{n}" for section in ("train", "val") for n in range(10))
PAGES = {"home": "", "workspace": "bytes/workspace", "runs table": "bytes/runs", "run": "bytes/runs/run0"}
MOST_FIRST_KB, MOST_AGAIN_KB = 600, 60


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
            first, again = found["first"], found["again"]
            largest = ", ".join(
                f"{each['name'].split('-')[0] or 'page'} {each['bytes'] / 1000:.0f}" for each in first["largest"]
            )
            note = f"{first['requests']} requests; largest in kB: {largest}"
            yield Result(
                f"{name}, first visit, transferred", first["bytes"] / 1000, "kB", most=MOST_FIRST_KB, note=note
            )
            note = f"{again['requests']} requests"
            yield Result(
                f"{name}, second visit, transferred", again["bytes"] / 1000, "kB", most=MOST_AGAIN_KB, note=note
            )
