"""What the engines are filled with: noisy walks with rare spikes, in full-entropy float64, and recorded trainings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.stores.engine import Floats, Rows, Steps

SCALE = float(os.environ.get("GNOMON_BENCH_SCALE", "1"))


def scaled(size: float) -> int:
    return max(2000, int(size * SCALE))


class Asked(NamedTuple):
    """Curves that are drawn together, each of so many points."""

    runs: range
    keys: int
    size: int

    @property
    def series(self) -> list[tuple[int, int]]:
        return [(run, key) for run in self.runs for key in range(self.keys)]

    @property
    def whole(self) -> Steps:
        return Steps(0, self.size - 1)


CHARTS = {
    "1 × 10^5 points": Asked(range(1, 2), 1, scaled(1e5)),
    "1 × 10^6 points": Asked(range(2, 3), 1, scaled(1e6)),
    "1 × 10^7 points": Asked(range(3, 4), 1, scaled(1e7)),
    "20 runs × 10^5 points": Asked(range(10, 30), 1, scaled(1e5)),
    "100 runs × 10^4 points": Asked(range(100, 200), 1, scaled(1e4)),
    "6 metrics × 10 runs × 10^5 points": Asked(range(200, 210), 6, scaled(1e5)),
}
ZOOMED = CHARTS["1 × 10^7 points"]
ZOOMS = 10


def zoom(at: int) -> Steps:
    """One of the places where 1 % is looked at."""
    first = int(ZOOMED.size * (0.03 + at / ZOOMS * 0.95))
    return Steps(first, first + ZOOMED.size // 100 - 1)


def walk(run: int, key: int, size: int) -> Floats:
    random = np.random.default_rng((run, key))
    values = np.cumsum(random.standard_normal(size)) * 0.01 + random.standard_normal(size)
    values[random.integers(0, size, max(1, size // 5000))] *= 50
    return values


def times_of(run: int, size: int) -> Floats:
    """When rows were logged, in seconds: steps of about the same length."""
    times: Floats = 1.7e9 + np.cumsum(0.05 + 0.01 * np.random.default_rng(run).random(size))
    return times


def whole_run(run: int, keys: int, size: int) -> Rows:
    return Rows(run, np.arange(size), times_of(run, size), tuple(walk(run, key, size) for key in range(keys)))


def charted() -> Iterator[Rows]:
    """Every run that charts are drawn of, whole."""
    for asked in CHARTS.values():
        for run in asked.runs:
            yield whole_run(run, asked.keys, asked.size)


def random_runs() -> Iterator[Rows]:
    """Ten metrics of noise: nothing in them can be packed but the steps and the times."""
    yield whole_run(1, 10, scaled(1e5))


def recorded(path: Path) -> Iterator[Rows]:
    """The trainings that `training.record` wrote to a file."""
    with np.load(path) as file:
        for run in range(1, int(file["runs"]) + 1):
            columns = tuple(np.ascontiguousarray(column) for column in file[f"values_{run}"])
            size = len(columns[0])
            yield Rows(run, np.arange(size), times_of(run, size), columns)
