"""Parquet: a file a run, in the order of key and step, and buckets made of what is read with numpy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
from pyarrow import parquet

from benchmarks.stores.engine import Curve, Engine, Rows, Steps
from benchmarks.stores.long import as_long

HOW: dict[str, Any] = {
    "compression": "zstd",
    "row_group_size": 1 << 17,
    "use_dictionary": ["key"],
    "column_encoding": {"step": "DELTA_BINARY_PACKED", "time": "BYTE_STREAM_SPLIT", "value": "BYTE_STREAM_SPLIT"},
    "write_page_index": True,
}


class Store:
    """A file is written whole; nothing can be appended to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "parquet"
        self._folder.mkdir(exist_ok=True)

    def _path(self, run: int) -> Path:
        return self._folder / f"{run}.parquet"

    def load(self, rows: Rows) -> None:
        columns = as_long(rows)
        del columns["run"]
        parquet.write_table(pyarrow.table(columns), self._path(rows.run), **HOW)

    def finish(self) -> None:
        """A file is as small as it gets once it is written."""

    def tidy(self) -> None:
        """There is nothing but the files."""

    def append(self, rows: Rows) -> None:
        raise NotImplementedError("a Parquet file is written whole")

    def charts(self, asked: Sequence[tuple[int, int]], steps: Steps) -> list[Curve]:
        return [self._chart(run, key, steps) for run, key in asked]

    def _chart(self, run: int, key: int, steps: Steps) -> Curve:
        only = [("key", "=", key), ("step", ">=", steps.first), ("step", "<=", steps.last)]
        found = parquet.read_table(self._path(run), columns=["step", "value"], filters=only)
        at, values = (found[name].to_numpy() for name in ("step", "value"))
        bucket = ((at - steps.first) / steps.width).astype(np.int64)
        starts = np.flatnonzero(np.diff(bucket, prepend=-1))
        ends = np.append(starts[1:], len(at))
        count = ends - starts
        return Curve(
            at[starts], at[ends - 1], np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts),
            np.add.reduceat(values, starts) / count, values[starts], values[ends - 1], count,
        )  # fmt: skip

    def another(self) -> Engine:
        return self

    def close(self) -> None:
        """Nothing is held open."""
