"""DuckDB: a table with a row a point, in the order of run, key and step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow

from benchmarks.stores.engine import Curve, Engine, Rows, Steps, by_series, in_parts
from benchmarks.stores.long import as_long

QUESTION = """
select run, key, min(step) step_first, max(step) step_last, min(value) low, max(value) high, avg(value) mean,
    arg_min(value, step) first, arg_max(value, step) last, count(*) count
from points where run in ({runs}) and key in ({keys}) and step between {steps.first} and {steps.last}
group by run, key, cast(floor((step - {steps.first}) / {steps.width!r}) as integer) order by run, key, step_first
"""


class Store:
    """Commits are synced, which is DuckDB's default; it uses as many threads as there are cores."""

    def __init__(self, folder: Path) -> None:
        self._connection: Any = duckdb.connect(str(folder / "points.duckdb"))
        self._connection.execute(
            "create table if not exists points (run uinteger, key uinteger, step bigint, time double, value double)"
        )

    def load(self, rows: Rows) -> None:
        for part in in_parts(rows):
            self.append(part)

    def finish(self) -> None:
        self._connection.execute("checkpoint")

    def tidy(self) -> None:
        """A checkpoint leaves nothing."""

    def append(self, rows: Rows) -> None:
        self._connection.register("fresh", pyarrow.table(as_long(rows)))
        self._connection.execute("insert into points select * from fresh")
        self._connection.unregister("fresh")

    def charts(self, asked: Sequence[tuple[int, int]], steps: Steps) -> list[Curve]:
        runs, keys = (", ".join(map(str, sorted({one[at] for one in asked}))) for at in (0, 1))
        found = self._connection.execute(QUESTION.format(runs=runs, keys=keys, steps=steps)).fetchnumpy()
        names = ("step_first", "step_last", "low", "high", "mean", "first", "last", "count")
        return by_series(asked, found["run"], found["key"], [found[name] for name in names])

    def another(self) -> Engine:
        other = object.__new__(Store)
        other._connection = self._connection.cursor()
        return other

    def close(self) -> None:
        self._connection.close()
