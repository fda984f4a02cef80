"""How many points a second does the metric store itself take for good, without HTTP?

A batch is 1,000 rows of 10 scalars of one run; every batch is on disk before the next of its run is sent. With 20 runs
at once, batches share a sync; with 200 runs of 10 rows each, many do. Sealing goes on behind it. Bytes a
point are counted after everything is sealed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Result, folder, median, percentile
from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import Block, RunKey, Source

POOL = np.random.default_rng(0).standard_normal(4_000_000)
KEYS = tuple(f"train/metric_{at}" for at in range(10))

Values = Callable[[int, int], tuple[NDArray[np.float64], ...]]
"""The columns of so many rows from a step on."""


def random_values(step: int, rows: int) -> tuple[NDArray[np.float64], ...]:
    return tuple(np.random.default_rng(step).standard_normal((10, rows)))


def curves(step: int, rows: int) -> tuple[NDArray[np.float64], ...]:
    """Like `tensor.item()` gives them: falling losses with noise, in float32; a rate, an epoch, a constant."""
    random = np.random.default_rng(step)
    at = np.arange(step, step + rows)
    losses = [(2.0 / np.sqrt(1 + at) + 0.02 * random.standard_normal(rows)).astype(np.float32) for _ in range(7)]
    return (
        *(loss.astype(np.float64) for loss in losses),
        1e-3 * np.cos(at / 1e5),
        (at // 500) * 1.0,
        np.full(rows, 0.9),
    )


async def one_run(store: EmbeddedMetrics, run: int, rows: int, seconds: float, waits: list[float]) -> int:
    step, end = 0, time.perf_counter() + seconds
    starts = np.random.default_rng(run)
    while time.perf_counter() < end:
        steps = np.arange(step, step + rows)
        at = int(starts.integers(0, len(POOL) - 10 * rows))  # fresh values cost more to make than to store
        columns = tuple(POOL[at : at + 10 * rows].reshape(10, rows))
        block = Block("history", KEYS, steps, np.array(1.7e9 + steps * 0.05, np.float64), columns)
        began = time.perf_counter()
        try:
            await store.append(RunKey(run), Source("j", step, step + rows), [block])
        except Unavailable:
            await asyncio.sleep(0.05)
            continue
        waits.append(1000 * (time.perf_counter() - began))
        step += rows
    return step


async def ingest(path: Path, runs: int, rows: int, seconds: float) -> tuple[float, list[float]]:
    store = EmbeddedMetrics(path, MetricSettings())
    waits: list[float] = []
    began = time.perf_counter()
    taken = await asyncio.gather(*(one_run(store, run, rows, seconds, waits) for run in range(runs)))
    rate = sum(taken) * len(KEYS) / (time.perf_counter() - began)
    await store.close()
    return rate, waits


async def bytes_a_point(path: Path, values: Values) -> float:
    store = EmbeddedMetrics(path, MetricSettings())
    random = np.random.default_rng(0)
    times = 1.7e9 + np.cumsum(0.05 + 0.01 * random.random(100_000))
    for step in range(0, 100_000, 10_000):
        steps = np.arange(step, step + 10_000)
        block = Block("history", KEYS, steps, times[step : step + 10_000], values(step, 10_000))
        await store.append(RunKey(1), Source("j", step, step + 10_000), [block])
    await store.close()
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1_000_000


def measure() -> Iterable[Result]:
    for runs, rows, seconds in ((1, 1000, 5.0), (20, 1000, 10.0), (200, 10, 5.0)):
        with folder() as home:
            rate, waits = asyncio.run(ingest(home / "metrics", runs, rows, seconds))
        yield Result(
            f"metric store: durable ingest, {runs} runs, batches of {rows} rows × 10",
            rate,
            "points/s",
            least=1_000_000 if runs == 20 else None,
            note=f"a batch waits {median(waits):.3g} ms, p99 {percentile(waits, 0.99):.0f} ms, "
            f"at most {max(waits):.0f} ms",
        )
    for what, values, most in (("random values", random_values, 9.0), ("training curves", curves, 4.0)):
        with folder() as home:
            reached = asyncio.run(bytes_a_point(home / "metrics", values))
        yield Result(f"metric store: disk, {what}, 10 metrics a run", reached, "bytes/point", most=most)
