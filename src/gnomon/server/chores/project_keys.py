"""The keys of projects, found out before anybody asks."""

from __future__ import annotations

from gnomon.server.services import Services


async def catch_up(services: Services) -> None:
    """Projects whose runs changed; after a start, all of them."""
    await services.project_keys.catch_up()
