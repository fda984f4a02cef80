"""Edits of history, and forks that were begun: what was asked for, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.schema import edits, forks_begun


@dataclass(frozen=True, slots=True)
class EditRow:
    """An edit: begun until `points` is known, and being undone while `undone_by` is set and `undone_at` is not."""

    id: int
    run: int
    what: dict[str, Any]
    before_row: int
    """Only rows of the run that are numbered less are concerned."""
    user: str
    at: float
    points: int | None
    undone_by: str | None
    undone_after: int | None
    """The last edit of the run that there was when it was undone."""
    undone_at: float | None
    final_at: float | None

    @property
    def interrupted(self) -> bool:
        """Whether the metric store may not have done all of it."""
        return self.points is None or (self.undone_by is not None and self.undone_at is None)


_edits = select(
    edits.c.id, edits.c.run, edits.c.what, edits.c.before_row, edits.c.user, edits.c.at, edits.c.points,
    edits.c.undone_by, edits.c.undone_after, edits.c.undone_at, edits.c.final_at,
)  # fmt: skip


def of_run(conn: Connection, run: int) -> list[EditRow]:
    """The edits of a run, in the order in which they were made."""
    return [EditRow(*row) for row in conn.execute(_edits.where(edits.c.run == run).order_by(edits.c.id))]


def get(conn: Connection, id: int) -> EditRow:
    """The edit, which is there."""
    return EditRow(*conn.execute(_edits.where(edits.c.id == id)).one())


def runs_with_interrupted(conn: Connection) -> list[int]:
    """The runs of which an edit is not finished."""
    undoing = edits.c.undone_by.is_not(None) & edits.c.undone_at.is_(None)
    query = select(edits.c.run).where(edits.c.points.is_(None) | undoing).distinct()
    return list(conn.execute(query).scalars())


def due(conn: Connection, made_before: float) -> list[EditRow]:
    """Edits that are finished and are to be final, as they were made before."""
    query = _edits.where(edits.c.at < made_before, edits.c.final_at.is_(None), edits.c.points.is_not(None))
    query = query.where(edits.c.undone_by.is_(None) | edits.c.undone_at.is_not(None))
    return [EditRow(*row) for row in conn.execute(query.order_by(edits.c.id))]


def add(conn: Connection, run: int, what: dict[str, Any], *, before_row: int, user: str, at: float) -> int:
    """Notes that an edit begins; its id."""
    result = conn.execute(insert(edits).values(run=run, what=what, before_row=before_row, user=user, at=at))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def change(conn: Connection, id: int, **values: Any) -> None:
    conn.execute(update(edits).where(edits.c.id == id).values(**values))


def remove(conn: Connection, id: int) -> None:
    """Forgets an edit that found nothing to do."""
    conn.execute(delete(edits).where(edits.c.id == id))


def forget_run(conn: Connection, run: int) -> None:
    """Forgets the edits of a run that is cleared away."""
    conn.execute(delete(edits).where(edits.c.run == run))


def begin_fork(conn: Connection, run: int, now: float) -> None:
    """Notes that the metric store is to have something of a run that is not there yet."""
    conn.execute(insert(forks_begun).values(run=run, at=now))


def end_fork(conn: Connection, run: int) -> None:
    conn.execute(delete(forks_begun).where(forks_begun.c.run == run))


def begun_forks(conn: Connection) -> list[int]:
    return list(conn.execute(select(forks_begun.c.run)).scalars())
