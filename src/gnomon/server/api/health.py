"""Whether the server works: it says so only when its stores do."""

from __future__ import annotations

import msgspec

from gnomon.server.edge.route import Call, Route
from gnomon.server.version import VERSION


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The server read and wrote its tables just now."""

    status: str
    version: str


class Disk(msgspec.Struct, frozen=True, kw_only=True):
    """Room on the disk of the data folder."""

    spare_bytes: int
    """How much is taken in before no more is; negative where that is so now."""


async def disk(call: Call) -> Disk:
    return Disk(spare_bytes=call.services.disk.spare_bytes())


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
    Route(
        "GET", "/api/disk", "server.disk", disk, doc="How much more the server takes in.", answer=Disk, tag="server",
    ),
]  # fmt: skip
