"""What runs said aloud."""

from __future__ import annotations

import msgspec

from gnomon.model.run import Alert
from gnomon.server.actions import alerts
from gnomon.server.edge.route import Call, Route


class NewAlert(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An alert to be kept. One of the same title less than `wait_secs` ago makes it superfluous."""

    title: str
    text: str = ""
    severity: str = "info"
    """`info`, `warn` or `error`."""
    wait_secs: float | None = None


class AlertKept(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the alert was kept, or said a moment ago already."""

    kept: bool


async def listed(call: Call) -> list[Alert]:
    return await alerts.of_run(call.services.storage.tables, call.run)


async def add(call: Call) -> AlertKept:
    services, wish = call.services, call.body
    kept = await alerts.raise_alert(
        services.storage.tables, services.live, call.run, title=wish.title, text=wish.text, severity=wish.severity,
        wait_secs=wish.wait_secs, now=services.clock(),
    )  # fmt: skip
    return AlertKept(kept=kept)


_PATH = "/api/runs/{entity}/{project}/{run}/alerts"

routes = [
    Route("GET", _PATH, "run.alerts", listed, doc="What the run has said, the newest first.", answer=list[Alert]),
    Route("POST", _PATH, "run.alert", add, doc="Say something as the run.", body=NewAlert, answer=AlertKept),
]
