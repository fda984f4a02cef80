"""What every engine is asked to do, and in which form it answers."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1000

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """Rows of one run in order of step; column i is of key i."""

    run: int
    steps: Ints
    times: Floats
    columns: tuple[Floats, ...]

    @property
    def points(self) -> int:
        return len(self.steps) * len(self.columns)


def in_parts(rows: Rows, points: int = 200_000) -> Iterator[Rows]:
    """Rows, about so many points at a time."""
    size = max(1, points // len(rows.columns))
    for at in range(0, len(rows.steps), size):
        part = slice(at, at + size)
        yield Rows(rows.run, rows.steps[part], rows.times[part], tuple(column[part] for column in rows.columns))


class Steps(NamedTuple):
    """A range of steps, both ends included."""

    first: int
    last: int

    @property
    def width(self) -> float:
        """Of one of 1,000 even buckets, so that no step falls beyond the last one."""
        return (self.last - self.first + 1) / BUCKETS


@dataclass(frozen=True)
class Curve:
    """A chart's data: one bucket a row, in order, each between the first and the last step that fell into it."""

    step_first: Ints
    step_last: Ints
    low: Floats
    high: Floats
    mean: Floats
    first: Floats
    last: Floats
    count: Ints


class Engine(Protocol):
    """A store in a folder of its own. What it is given is numbered: runs by `run`, keys by their column."""

    def load(self, rows: Rows) -> None:
        """Takes a whole run in, the quickest way the engine has."""

    def finish(self) -> None:
        """After loading: what the engine does to have it small and quick to read."""

    def tidy(self) -> None:
        """Waits until what the engine does not need any more is gone from the disk. Nobody counts how long."""

    def append(self, rows: Rows) -> None:
        """Takes rows in; when it returns, they are on disk."""

    def charts(self, asked: Sequence[tuple[int, int]], steps: Steps) -> list[Curve]:
        """For each run and key its curve over a range of steps in at most 1,000 buckets, exact in every number."""

    def another(self) -> Engine:
        """The same store, for a second thread."""

    def close(self) -> None:
        """No more questions."""


ENGINES = {
    "Gnomon": "gnomon_store",
    "DuckDB": "duckdb_table",
    "chDB": "chdb_tree",
    "Parquet": "parquet_files",
    "SQLite": "sqlite_rows",
}
"""Ours first: the others are measured by it."""
APPENDS = ("Gnomon", "DuckDB", "chDB", "SQLite")
"""Those that take a batch in for good. A Parquet file is written whole."""


def adapter(name: str) -> ModuleType:
    """The module of the engine of this name. Raises ImportError where what it needs is not installed."""
    return importlib.import_module(f"benchmarks.stores.{ENGINES[name]}")


def opened(name: str, folder: Path) -> Engine:
    """The engine of this name in a folder."""
    engine: Engine = adapter(name).Store(folder)
    return engine


def by_series(
    asked: Sequence[tuple[int, int]], run: Ints, key: Ints, columns: Sequence[NDArray[np.generic]]
) -> list[Curve]:
    """Cuts columns that hold many curves one after another, in order of run and key, into curves in the order asked."""
    change = np.flatnonzero((run[1:] != run[:-1]) | (key[1:] != key[:-1])) + 1
    starts = [0, *change.tolist(), len(run)]
    found = {}
    for at, end in pairwise(starts):
        if end > at:
            found[int(run[at]), int(key[at])] = Curve(*(column[at:end] for column in columns))  # type: ignore[arg-type]
    return [found[one] for one in asked]
