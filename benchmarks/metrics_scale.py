"""Does the metric store stay sane with very many small things, and with one very large one?

100,000 runs of 10 rows × 5 keys from 200 senders at once; one run with 10,000 keys, and one whose keys come one by one;
one run of 10^8 points. Each in a process of its own, with the memory that a server gives it; what a process takes
beside that is told with it. `GNOMON_BENCH_SCALE` makes all of it smaller.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import ROOT, Result, folder, median, percentile
from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import Block, RunKey, Source

SCALE = float(os.environ.get("GNOMON_BENCH_SCALE", "1"))
RUNS, SENDERS = max(400, int(100_000 * SCALE)), 200
KEYS = max(200, int(10_000 * SCALE))
LONG = max(1_000_000, int(1e8 * SCALE))
ROWS_TOGETHER = 100_000

Said = dict[str, Any]


async def append(store: EmbeddedMetrics, run: int, start: int, blocks: list[Block], waits: list[float]) -> None:
    """One batch; how many milliseconds the store took for it."""
    rows = sum(len(block.steps) for block in blocks)
    while True:
        began = time.perf_counter()
        try:
            await store.append(RunKey(run), Source("j", start, start + rows), blocks)
        except Unavailable:
            await asyncio.sleep(0.02)
            continue
        waits.append(1000 * (time.perf_counter() - began))
        return


def a_block(keys: tuple[str, ...], first: int, rows: int, random: np.random.Generator) -> Block:
    steps = np.arange(first, first + rows)
    times = np.array(1.7e9 + steps * 0.5, np.float64)
    return Block("history", keys, steps, times, tuple(random.standard_normal((len(keys), rows))))


async def short_runs(store: EmbeddedMetrics, waits: list[float]) -> int:
    keys = ("loss", "accuracy", "lr", "grad_norm", "epoch")

    async def send(sender: int) -> None:
        random = np.random.default_rng(sender)
        for run in range(sender, RUNS, SENDERS):
            await append(store, run + 1, 0, [a_block(keys, 0, 10, random)], waits)

    await asyncio.gather(*(send(sender) for sender in range(SENDERS)))
    return RUNS * 50


async def wide_rows(store: EmbeddedMetrics, waits: list[float]) -> int:
    keys = tuple(f"layer_{at // 20}/norm_{at % 20}" for at in range(KEYS))
    for first in range(0, 100, 5):
        await append(store, 1, first, [a_block(keys, first, 5, np.random.default_rng(first))], waits)
    return KEYS * 100


async def late_keys(store: EmbeddedMetrics, waits: list[float]) -> int:
    random = np.random.default_rng(0)
    for first in range(0, KEYS, 100):
        blocks = [a_block((f"layer_{at}/norm",), at, 1, random) for at in range(first, min(KEYS, first + 100))]
        await append(store, 1, first, blocks, waits)
    return KEYS


async def long_run(store: EmbeddedMetrics, waits: list[float]) -> int:
    random = np.random.default_rng(0)
    for first in range(0, LONG, ROWS_TOGETHER):
        await append(store, 1, first, [a_block(("layer_0/norm_0",), first, ROWS_TOGETHER, random)], waits)
    return LONG


QUESTIONS: dict[str, Callable[[EmbeddedMetrics, list[float]], Awaitable[int]]] = {
    f"{RUNS:,} runs of 10 rows × 5 keys": short_runs,
    f"{KEYS:,} keys in 100 rows": wide_rows,
    f"{KEYS:,} keys, one a row": late_keys,
    f"one run of {LONG:,} points": long_run,
}


async def fill_and_ask(path: Path, what: str) -> Said:
    store = EmbeddedMetrics(path, MetricSettings())
    waits: list[float] = []
    began = time.perf_counter()
    points = await QUESTIONS[what](store, waits)
    took = time.perf_counter() - began
    await store.settle()
    settled = time.perf_counter() - began
    await store.close()
    peak = memory_mb("VmHWM")
    files = [file for file in path.rglob("*") if file.is_file()]
    began = time.perf_counter()
    store = EmbeddedMetrics(path, MetricSettings())
    opened = time.perf_counter() - began
    began = time.perf_counter()
    keys = await store.keys(RunKey(1))
    known = time.perf_counter() - began
    began = time.perf_counter()
    await store.series(RunKey(1), keys[-1].key)
    drawn = time.perf_counter() - began
    await store.close()
    return {
        "rate": points / took, "settled_rate": points / settled, "p50": median(waits), "p99": percentile(waits, 0.99),
        "most": max(waits), "peak_mb": peak, "files": len(files), "open_ms": 1000 * opened,
        "bytes": sum(file.stat().st_size for file in files) / points, "keys_ms": 1000 * known, "chart_ms": 1000 * drawn,
    }  # fmt: skip


def memory_mb(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def measure() -> Iterable[Result]:
    for what in QUESTIONS:
        with folder() as home:
            command = [sys.executable, "-m", "benchmarks.metrics_scale", str(home / "metrics"), what]
            done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        said: Said = json.loads(done.stdout)
        yield Result(
            f"metric store, {what}: ingest", said["rate"], "points/s",
            note=f"{said['settled_rate']:,.0f} until it is in segments; a batch waits {said['p50']:.3g} ms, "
            f"p99 {said['p99']:.0f}, at most {said['most']:.0f} ms",
        )  # fmt: skip
        yield Result(f"metric store, {what}: memory, peak", said["peak_mb"], "MB", most=256 + 100)
        yield Result(
            f"metric store, {what}: open", said["open_ms"], "ms", most=1000,
            note=f"its keys {said['keys_ms']:.3g} ms, then a chart {said['chart_ms']:.3g} ms",
        )  # fmt: skip
        yield Result(f"metric store, {what}: disk", said["bytes"], "bytes/point", note=f"{said['files']} files")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(fill_and_ask(Path(sys.argv[1]), sys.argv[2]))))
