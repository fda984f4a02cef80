"""What does the metric store itself take for the data of a chart, without HTTP?

Full-entropy float64 with times, one metric a run, at most 1,000 exact buckets a curve. Wall time from the first call to
the last answer of all curves asked for at once; `first` is the first time after the store was opened, the number itself
the median of nine more. Disk and memory after it all.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import ROOT, Result, folder, median
from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import Block, CurveAsked, RunKey, Source, Span

SCALE = float(os.environ.get("GNOMON_BENCH_SCALE", "1"))
QUESTIONS: dict[str, tuple[range, int, float | None]] = {
    "1 × 10^5 points": (range(1, 2), 100_000, None),
    "1 × 10^6 points": (range(2, 3), 1_000_000, None),
    "1 × 10^7 points": (range(3, 4), 10_000_000, 20),
    "20 runs × 10^5 points": (range(10, 30), 100_000, None),
    "100 runs × 10^4 points": (range(100, 200), 10_000, 80),
}


def points(run: int, size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    random = np.random.default_rng(run)
    values = np.cumsum(random.standard_normal(size)) * 0.01 + random.standard_normal(size)
    return 1.7e9 + np.cumsum(0.05 + 0.01 * random.random(size)), values


async def log(store: EmbeddedMetrics, run: int, size: int) -> None:
    times, values = points(run, size)
    for start in range(0, size, 50_000):
        part = slice(start, min(size, start + 50_000))
        steps = np.arange(part.start, part.stop)
        block = Block("history", ("loss",), steps, times[part], (values[part],))
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
    for runs, size, _ in QUESTIONS.values():
        for run in runs:
            await log(store, run, int(size * SCALE))
            total += int(size * SCALE)
    await store.close()
    size_bytes = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    began = time.perf_counter()
    store = EmbeddedMetrics(path, MetricSettings())
    results.append(Result("metric store: open", 1000 * (time.perf_counter() - began), "ms", note=f"{total:,} points"))
    for what, (runs, _, most) in QUESTIONS.items():
        for x in ("_step", "_time"):

            async def ask(runs: range = runs, x: str = x) -> None:
                await store.curves([CurveAsked(RunKey(run), "loss") for run in runs], x=x)

            first = await timed_ms(ask)
            reached = median([await timed_ms(ask) for _ in range(9)])
            results.append(
                Result(f"metric store: {what} over {x}", reached, "ms", most=most, note=f"first {first:.3g} ms")
            )
    last = int(1e7 * SCALE)
    zooms = []
    for at in range(20):
        span = Span(last * at / 25, last * at / 25 + last / 100)
        zooms.append(await timed_ms(lambda span=span: store.series(RunKey(3), "loss", span=span)))  # type: ignore[misc]
    results.append(Result("metric store: 1 % of 10^7 points, each asked for once", median(zooms), "ms"))
    results.append(
        Result("metric store: disk, random values, one metric a run", size_bytes / total, "bytes/point", most=9)
    )
    await store.close()
    script = [sys.executable, "-m", "benchmarks.metrics_charts", str(path)]
    memory = float(subprocess.run(script, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    results.append(Result("metric store: memory of a process that opened it and drew all these charts", memory, "MB"))
    return results


async def draw_all(path: Path) -> None:
    store = EmbeddedMetrics(path, MetricSettings())
    for runs, _, _ in QUESTIONS.values():
        await store.curves([CurveAsked(RunKey(run), "loss") for run in runs])
    print(resident_mb())
    await store.close()


def measure() -> Iterable[Result]:
    with folder() as home:
        yield from asyncio.run(charts(home / "metrics"))


if __name__ == "__main__":
    asyncio.run(draw_all(Path(sys.argv[1])))
