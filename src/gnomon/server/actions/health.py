"""Whether the stores can be read and written now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.engine import Connection

from gnomon.server.storage.metrics.store import RunKey
from gnomon.server.storage.open import Storage

EVERY_SECS = 1.0
"""Who asks more often hears the last answer: anybody may ask, and each one costs a sync of the disk."""


class Health:
    """Tries the stores, at most once in `EVERY_SECS`."""

    def __init__(self, storage: Storage, *, clock: Callable[[], float]) -> None:
        self._storage = storage
        self._clock = clock
        self._checked_at = -EVERY_SECS
        self._lock = asyncio.Lock()

    async def check(self) -> None:
        """Raises Unavailable where a store cannot be read, or the tables cannot be written."""
        async with self._lock:
            now = self._clock()
            if 0 <= now - self._checked_at < EVERY_SECS:
                return
            await self._storage.tables.write(_touch)
            await self._storage.tables.read(lambda conn: conn.execute(text("select 1 from users limit 1")).first())
            await self._storage.metrics.offsets(RunKey(0))
            self._checked_at = now


def _touch(conn: Connection) -> None:
    """A write that changes nothing, and yet has to reach the disk."""
    conn.execute(text("update entities set created_at = created_at where key = (select min(key) from entities)"))
