"""What the server counts about itself, for Prometheus."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.engine import Connection
from starlette.responses import PlainTextResponse

from gnomon.server.access import Right, check
from gnomon.server.edge.route import Bytes, Call, Route
from gnomon.server.meters import Labels
from gnomon.server.storage.tables.schema import runs


async def metrics(call: Call) -> PlainTextResponse:
    services = call.services
    if not services.settings.on_loopback:
        check(call.caller, Right.ADMIN)

    def read(conn: Connection) -> dict[Labels, float]:
        query = select(runs.c.state, func.count()).where(runs.c.deleted_at.is_(None)).group_by(runs.c.state)
        return {(("state", state),): float(count) for state, count in conn.execute(query)}

    gauges: dict[str, tuple[str, Mapping[Labels, float]]] = {
        "gnomon_runs": ("Runs by state.", await services.storage.tables.read(read)),
        "gnomon_live_listeners": ("Pages that listen for events.", {(): float(services.live.listeners)}),
    }
    return PlainTextResponse(services.meters.text(gauges), media_type="text/plain; version=0.0.4; charset=utf-8")


routes = [
    Route(
        "GET", "/metrics", "server.metrics", metrics, doc="Counters and gauges of the server, for Prometheus.",
        answer=Bytes("Prometheus text.", "text/plain"), tag="server",
    ),
]  # fmt: skip
