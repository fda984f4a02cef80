"""What does the metric store itself take for the data of a chart, without HTTP?

Full-entropy float64 with times, one metric a run where nothing else is said, at most 1,000 exact buckets a curve. Wall
time from the first call to the last answer of all curves asked for at once; `first` is the first time after the store
was opened, the number itself the median of nine more. One question is asked again while others send. Disk and memory
after it all.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import ROOT, Result, folder, median, percentile
from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import Block, CurveAsked, RunKey, Source, Span

SCALE = float(os.environ.get("GNOMON_BENCH_SCALE", "1"))
KEYS = ("loss", "accuracy", "lr", "grad_norm", "weight_norm", "epoch")


class Question(NamedTuple):
    """Runs and how many metrics of them are drawn, of how many points each; `most` milliseconds were asked for."""

    runs: range
    keys: int
    size: int
    most: float | None

    @property
    def curves(self) -> list[CurveAsked]:
        return [CurveAsked(RunKey(run), key) for run in self.runs for key in KEYS[: self.keys]]


QUESTIONS = {
    "1 × 10^5 points": Question(range(1, 2), 1, 100_000, None),
    "1 × 10^6 points": Question(range(2, 3), 1, 1_000_000, None),
    "1 × 10^7 points": Question(range(3, 4), 1, 10_000_000, 20),
    "20 runs × 10^5 points": Question(range(10, 30), 1, 100_000, None),
    "100 runs × 10^4 points": Question(range(100, 200), 1, 10_000, 80),
    "6 metrics × 10 runs × 10^5 points": Question(range(200, 210), 6, 100_000, None),
}
MEANWHILE = "20 runs × 10^5 points"


def points(run: int, keys: int, size: int) -> tuple[NDArray[np.float64], tuple[NDArray[np.float64], ...]]:
    random = np.random.default_rng(run)
    values = (np.cumsum(random.standard_normal(size)) * 0.01 + random.standard_normal(size) for _ in range(keys))
    columns = tuple(values)
    return 1.7e9 + np.cumsum(0.05 + 0.01 * random.random(size)), columns


async def log(store: EmbeddedMetrics, run: int, keys: int, size: int) -> None:
    times, values = points(run, keys, size)
    for start in range(0, size, 50_000):
        part = slice(start, min(size, start + 50_000))
        steps = np.arange(part.start, part.stop)
        block = Block("history", KEYS[:keys], steps, times[part], tuple(column[part] for column in values))
        while True:
            try:
                await store.append(RunKey(run), Source("j", start, part.stop), [block])
                break
            except Unavailable:
                await asyncio.sleep(0.02)


def resident_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


async def timed_ms(ask: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await ask()
    return 1000 * (time.perf_counter() - began)


async def charts(path: Path) -> list[Result]:
    results: list[Result] = []
    store = EmbeddedMetrics(path, MetricSettings())
    total = 0
    for question in QUESTIONS.values():
        for run in question.runs:
            await log(store, run, question.keys, int(question.size * SCALE))
            total += question.keys * int(question.size * SCALE)
    await store.close()
    size_bytes = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    began = time.perf_counter()
    store = EmbeddedMetrics(path, MetricSettings())
    results.append(Result("metric store: open", 1000 * (time.perf_counter() - began), "ms", note=f"{total:,} points"))
    for what, question in QUESTIONS.items():
        for x in ("_step", "_time"):

            async def ask(question: Question = question, x: str = x) -> None:
                await store.curves(question.curves, x=x)

            first = await timed_ms(ask)
            reached = median([await timed_ms(ask) for _ in range(9)])
            results.append(
                Result(
                    f"metric store: {what} over {x}", reached, "ms", most=question.most, note=f"first {first:.3g} ms"
                )
            )
    last = int(1e7 * SCALE)
    zooms = []
    for at in range(20):
        span = Span(last * at / 25, last * at / 25 + last / 100)
        zooms.append(await timed_ms(lambda span=span: store.series(RunKey(3), "loss", span=span)))  # type: ignore[misc]
    results.append(Result("metric store: 1 % of 10^7 points, each asked for once", median(zooms), "ms"))
    results.append(
        Result("metric store: disk, random values, one to six metrics a run", size_bytes / total, "bytes/point", most=9)
    )
    results.append(await while_ingesting(store))
    await store.close()
    script = [sys.executable, "-m", "benchmarks.metrics_charts", str(path)]
    memory = float(subprocess.run(script, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    results.append(Result("metric store: memory of a process that opened it and drew all these charts", memory, "MB"))
    return results


async def while_ingesting(store: EmbeddedMetrics) -> Result:
    """Draws again and again while ten other runs send batches of 1,000 rows × 6 as quickly as they are taken."""
    times, values = points(0, len(KEYS), 1000)
    stop = False
    taken = 0

    async def send(run: int) -> None:
        nonlocal taken
        at = 0
        while not stop:
            block = Block("history", KEYS, np.arange(at, at + 1000), times + at, values)
            try:
                at = await store.append(RunKey(run), Source("j", at, at + 1000), [block])
                taken += 1000 * len(KEYS)
            except Unavailable:
                await asyncio.sleep(0.02)

    began = time.perf_counter()
    senders = [asyncio.create_task(send(run)) for run in range(1000, 1010)]
    took = []
    while time.perf_counter() - began < max(0.5, 5 * SCALE):
        took.append(await timed_ms(lambda: store.curves(QUESTIONS[MEANWHILE].curves)))
        await asyncio.sleep(0.05)
    stop = True
    await asyncio.gather(*senders)
    rate = taken / (time.perf_counter() - began)
    note = f"p95 {percentile(took, 0.95):.3g} ms; {rate:,.0f} points/s were taken in beside it"
    return Result(f"metric store: {MEANWHILE} while ingesting", median(took), "ms", note=note)


async def draw_all(path: Path) -> None:
    store = EmbeddedMetrics(path, MetricSettings())
    for question in QUESTIONS.values():
        await store.curves(question.curves)
    print(resident_mb())
    await store.close()


def measure() -> Iterable[Result]:
    with folder() as home:
        yield from asyncio.run(charts(home / "metrics"))


if __name__ == "__main__":
    asyncio.run(draw_all(Path(sys.argv[1])))
