"""Edits of history: those that a crash interrupted are finished, and old ones become final."""

from __future__ import annotations

from gnomon.server.actions import forks
from gnomon.server.services import Services


async def finish(services: Services) -> None:
    """After a start: edits are done that were begun, and forks are undone that were."""
    await forks.forget_begun(services.storage.tables, services.storage.metrics)
    await services.edits.finish_interrupted()


async def make_final(services: Services) -> list[int]:
    """Forget what edits of more than a week ago took away; their ids."""
    return await services.edits.make_final()
