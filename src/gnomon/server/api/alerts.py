"""What runs said aloud."""

from __future__ import annotations

import msgspec

from gnomon.model.run import Alert, HeardAlerts
from gnomon.server.actions import alerts
from gnomon.server.edge.route import Call, Param, Route


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


class AlertsRead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Alerts of a project that I have read, or with `read: false` not; all of them without `ids`."""

    ids: tuple[int, ...] | None = None
    read: bool = True


async def of_project(call: Call) -> HeardAlerts:
    asked = call.query
    return await alerts.of_project(
        call.services.storage.tables, call.project, call.caller, run=asked["run"], before=asked["before"],
        severities=tuple((asked["severity"] or "").split(",")) if asked["severity"] else (),
        unread=asked["unread"], limit=asked["limit"],
    )  # fmt: skip


async def of_all(call: Call) -> HeardAlerts:
    return await alerts.of_all(
        call.services.storage.tables, call.caller, unread=call.query["unread"], limit=call.query["limit"]
    )


async def mark(call: Call) -> None:
    await alerts.mark(call.services.storage.tables, call.project, call.caller, call.body.ids, read=call.body.read)


_PROJECT = "/api/projects/{entity}/{project}/alerts"
_LIMIT = Param("limit", "At most so many.", int, 100)
_UNREAD = Param("unread", "Only those that I have not read.", bool, False)
_PATH = "/api/runs/{entity}/{project}/{run}/alerts"

routes = [
    Route(
        "GET", "/api/alerts", "alerts.list", of_all,
        doc="What runs of the projects I may see have said, the newest first.", query=(_LIMIT, _UNREAD),
        answer=HeardAlerts,
    ),
    Route(
        "GET", _PROJECT, "project.alerts", of_project, tag="alerts",
        doc="What the runs of a project have said, the newest first.",
        query=(
            _LIMIT,
            Param("before", "Only those whose `id` is less: the next page.", int),
            Param("severity", "Only these: `info`, `warn`, `error`, with commas.", str),
            Param("run", "Only those of this run.", str),
            _UNREAD,
        ),
        answer=HeardAlerts,
    ),
    Route(
        "POST", f"{_PROJECT}/read", "project.alerts.read", mark, tag="alerts",
        doc="Say that I have read alerts of a project.\n\nNobody else's are concerned.", body=AlertsRead,
    ),
    Route("GET", _PATH, "run.alerts", listed, doc="What the run has said, the newest first.", answer=list[Alert]),
    Route("POST", _PATH, "run.alert", add, doc="Say something as the run.", body=NewAlert, answer=AlertKept),
]  # fmt: skip
