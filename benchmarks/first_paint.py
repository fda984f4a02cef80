"""How long until a large project can be looked at?

A project of 10,000 runs with 200 metrics each, opened in a fresh headless Chromium: the time from asking for the
workspace to the first curve on the screen, over loopback, the server's caches warm from one visit before. Beside it
stand the first visit after all runs came in, and the first one after the server was started again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks.browser import ask, others
from benchmarks.harness import Result, Server, folder, median, server
from benchmarks.journals import Feed, record, rows
from gnomon.protocol.journal import Kind

RUNS = int(os.environ.get("GNOMON_BENCH_RUNS", 10_000))
KEYS = tuple(f"{section}/metric_{n}" for section in ("train", "val", "optim", "perf") for n in range(50))
STEPS = 5


def fill(running: Server) -> float:
    """The runs, one journal each; returns the seconds that took."""
    random = np.random.default_rng(0)
    began = time.perf_counter()
    for n in range(RUNS):
        feed = Feed(running, "large", f"run{n:05d}", KEYS)
        config = record(Kind.CONFIG, {"lr": 10 ** -(1 + n % 4), "seed": n, "model": {"width": 64 << n % 4}}, [])
        end = record(Kind.EXIT, {"state": "finished", "exit_code": 0, "time": time.time()})
        feed.send(feed.first + config + rows(0, random.standard_normal((STEPS, len(KEYS))).cumsum(axis=0)) + end)
        feed.connection.close()
    return time.perf_counter() - began


def visit(running: Server) -> Any:
    """From the request for the page to the first curve drawn, and how far the layout moved."""
    return ask(running, "first_paint", f"/{running.entity}/large/workspace")


def measure() -> Iterable[Result]:
    with folder() as home:
        with server(home) as running:
            filled_secs = fill(running)
            first = visit(running)["paint_ms"]
        with server(home) as running:
            started = visit(running)["paint_ms"]
            beside = others()
            again = [visit(running) for _ in range(5)]
            memory = running.memory_mb()
    note = f"first visit {first / 1000:.1f} s; filled in {filled_secs:.0f} s; server holds {memory:.0f} MB; {beside}"
    what = f"first curve of a workspace, {RUNS:,} runs × {len(KEYS)} metrics"
    yield Result(what, median([each["paint_ms"] for each in again]), "ms", most=1500, note=note)
    yield Result(f"{what}, first visit after a start", started, "ms", most=1500)
    yield Result(
        "layout shift of this workspace while it is loaded", max(each["shift"] for each in again), "CLS", most=0.05
    )
