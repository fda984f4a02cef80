"""Runs that have fallen silent are taken for crashed, until they speak again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from gnomon.server.services import Services
from gnomon.server.storage.tables import runs
from gnomon.server.storage.tables.schema import runs as run_table

SILENT_SECS = 300.0
"""No sign of life for so long, while somebody was there to hear one."""


async def mark(services: Services) -> list[str]:
    """The ids of the runs that were given up now."""
    now = services.clock()
    if now - services.started_at < SILENT_SECS:
        return []  # while the server was away, nobody could hear them
    # What posts have told is in memory for a moment; the tables must not be asked before they know it.
    await services.summaries.flush(now)
    gone = await services.storage.tables.write(lambda conn: _give_up(conn, now - SILENT_SECS))
    for project, id in gone:
        services.live.publish(project, "run", id)
    return [id for _, id in gone]


def _give_up(conn: Connection, silent_since: float) -> list[tuple[int, str]]:
    silent = conn.execute(
        select(run_table.c.key, run_table.c.project, run_table.c.id, run_table.c.updated_at, run_table.c.state).where(
            run_table.c.state.in_(("running", "preempting")), run_table.c.finished_at.is_(None),
            run_table.c.updated_at < silent_since, run_table.c.deleted_at.is_(None),
        )
    ).all()  # fmt: skip
    for key, project, _, updated_at, state in silent:
        # One that said it would be preempted was: it is to be begun again.
        runs.change(conn, project, key, state="crashed" if state == "running" else state, finished_at=updated_at)
    return [(project, id) for _, project, id, *_ in silent]
