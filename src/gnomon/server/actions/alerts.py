"""Alerts: a run says something aloud, and the same thing not too often."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.engine import Connection

from gnomon.model.errors import Rejected
from gnomon.model.run import Alert, HeardAlert, HeardAlerts, RunState
from gnomon.server.caller import Caller
from gnomon.server.live import Live
from gnomon.server.storage.tables import alerts, projects
from gnomon.server.storage.tables.alerts import AlertRow, HeardRow
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.runs import RunRow

SEVERITIES = ("info", "warn", "error")
SHORTEST_WAIT_SECS = 60.0
"""How long after an alert one of the same title is left out where the sender does not say."""
LONGEST_TITLE = 500
LONGEST_TEXT = 65_536
MOST_A_RUN = 10_000
MOST_A_PAGE = 500


def as_alert(row: AlertRow) -> Alert:
    """The alert as the API shows it."""
    return Alert(id=row.id, at=row.at, title=row.title, text=row.text, severity=row.severity)


async def of_run(tables: Database, run: RunRow) -> list[Alert]:
    """What the run has said, the newest first."""
    return [as_alert(row) for row in await tables.read(lambda conn: alerts.of_run(conn, run.key))]


async def of_project(
    tables: Database,
    project: ProjectRow,
    caller: Caller,
    *,
    severities: Sequence[str] = (),
    run: str | None = None,
    unread: bool = False,
    before: int | None = None,
    limit: int = 100,
) -> HeardAlerts:
    """What the runs of a project have said. Raises Rejected for severities there are none of."""
    _check_page(limit, severities)
    user = caller.signed_in().key

    def work(conn: Connection) -> HeardAlerts:
        found = alerts.heard(
            conn, user, [project.key], limit=limit + 1, before=before, severities=severities, run=run, unread=unread
        )
        return _page(found, limit, alerts.count_unread(conn, user, [project.key]))

    return await tables.read(work)


async def of_all(tables: Database, caller: Caller, *, unread: bool, limit: int) -> HeardAlerts:
    """What the runs of all projects that the caller may see have said last."""
    _check_page(limit, ())
    user = caller.signed_in()

    def work(conn: Connection) -> HeardAlerts:
        entities = None if user.admin else {membership.entity for membership in caller.memberships.values()}
        keys = None if entities is None else [row.key for row in projects.of_entities(conn, entities)]
        found = alerts.heard(conn, user.key, keys, limit=limit + 1, unread=unread)
        return _page(found, limit, alerts.count_unread(conn, user.key, keys))

    return await tables.read(work)


async def mark(
    tables: Database, project: ProjectRow, caller: Caller, ids: Collection[int] | None, *, read: bool
) -> None:
    """Let the caller have read these alerts of a project, or all of them, or not have."""
    user = caller.signed_in().key
    await tables.write(lambda conn: alerts.mark(conn, user, project.key, ids, read=read))


def _page(found: Sequence[HeardRow], limit: int, unread: int) -> HeardAlerts:
    shown = tuple(
        HeardAlert(
            id=row.id, at=row.at, title=row.title, text=row.text, severity=row.severity, entity=row.entity,
            project=row.project, run=row.run, run_name=row.run_name, number=row.run_number, colour=row.run_colour,
            state=RunState(row.run_state), read=row.read,
        )
        for row in found[:limit]
    )  # fmt: skip
    return HeardAlerts(alerts=shown, unread=unread, more=len(found) > limit)


def _check_page(limit: int, severities: Sequence[str]) -> None:
    if not 1 <= limit <= MOST_A_PAGE:
        raise Rejected(f"limit is {limit}; ask for 1 to {MOST_A_PAGE} alerts", field="limit")
    for severity in severities:
        _check_severity(severity)


async def raise_alert(
    tables: Database, live: Live, run: RunRow, *, title: str, text: str = "", severity: str = "info",
    wait_secs: float | None = None, now: float,
) -> bool:  # fmt: skip
    """Whether the alert was kept: one of the same title less than `wait_secs` ago makes it superfluous.

    Raises Rejected for one that is no alert, and where the run has said more than anybody would read.
    """
    _check(title, text, severity)
    wait = SHORTEST_WAIT_SECS if wait_secs is None else max(0.0, wait_secs)

    def add(conn: Connection) -> bool:
        last = alerts.last_of(conn, run.key, title)
        if last is not None and now - last < wait:
            return False
        if alerts.count(conn, run.key) >= MOST_A_RUN:
            raise Rejected(f"The run has raised {MOST_A_RUN} alerts; no more are kept", field="title")
        alerts.add(conn, run.key, at=now, title=title, text=text, severity=severity)
        return True

    kept = await tables.write(add)
    if kept:
        live.publish(run.project, "run", run.id)
        live.publish(run.project, "alert", run.id)
    return kept


def _check(title: str, text: str, severity: str) -> None:
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Rejected(f"The title of an alert has 1 to {LONGEST_TITLE} characters", field="title")
    if len(text) > LONGEST_TEXT:
        raise Rejected(f"The text of an alert has at most {LONGEST_TEXT} characters", field="text")
    _check_severity(severity)


def _check_severity(severity: str) -> None:
    if severity not in SEVERITIES:
        raise Rejected(f"{severity[:40]!r} is no severity; there are {', '.join(SEVERITIES)}", field="severity")
