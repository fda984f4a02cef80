"""Alerts: what runs said aloud."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.schema import alerts, alerts_read, entities, projects, runs


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


@dataclass(frozen=True, slots=True)
class HeardRow:
    """An alert with the run that raised it, as one user finds it."""

    id: int
    at: float
    title: str
    text: str
    severity: str
    entity: str
    project: str
    run: str
    run_name: str
    run_number: int
    run_colour: int | None
    run_state: str
    read: bool


def _of_projects(user: int, keys: Collection[int] | None) -> Select[tuple[int]]:
    """The alerts of projects, or of all, by id; runs and projects that were deleted say nothing any more."""
    query = (
        select(alerts.c.id)
        .join(runs, runs.c.key == alerts.c.run)
        .join(projects, projects.c.key == runs.c.project)
        .join(entities, entities.c.key == projects.c.entity)
        .outerjoin(alerts_read, and_(alerts_read.c.alert == alerts.c.id, alerts_read.c.user == user))
        .where(runs.c.deleted_at.is_(None), projects.c.deleted_at.is_(None))
    )
    return query if keys is None else query.where(projects.c.key.in_(sorted(keys)))


def heard(
    conn: Connection,
    user: int,
    keys: Collection[int] | None,
    *,
    limit: int,
    before: int | None = None,
    severities: Sequence[str] = (),
    run: str | None = None,
    unread: bool = False,
) -> list[HeardRow]:
    """What the runs of projects said, the newest first; `keys` is None for all projects."""
    query = _of_projects(user, keys).with_only_columns(
        alerts.c.id, alerts.c.at, alerts.c.title, alerts.c.text, alerts.c.severity, entities.c.name, projects.c.name,
        runs.c.id, runs.c.name, runs.c.number, runs.c.colour, runs.c.state, alerts_read.c.alert.is_not(None),
    )  # fmt: skip
    if before is not None:
        query = query.where(alerts.c.id < before)
    if severities:
        query = query.where(alerts.c.severity.in_(severities))
    if run is not None:
        query = query.where(runs.c.id == run)
    if unread:
        query = query.where(alerts_read.c.alert.is_(None))
    return [HeardRow(*row) for row in conn.execute(query.order_by(alerts.c.id.desc()).limit(limit))]


def count_unread(conn: Connection, user: int, keys: Collection[int] | None) -> int:
    query = _of_projects(user, keys).where(alerts_read.c.alert.is_(None))
    return conn.execute(query.with_only_columns(func.count())).scalar_one()


def mark(conn: Connection, user: int, project: int, ids: Collection[int] | None, *, read: bool) -> None:
    """Let the user have read these alerts of a project, or all of them, or not have."""
    theirs = _of_projects(user, [project])
    if ids is not None:
        theirs = theirs.where(alerts.c.id.in_(sorted(ids)))
    found = [id for (id,) in conn.execute(theirs)]
    if not found:
        return
    if read:
        rows = [{"user": user, "alert": id} for id in found]
        conn.execute(insert_or(alerts_read).on_conflict_do_nothing(), rows)
    else:
        conn.execute(delete(alerts_read).where(alerts_read.c.user == user, alerts_read.c.alert.in_(found)))


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
    conn.execute(delete(alerts_read).where(alerts_read.c.alert.in_(select(alerts.c.id).where(alerts.c.run == run))))
    conn.execute(delete(alerts).where(alerts.c.run == run))
