"""Runs that were given to agents which have fallen silent are given to others."""

from __future__ import annotations

from gnomon.server.actions.sweeps.agents import SILENT_SECS
from gnomon.server.services import Services


async def take_back(services: Services) -> list[str]:
    """The ids of the runs that wait for another agent now, or never began and never will."""
    if services.clock() - services.started_at < SILENT_SECS:
        return []  # while the server was away, nobody could hear them
    return await services.agents.take_back()
