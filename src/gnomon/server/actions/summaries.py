"""Summaries of runs: what their rows come to, kept fresh in the tables. Derived, so a crash costs nothing.

Posts only mark a run; once a second whatever was marked is folded and written in one transaction.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from gnomon.model.run import MetricRule
from gnomon.model.summary import KeyFold, flattened, summary
from gnomon.server.live import Live
from gnomon.server.storage.metrics.store import KeyStats, MetricStore, RunKey
from gnomon.server.storage.tables import journals, runs
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.schema import runs as runs_table

HEARTBEAT_SECS = 5.0
"""A sign of life that brings no rows is written down at most this often."""
RECENT_SECS = 120.0
RECENT_AT_ONCE = 50
MOST_AT_ONCE = 500
"""Runs written in one transaction."""


@dataclass
class _Mark:
    project: int
    id: str
    seen_at: float
    rows: bool
    written_at: float = 0.0


class Summaries:
    """Which runs are behind, and bringing them up to date."""

    def __init__(self, tables: Database, metrics: MetricStore, live: Live) -> None:
        self._tables = tables
        self._metrics = metrics
        self._live = live
        self._marks: dict[int, _Mark] = {}
        self._flushing = asyncio.Lock()

    def touch(self, run: int, project: int, id: str, *, now: float, rows: bool) -> None:
        """A run has shown life; with `rows` its summary may be another."""
        mark = self._marks.get(run)
        if mark is None:
            self._marks[run] = _Mark(project, id, now, rows)
        else:
            mark.seen_at = max(mark.seen_at, now)
            mark.rows |= rows

    async def flush(self, now: float) -> int:
        """Write what is behind; how many runs that were."""
        return await self._flush(now, lambda mark: mark.rows or now - mark.written_at >= HEARTBEAT_SECS)

    async def catch_up(self, now: float, project: int, run: int | None = None) -> bool:
        """Write what rows have changed of a project, or of one of its runs, for somebody who asks now.

        Whether anything was written since the call.
        """
        writing = self._flushing.locked()
        marks = self._marks.values() if run is None else filter(None, [self._marks.get(run)])
        if not writing and not any(mark.rows and mark.project == project for mark in marks):
            return False
        await self._flush(now, lambda mark: mark.rows and mark.project == project, run)
        return True

    async def _flush(self, now: float, is_due: Callable[[_Mark], bool], run: int | None = None) -> int:
        async with self._flushing:
            due = {key: mark for key, mark in self._marks.items() if run in (None, key) and is_due(mark)}
            taken = {key: (mark.rows, mark.seen_at) for key, mark in due.items()}
            for mark in due.values():
                mark.rows = False
            try:
                keys = list(due)
                for start in range(0, len(keys), MOST_AT_ONCE):
                    await self._write({key: taken[key] for key in keys[start : start + MOST_AT_ONCE]})
            except BaseException:
                for key, mark in due.items():
                    mark.rows |= taken[key][0]
                raise
            for key, mark in due.items():
                mark.written_at = now
                if taken[key][0]:
                    self._live.publish(mark.project, "run", mark.id)
                if mark.seen_at == taken[key][1] and not mark.rows and now - mark.seen_at > HEARTBEAT_SECS:
                    del self._marks[key]
            return len(due)

    async def refresh(self, keys: Iterable[int], now: float) -> None:
        """Fold these runs anew whatever is known of them: after a start, or when somebody asks at once."""
        found = await self._tables.read(lambda conn: runs.by_keys(conn, list(keys)))
        for key, row in found.items():
            self.touch(key, row.project, row.id, now=row.updated_at, rows=True)
        await self.flush(now)

    async def refresh_recent(self, now: float) -> None:
        """Runs that may have got rows just before the server was killed: those that had not ended, or only then.

        The newest come first, a few at a time, so that there is time for those who ask meanwhile.
        """

        def work(conn: Connection) -> list[int]:
            latest = conn.execute(select(func.max(runs_table.c.updated_at))).scalar() or 0.0
            recent = (runs_table.c.state == "running") | (runs_table.c.updated_at >= latest - RECENT_SECS)
            query = select(runs_table.c.key).where(recent, runs_table.c.deleted_at.is_(None))
            return list(conn.execute(query.order_by(runs_table.c.updated_at.desc())).scalars())

        keys = await self._tables.read(work)
        for start in range(0, len(keys), RECENT_AT_ONCE):
            began = time.monotonic()
            await self.refresh(keys[start : start + RECENT_AT_ONCE], now)
            if start + RECENT_AT_ONCE < len(keys):
                await asyncio.sleep(2 * (time.monotonic() - began))

    async def _write(self, taken: dict[int, tuple[bool, float]]) -> None:
        stats: dict[int, list[KeyStats]] = {}
        lines: dict[str, int] = {}
        folded = [key for key, (with_rows, _) in taken.items() if with_rows]
        written = await self._tables.read(lambda conn: journals.of_runs(conn, folded))
        latest = {row.run: row.number for row in written}
        for key in folded:
            stats[key] = await self._metrics.keys(RunKey(key))
        for row in written:
            if row.writer == journals.MAIN and (row.finished_at is None or row.number == latest[row.run]):
                count = await console_lines(self._metrics, row.run, row.number)
                if count != row.lines:
                    lines[row.journal] = count

        def work(conn: Connection) -> None:
            for key, (_, seen_at) in taken.items():
                row = conn.execute(
                    select(
                        runs_table.c.project,
                        runs_table.c.summary,
                        runs_table.c.summary_set,
                        runs_table.c.summary_sent,
                        runs_table.c.rules,
                        runs_table.c.last_step,
                        runs_table.c.updated_at,
                    ).where(runs_table.c.key == key)
                ).first()
                if row is None:
                    continue
                values: dict[str, Any] = {}
                if seen_at > row.updated_at:
                    values["updated_at"] = seen_at
                if key in stats:
                    values.update(_derived(stats[key], row.rules, row.summary_set, row.summary_sent))
                changed = {name: value for name, value in values.items() if value != getattr(row, name)}
                if changed:
                    runs.change(conn, row.project, key, **changed)

            for journal, count in lines.items():
                journals.change(conn, journal, lines=count)

        await self._tables.write(work)


async def console_lines(metrics: MetricStore, run: int, attempt: int) -> int:
    """How many console lines an attempt has: one more than the greatest line number."""
    stats = await metrics.keys(RunKey(run), f"console/{attempt}")
    return max((known.last_step for known in stats), default=-1) + 1


def folds(stats: Iterable[KeyStats]) -> dict[str, KeyFold]:
    """What the metric store knows of each key, as the rules of summaries want it."""
    return {
        known.key: KeyFold(
            first=known.first, last=known.last, finite=known.finite, low=known.low, high=known.high, total=known.total
        )
        for known in stats
    }


def _derived(
    stats: list[KeyStats], rules: list[dict[str, Any]], given: dict[str, Any], sent: dict[str, Any] | None
) -> dict[str, Any]:
    """The columns that follow from the rows; a summary that the client has sent itself is not among them."""
    last_step = max((known.last_step for known in stats), default=None)
    if sent is not None:
        return {"summary": flattened(sent), "last_step": last_step}
    known_rules = [msgspec.convert(rule, MetricRule) for rule in rules]
    return {"summary": summary(folds(stats), known_rules, given), "last_step": last_step}
