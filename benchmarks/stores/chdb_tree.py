"""chDB, which is ClickHouse in the process: a MergeTree with a row a point, in the order of run, key and step."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
from chdb import session

from benchmarks.stores.engine import Curve, Engine, Rows, Steps, by_series, in_parts
from benchmarks.stores.long import as_long

TABLE = """
create table if not exists bench.points (
    run UInt32 codec(ZSTD), key UInt32 codec(ZSTD), step Int64 codec(DoubleDelta, ZSTD),
    time Float64 codec(Gorilla, ZSTD), value Float64 codec(Gorilla, ZSTD)
) engine = MergeTree order by (run, key, step)
settings fsync_after_insert = 1, old_parts_lifetime = 1, merge_tree_clear_old_parts_interval_seconds = 1
"""
LEFT = "select count() from system.parts where database = 'bench' and table = 'points' and not active"
CLEARED_SECS = 60.0
"""How long parts that were merged may take to go away; what is on disk then is counted."""
QUESTION = """
select run, key, min(step) step_first, max(step) step_last, min(value), max(value), avg(value),
    argMin(value, step), argMax(value, step), toInt64(count())
from bench.points where run in ({runs}) and key in ({keys}) and step between {steps.first} and {steps.last}
group by run, key, toInt32(floor((step - {steps.first}) / {steps.width!r})) order by run, key, step_first
"""


class Store:
    """An insert is a part of its own, synced when it returns; parts are merged behind it."""

    def __init__(self, folder: Path) -> None:
        self._session: Any = session.Session(str(folder / "chdb"))
        self._do("create database if not exists bench engine = Atomic")
        self._do(TABLE)

    def _do(self, query: str) -> None:
        self._session.query(query, "Null")

    def load(self, rows: Rows) -> None:
        for part in in_parts(rows):
            self.append(part)

    def finish(self) -> None:
        self._do("optimize table bench.points final")

    def tidy(self) -> None:
        until = time.monotonic() + CLEARED_SECS
        while int(str(self._session.query(LEFT, "TSV"))) and time.monotonic() < until:
            time.sleep(0.1)

    def append(self, rows: Rows) -> None:
        fresh = pyarrow.table(as_long(rows))  # named in the query
        self._session.query("insert into bench.points select * from Python(fresh)")
        del fresh

    def charts(self, asked: Sequence[tuple[int, int]], steps: Steps) -> list[Curve]:
        runs, keys = (", ".join(map(str, sorted({one[at] for one in asked}))) for at in (0, 1))
        found = self._session.query(QUESTION.format(runs=runs, keys=keys, steps=steps), "ArrowTable")
        run, key, *columns = (np.asarray(column) for column in found.columns)
        return by_series(asked, run, key, columns)

    def another(self) -> Engine:
        return self

    def close(self) -> None:
        self._session.close()
