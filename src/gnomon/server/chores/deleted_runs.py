"""Runs deleted more than a week ago are cleared away: rows, lines, and files nothing else names."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from gnomon.server.services import Services
from gnomon.server.storage.blobs.store import Digest
from gnomon.server.storage.metrics.store import RunKey
from gnomon.server.storage.tables import files
from gnomon.server.storage.tables.schema import runs

KEPT_SECS = 7 * 86_400.0


async def clear(services: Services) -> list[int]:
    """Forget what the runs hold; their ids stay taken, so that whoever still sends hears that they were deleted."""
    storage, before = services.storage, services.clock() - KEPT_SECS
    query = select(runs.c.key).where(runs.c.deleted_at < before, runs.c.config != _CLEARED)
    keys = await storage.tables.read(lambda conn: list(conn.execute(query).scalars()))
    for key in keys:
        await storage.metrics.delete(RunKey(key))

        def forget(conn: Connection, key: int = key) -> list[str]:
            digests = files.forget_run(conn, key)
            values = {"config": _CLEARED, "summary": {}, "summary_set": {}, "metadata": {}, "notes": ""}
            conn.execute(runs.update().where(runs.c.key == key).values(**values))
            return [digest for digest in digests if not files.digest_used(conn, digest)]

        for digest in await storage.tables.write(forget):
            await storage.blobs.delete(Digest(digest))
    return keys


_CLEARED = {"_cleared": True}
