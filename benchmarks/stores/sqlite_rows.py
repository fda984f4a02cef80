"""SQLite: a row a point, clustered by run, key and step."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.stores.engine import Curve, Engine, Rows, Steps, in_parts

QUESTION = """
select step_first, step_last, low, high, mean, f.value, l.value, many from (
    select min(step) step_first, max(step) step_last, min(value) low, max(value) high, avg(value) mean, count(*) many
    from points where run = ? and key = ? and step between ? and ? group by cast((step - ?) / ? as integer)
)
join points f on f.run = ? and f.key = ? and f.step = step_first
join points l on l.run = ? and l.key = ? and l.step = step_last
order by step_first
"""


class Store:
    """In WAL mode, and every commit is synced."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "points.sqlite"
        self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode = wal", "synchronous = full", "cache_size = -200000", "mmap_size = 4000000000"):
            self._connection.execute(f"pragma {setting}")
        self._connection.execute(
            "create table if not exists points (run int, key int, step int, time real, value real,"
            " primary key (run, key, step)) without rowid"
        )

    def load(self, rows: Rows) -> None:
        for part in in_parts(rows):
            self.append(part)

    def finish(self) -> None:
        self._connection.execute("pragma wal_checkpoint(truncate)")

    def tidy(self) -> None:
        """The log was emptied."""

    def append(self, rows: Rows) -> None:
        steps, times = rows.steps.tolist(), rows.times.tolist()
        self._connection.execute("begin")
        for key, values in enumerate(rows.columns):
            self._connection.executemany(
                f"insert or replace into points values ({rows.run}, {key}, ?, ?, ?)",
                zip(steps, times, values.tolist(), strict=True),
            )
        self._connection.execute("commit")

    def charts(self, asked: Sequence[tuple[int, int]], steps: Steps) -> list[Curve]:
        curves = []
        for one in asked:
            given = (*one, steps.first, steps.last, steps.first, steps.width, *one, *one)
            found = np.array(self._connection.execute(QUESTION, given).fetchall())
            whole = found[:, [0, 1, 7]].astype(np.int64)
            low, high, mean, first, last = found[:, 2:7].T
            curves.append(Curve(whole[:, 0], whole[:, 1], low, high, mean, first, last, whole[:, 2]))
        return curves

    def another(self) -> Engine:
        return Store(self._path.parent)

    def close(self) -> None:
        self._connection.close()
