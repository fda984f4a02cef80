"""Runs deleted more than a week ago are cleared away: rows, lines and files. Bytes that nothing else names go later."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection

from gnomon.server.services import Services
from gnomon.server.storage.metrics.store import RunKey
from gnomon.server.storage.tables import alerts, edits, files, garbage, sweeps
from gnomon.server.storage.tables.schema import runs

KEPT_SECS = 7 * 86_400.0


async def clear(services: Services) -> list[int]:
    """Forget what the runs hold; their ids stay taken, so that whoever still sends hears that they were deleted.

    A run is marked first: from then on it cannot be restored, and what a crash leaves is cleared at the next time.
    """
    storage, now = services.storage, services.clock()
    due = or_(runs.c.cleared_at.is_(None), runs.c.metadata == _BEGUN)
    query = select(runs.c.key).where(runs.c.deleted_at < now - KEPT_SECS, due)

    def mark(conn: Connection) -> list[int]:
        keys = list(conn.execute(query).scalars())
        conn.execute(runs.update().where(runs.c.key.in_(keys)).values(cleared_at=now, metadata=_BEGUN))
        return keys

    if not await storage.tables.read(lambda conn: conn.execute(query.limit(1)).first()):
        return []
    keys = await storage.tables.write(mark)
    for key in keys:
        await storage.metrics.delete(RunKey(key))

        def forget(conn: Connection, key: int = key) -> None:
            garbage.drop(conn, files.forget_run(conn, key), now)
            edits.forget_run(conn, key)
            alerts.forget_run(conn, key)
            sweeps.forget_run(conn, key)
            values = {"config": {}, "summary": {}, "summary_set": {}, "metadata": {}, "notes": ""}
            conn.execute(runs.update().where(runs.c.key == key).values(**values))

        await storage.tables.write(forget)
    return keys


_BEGUN = {"_clearing": True}
