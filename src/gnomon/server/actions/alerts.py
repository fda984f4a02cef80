"""Alerts: a run says something aloud, and the same thing not too often."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from gnomon.model.errors import Rejected
from gnomon.model.run import Alert
from gnomon.server.live import Live
from gnomon.server.storage.tables import alerts
from gnomon.server.storage.tables.alerts import AlertRow
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.runs import RunRow

SEVERITIES = ("info", "warn", "error")
SHORTEST_WAIT_SECS = 60.0
"""How long after an alert one of the same title is left out where the sender does not say."""
LONGEST_TITLE = 500
LONGEST_TEXT = 65_536
MOST_A_RUN = 10_000


def as_alert(row: AlertRow) -> Alert:
    """The alert as the API shows it."""
    return Alert(id=row.id, at=row.at, title=row.title, text=row.text, severity=row.severity)


async def of_run(tables: Database, run: RunRow) -> list[Alert]:
    """What the run has said, the newest first."""
    return [as_alert(row) for row in await tables.read(lambda conn: alerts.of_run(conn, run.key))]


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
    return kept


def _check(title: str, text: str, severity: str) -> None:
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Rejected(f"The title of an alert has 1 to {LONGEST_TITLE} characters", field="title")
    if len(text) > LONGEST_TEXT:
        raise Rejected(f"The text of an alert has at most {LONGEST_TEXT} characters", field="text")
    if severity not in SEVERITIES:
        raise Rejected(f"{severity[:40]!r} is no severity; there are {', '.join(SEVERITIES)}", field="severity")
