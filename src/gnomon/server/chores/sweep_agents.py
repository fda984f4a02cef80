"""Runs that were given to agents which have fallen silent are given to others; sweeps with nothing to try end."""

from __future__ import annotations

from gnomon.server.services import Services


async def take_back(services: Services) -> list[str]:
    """The ids of the runs that wait for another agent now, or never began and never will."""
    # What runs have told is in memory for a moment; one that lives must not be taken for lost.
    await services.summaries.flush(services.clock())
    return await services.agents.take_back()


async def end_complete(services: Services) -> list[str]:
    """The ids of the sweeps that ended, because nobody works on them and all their runs have ended."""
    return await services.agents.end_complete()
