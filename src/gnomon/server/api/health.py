"""Whether the server works: it says so only when its stores do."""

from __future__ import annotations

import msgspec

from gnomon.server.edge.route import Call, Route
from gnomon.server.version import VERSION


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The server read and wrote its tables just now."""

    status: str
    version: str


async def health(call: Call) -> Health:
    await call.services.health.check()
    return Health(status="ok", version=VERSION)


routes = [
    Route(
        "GET",
        "/healthz",
        "server.health",
        health,
        doc="Whether the server can read and write its stores.",
        answer=Health,
        tag="server",
    ),
]
