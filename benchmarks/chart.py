"""How long does the data of a chart take?

The whole HTTP answer, in Arrow, of at most 1,000 exact buckets a curve: one metric of a run with ten million points,
and one metric of 100 runs with 10,000 points each. Medians of 20 requests on one connection each, after one that warms
up; beside it stands a range of 1 %, which no request before has asked for.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable

import numpy as np

from benchmarks.harness import Result, Server, folder, median, server
from benchmarks.journals import Feed, rows

LONG = int(os.environ.get("GNOMON_BENCH_LONG", 10_000_000))
MANY, SHORT = 100, 10_000
CHUNK = 200_000


def ask_ms(running: Server, project: str, runs: list[str], **bounds: float) -> float:
    body = json.dumps({"runs": runs, "keys": ["loss"], "buckets": 1000, **bounds}).encode()
    path = f"/api/projects/{running.entity}/{project}/series"
    connection = running.connect()
    try:
        began = time.perf_counter()
        status, answer = running.ask_raw("POST", path, body, connection=connection, Content_Type="application/json")
        took = 1000 * (time.perf_counter() - began)
    finally:
        connection.close()
    if status != 200 or len(answer) < 1000:
        raise RuntimeError(f"the chart was answered {status}: {answer[:300]!r}")
    return took


def measure() -> Iterable[Result]:
    random = np.random.default_rng(0)
    with folder() as home, server(home) as running:
        feed = Feed(running, "long", "long", ["loss"])
        feed.send(feed.first)
        for start in range(0, LONG, CHUNK):
            noise = random.standard_normal((min(CHUNK, LONG - start), 1))
            feed.send(rows(start, noise / np.sqrt(1 + np.arange(start, start + len(noise))[:, None]) + noise * 0.01))
        feed.finish()
        for n in range(MANY):
            short = Feed(running, "short", f"run{n}", ["loss"])
            short.send(short.first + rows(0, random.standard_normal((SHORT, 1)).cumsum(axis=0)))
            short.finish()
        every = [f"run{n}" for n in range(MANY)]
        ask_ms(running, "long", ["long"])
        long_ms = [ask_ms(running, "long", ["long"]) for _ in range(20)]
        zooms = [LONG * place / 20 for place in range(20)]
        zoom_ms = [ask_ms(running, "long", ["long"], first=x, last=x + LONG / 100) for x in zooms]
        ask_ms(running, "short", every)
        short_ms = [ask_ms(running, "short", every) for _ in range(20)]
        memory = running.memory_mb()
    note = f"1 % of it {median(zoom_ms):.1f} ms; server holds {memory:.0f} MB"
    yield Result(f"chart: 1 metric × {LONG:,} points", median(long_ms), "ms", most=20, note=note)
    yield Result(f"chart: {MANY} runs × {SHORT:,} points", median(short_ms), "ms", most=80)
