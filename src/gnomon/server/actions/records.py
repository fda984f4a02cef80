"""Runs as programs read them: with trees where pages have dotted names, and numbers as they were logged."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from gnomon.model.depth import MOST, too_deep
from gnomon.model.errors import Rejected
from gnomon.model.floats import tagged, untagged
from gnomon.model.query import RunSearch
from gnomon.model.record import RecordPage, RunRecord
from gnomon.model.run import Attempt, Run, RunState
from gnomon.model.summary import flattened, nested
from gnomon.server.actions import runs as run_actions
from gnomon.server.actions.columns import RunColumns
from gnomon.server.actions.ingest import FileStreams
from gnomon.server.caller import Caller, not_there
from gnomon.server.storage.metrics.store import MetricStore, RunKey
from gnomon.server.storage.tables import audit, runs
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.runs import RunRow

PLACES = ("_step", "_timestamp", "_runtime")
"""What every summary has, beside what was logged."""


async def get(tables: Database, metrics: MetricStore, streams: FileStreams, row: RunRow) -> RunRecord:
    """All there is to tell of one run."""
    attempts = await tables.read(lambda conn: run_actions.attempts_of(conn, row.key))
    system = {one.key: one.last for one in await metrics.keys(RunKey(row.key), "system")}
    lines = (await streams.counts(row.key)).history
    return msgspec.structs.replace(_record(row, attempts, whole=True), system=tagged(system), lines=lines)


async def search(
    tables: Database, metrics: MetricStore, columns: RunColumns, project: ProjectRow, asked: RunSearch, *, whole: bool
) -> RecordPage:
    """The runs asked for. Raises Rejected for a filter, a field or a cursor that makes no sense."""
    found = await run_actions.search_rows(tables, metrics, columns, project, asked)
    records = tuple(_record(row, (), whole=whole) for row in found.rows)
    return RecordPage(records=records, total=found.total, cursor=found.cursor)


def summary_of(row: RunRow) -> dict[str, Any]:
    """The summary as it was sent; of a run that no official client has logged, the one derived from its rows."""
    if row.summary_sent is not None:
        return row.summary_sent
    found = nested(row.summary)
    if row.last_step is not None:
        found.setdefault("_step", row.last_step)
    found.setdefault("_timestamp", row.updated_at)
    found.setdefault("_runtime", max(0.0, row.updated_at - row.created_at))
    return found


def _record(row: RunRow, attempts: tuple[Attempt, ...], *, whole: bool) -> RunRecord:
    shown = run_actions.as_run(row, attempts, whole=whole)
    run: Run = msgspec.structs.replace(
        shown, config=tagged(row.config) if whole else {}, client=tagged(row.client) if whole else {},
        metadata=tagged(row.metadata) if whole else {}, summary={},
    )  # fmt: skip
    return RunRecord(
        run=run, key=row.key, project_key=row.project, whole=whole, summary_sent=row.summary_sent is not None,
        summary=tagged(summary_of(row)) if whole else {},
    )  # fmt: skip


async def set_config(tables: Database, row: RunRow, values: dict[str, Any], caller: Caller, now: float) -> None:
    """Let the run have this config, all of it."""
    config = _checked(values, "config")
    await _change(tables, row, lambda known: {"config": config}, caller, now, "config")


async def set_summary(tables: Database, row: RunRow, values: dict[str, Any], caller: Caller, now: float) -> None:
    """Let the run have this summary, all of it.

    Of a run that still logs, what was changed stands until its script logs the key again, and nothing else is fixed.
    """
    summary = _checked(values, "summary")

    def columns(known: RunRow) -> dict[str, Any]:
        if known.summary_sent is not None or known.state != RunState.RUNNING:
            return {"summary_sent": summary, "summary": flattened(summary)}
        flat = flattened({key: value for key, value in summary.items() if key not in PLACES})
        changed = {key: value for key, value in flat.items() if known.summary.get(key, msgspec.UNSET) != value}
        kept = {key: value for key, value in known.summary_set.items() if key in flat}
        return {"summary_set": {**kept, **changed}, "summary": {**known.summary, **changed}}

    await _change(tables, row, columns, caller, now, "summary")


async def _change(tables: Database, row: RunRow, columns: Any, caller: Caller, now: float, what: str) -> None:
    def change(conn: Connection) -> None:
        known = runs.by_key(conn, row.key)
        if known is None or known.deleted_at is not None:
            raise not_there("run", f"{row.entity}/{row.project_name}/{row.id}")
        runs.change(conn, known.project, known.key, **columns(known))
        audit.add(
            conn, at=now, user=caller.name, origin=caller.origin, operation="run.edit",
            target=f"{row.entity}/{row.project_name}/{row.id}", detail={"fields": [what]},
        )  # fmt: skip

    await tables.write(change)


def _checked(values: dict[str, Any], what: str) -> dict[str, Any]:
    if too_deep(values):
        raise Rejected(f"{what} is nested deeper than {MOST}", field="values")
    found: dict[str, Any] = untagged(values)
    return found
