"""Summaries and signs of life of runs, written down once a second."""

from __future__ import annotations

from gnomon.server.services import Services


async def flush(services: Services) -> None:
    """Bring every run that got something up to date."""
    await services.summaries.flush(services.clock())


async def catch_up(services: Services) -> None:
    """After a start: runs that may have got rows in the last second before the server was killed."""
    await services.summaries.refresh_recent(services.clock())
