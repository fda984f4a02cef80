"""What one process does with one engine: `python -m benchmarks.stores.worker ENGINE FOLDER ACTION [ARGUMENT]`.

The last line it prints is JSON.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks.stores import data
from benchmarks.stores.engine import Engine, Rows, adapter, opened
from benchmarks.stores.scan import check

T = TypeVar("T")

ROWS, KEYS, RUNS = 1000, 10, 20
"""A batch of the ingest question, and the runs that send one in turn."""
INGEST_SECS = 5.0 * min(1.0, max(0.1, data.SCALE))
TIMES, ENOUGH_SECS = 5, 4.0
"""A question is asked so often again, or until it took so long."""
FIRST = "1 × 10^5 points"
MEANWHILE = "20 runs × 10^5 points"


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and how many milliseconds that took."""
    began = time.perf_counter()
    result = work()
    return result, 1000 * (time.perf_counter() - began)


def load(engine: Engine, folder: Path, source: str) -> dict[str, Any]:
    """Fills a store with what charts are drawn of, with random values, or with recorded trainings."""
    runs = {"charts": data.charted, "random": data.random_runs}.get(source, lambda: data.recorded(Path(source)))()
    points = 0
    secs = 0.0
    for rows in runs:
        points += rows.points
        secs += timed(lambda rows=rows: engine.load(rows))[1] / 1000  # type: ignore[misc]
    secs += timed(engine.finish)[1] / 1000
    engine.tidy()
    engine.close()
    size_bytes = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return {"points": points, "secs": secs, "bytes_a_point": size_bytes / points}


def charts(engine: Engine, question: str) -> dict[str, Any]:
    """Asks again and again: milliseconds of each but the first, which is told apart and checked."""
    asked = data.CHARTS[question]
    curves, first = timed(lambda: engine.charts(asked.series, asked.whole))
    for (run, key), curve in zip(asked.series, curves, strict=True):
        check(f"{question}, run {run}, metric {key}", curve, data.walk(run, key, asked.size), asked.whole)
    took: list[float] = []
    while len(took) < TIMES and sum(took) < 1000 * ENOUGH_SECS:
        took.append(timed(lambda: engine.charts(asked.series, asked.whole))[1])
    return {"first": first, "ms": took}


def zooms(engine: Engine) -> dict[str, Any]:
    """Looks at 1 % of the longest run in several places, at each once."""
    engine.charts(data.CHARTS[FIRST].series, data.CHARTS[FIRST].whole)
    values = data.walk(data.ZOOMED.runs[0], 0, data.ZOOMED.size)
    took: list[float] = []
    for at in range(data.ZOOMS):
        steps = data.zoom(at)
        (curve,), ms = timed(lambda steps=steps: engine.charts(data.ZOOMED.series, steps))  # type: ignore[misc]
        check("1 %", curve, values, steps)
        took.append(ms)
        if sum(took) > 1000 * ENOUGH_SECS:
            break
    return {"ms": took}


def first_answer(name: str, folder: Path) -> dict[str, Any]:
    """How long opening a store takes together with drawing one curve; the engine's import is told apart."""
    asked = data.CHARTS[FIRST]
    _, import_ms = timed(lambda: adapter(name))

    def ask() -> Engine:
        engine = opened(name, folder)
        engine.charts(asked.series, asked.whole)
        return engine

    engine, open_ms = timed(ask)
    engine.close()
    return {"ms": open_ms, "import_ms": import_ms}


def memory(engine: Engine) -> dict[str, Any]:
    """What the process holds after all charts were drawn once, and the most it held until then."""
    for asked in data.CHARTS.values():
        engine.charts(asked.series, asked.whole)
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {"mb": int(status["VmRSS"].split()[0]) / 1024, "peak_mb": int(status["VmHWM"].split()[0]) / 1024}


def batches() -> Iterator[Rows]:
    """Batches without end, of each run in turn; runs 1000 and on."""
    pool = np.random.default_rng(0).standard_normal(4_000_000)  # fresh values cost more to make than to store
    random = np.random.default_rng(1)
    step = 0
    while True:
        steps = np.arange(step, step + ROWS)
        for run in range(1000, 1000 + RUNS):
            at = int(random.integers(0, len(pool) - ROWS * KEYS))
            yield Rows(
                run,
                steps,
                np.array(1.7e9 + steps * 0.05, np.float64),
                tuple(pool[at : at + ROWS * KEYS].reshape(KEYS, ROWS)),
            )
        step += ROWS


def ingest(engine: Engine) -> dict[str, Any]:
    """Points a second, each batch on disk before the next one is sent; and with what closing the store has to do."""
    waits: list[float] = []
    feed = batches()
    engine.append(next(feed))  # imports what it needs
    while sum(waits) < 1000 * INGEST_SECS:
        rows = next(feed)
        waits.append(timed(lambda rows=rows: engine.append(rows))[1])  # type: ignore[misc]
    points = len(waits) * ROWS * KEYS
    closing = timed(engine.finish)[1] + timed(engine.close)[1]
    rates = {"rate": points / sum(waits) * 1000, "rate_closed": points / (sum(waits) + closing) * 1000}
    return {**rates, "ms": waits}


def together(engine: Engine) -> dict[str, Any]:
    """Charts drawn in one thread while another takes batches in; of a store that is not asked again."""
    asked = data.CHARTS[MEANWHILE]
    took: list[float] = []
    stop = threading.Event()
    other = engine.another()
    other.charts(asked.series, asked.whole)

    def draw() -> None:
        while not stop.is_set():
            took.append(timed(lambda: other.charts(asked.series, asked.whole))[1])
            stop.wait(0.05)

    waits: list[float] = []
    feed = batches()
    engine.append(next(feed))
    drawing = threading.Thread(target=draw, daemon=True)
    drawing.start()
    while sum(waits) < 1000 * INGEST_SECS or not took:
        rows = next(feed)
        waits.append(timed(lambda rows=rows: engine.append(rows))[1])  # type: ignore[misc]
    stop.set()
    drawing.join()
    return {"ms": took, "rate": len(waits) * ROWS * KEYS / sum(waits) * 1000}


def main(name: str, folder: Path, action: str, argument: str = "") -> dict[str, Any]:
    if action == "first_answer":
        return first_answer(name, folder)
    folder.mkdir(parents=True, exist_ok=True)
    engine = opened(name, folder)
    if action == "load":
        return load(engine, folder, argument)
    if action == "charts":
        return charts(engine, argument)
    return {"zooms": zooms, "memory": memory, "ingest": ingest, "together": together}[action](engine)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])) + "\n")
