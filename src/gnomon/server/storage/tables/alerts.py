"""Alerts: what runs said aloud."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.schema import alerts


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert of a run."""

    id: int
    at: float
    title: str
    text: str
    severity: str


def of_run(conn: Connection, run: int, limit: int = 1000) -> list[AlertRow]:
    """The alerts of a run, the newest first."""
    query = select(alerts.c.id, alerts.c.at, alerts.c.title, alerts.c.text, alerts.c.severity)
    rows = conn.execute(query.where(alerts.c.run == run).order_by(alerts.c.id.desc()).limit(limit))
    return [AlertRow(*row) for row in rows]


def last_of(conn: Connection, run: int, title: str) -> float | None:
    """When the run said this last."""
    return conn.execute(select(func.max(alerts.c.at)).where(alerts.c.run == run, alerts.c.title == title)).scalar()


def count(conn: Connection, run: int) -> int:
    return conn.execute(select(func.count()).select_from(alerts).where(alerts.c.run == run)).scalar_one()


def add(conn: Connection, run: int, *, at: float, title: str, text: str, severity: str) -> int:
    """A new alert; its id."""
    result = conn.execute(insert(alerts).values(run=run, at=at, title=title, text=text, severity=severity))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def forget_run(conn: Connection, run: int) -> None:
    """Delete all alerts of a run."""
    conn.execute(delete(alerts).where(alerts.c.run == run))
