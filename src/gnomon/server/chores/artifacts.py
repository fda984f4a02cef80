"""Artifacts whose time is over go away, and so do bytes that nothing names any more."""

from __future__ import annotations

from gnomon.server.actions.artifacts import delete
from gnomon.server.services import Services


async def expire(services: Services) -> list[str]:
    """Delete versions whose time is over, or that were never finished; where they were."""
    return await delete.expire(services.storage.tables, now=services.clock())


async def clear(services: Services) -> int:
    """Forget what deleted versions held, and take away the bytes that nothing names; how many blobs those were."""
    storage, now = services.storage, services.clock()
    await delete.clear(storage.tables, now=now)
    return await delete.collect(storage.tables, storage.blobs, now=now)
