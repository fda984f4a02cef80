"""The lists of the largest projects are read when the server starts: who opens one first does not wait for it."""

from __future__ import annotations

from gnomon.server.services import Services


async def read(services: Services) -> list[int]:
    """The keys of the projects whose lists were read."""
    return await services.columns.read_lists()
