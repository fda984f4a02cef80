"""Does a page that stays open hold more and more?

    GNOMON_BENCH_MINUTES=5 python -m benchmarks live_memory

A project of 20 runs with 40 metrics each, all of them running: one row a second of each, and a run that ends and a new
one every two minutes. A workspace and a runs table are open for half an hour; what they hold after their garbage was
collected is noted at minute 1 and then every five minutes. What is asked is that the last half of that time adds no
more than a tenth to what was there at its beginning.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks.browser import ask
from benchmarks.harness import Result, Server, folder, server
from benchmarks.journals import Feed, record, rows
from gnomon.protocol.journal import Kind

MINUTES = float(os.environ.get("GNOMON_BENCH_MINUTES", 30))
RUNS = 20
KEYS = tuple(f"{section}/metric_{n}" for section in ("train", "val", "optim", "perf") for n in range(10))
NEW_RUN_SECS = 120.0


class Training:
    """Runs that log a row a second each until they are told to stop."""

    def __init__(self, running: Server) -> None:
        self.running = running
        self.random = np.random.default_rng(0)
        self.begun = 0
        self.feeds = [self.begin() for _ in range(RUNS)]
        self.steps = [0] * RUNS
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.go, daemon=True)

    def begin(self) -> Feed:
        feed = Feed(self.running, "live", f"run{self.begun:03d}", KEYS)
        config = record(Kind.CONFIG, {"lr": 10 ** -(1 + self.begun % 4), "seed": self.begun}, [])
        feed.send(feed.first + config + self.rows(0, 200))
        self.begun += 1
        return feed

    def rows(self, first: int, count: int) -> bytes:
        values = np.exp(-np.arange(first, first + count) / 500)[:, None] + 0.1 * self.random.random((count, len(KEYS)))
        return rows(first, values)

    def go(self) -> None:
        self.steps = [200] * RUNS
        began, renewed = time.monotonic(), 0
        second = 0
        while not self.over.wait(max(0.0, began + second - time.monotonic())):
            second += 1
            for place, feed in enumerate(self.feeds):
                feed.send(self.rows(self.steps[place], 1))
                self.steps[place] += 1
            if second >= (renewed + 1) * NEW_RUN_SECS:
                place = renewed % RUNS
                self.feeds[place].finish()
                self.feeds[place], self.steps[place] = self.begin(), 200
                renewed += 1

    def __enter__(self) -> Training:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join(10)


def slope(held: list[dict[str, Any]]) -> float:
    """Megabytes of heap an hour over the last half of the time."""
    half = [each for each in held if each["minute"] >= held[-1]["minute"] / 2]
    if len(half) < 2:
        return 0.0
    rate, _ = np.polyfit([each["minute"] for each in half], [each["heap_mb"] for each in half], 1)
    return float(rate) * 60


def measure() -> Iterable[Result]:
    with folder() as home, server(home) as running, Training(running):
        paths = [f"/{running.entity}/live/{page}" for page in ("workspace", "runs")]
        pages = ask(running, "live_memory", f"{MINUTES:g}", *paths, timeout_secs=MINUTES * 60 + 180)
        memory = running.memory_mb()
    for page in pages:
        name = page["path"].rpartition("/")[2]
        held = page["held"]
        middle = next(each for each in held if each["minute"] >= held[-1]["minute"] / 2)
        told = ", ".join(f"{each['heap_mb']:.1f}" for each in held)
        minutes = ", ".join(f"{each['minute']:g}" for each in held)
        nodes = f"{middle['nodes']:,.0f} → {held[-1]['nodes']:,.0f} nodes"
        note = f"{told} MB at minute {minutes}; {slope(held):+.1f} MB an hour; {nodes}; server {memory:.0f} MB"
        added = (held[-1]["heap_mb"] / middle["heap_mb"] - 1) * 100
        yield Result(
            f"heap of a {name} page that is open for {MINUTES:g} minutes, added in the last half of it",
            added, "%", most=10, note=note,
        )  # fmt: skip
