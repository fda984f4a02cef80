"""Who changed rights, keys, members or runs, when and from where. Lines are only ever added."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.schema import audit


def add(
    conn: Connection, *, at: float, user: str, origin: str, operation: str, target: str = "", detail: Any = None
) -> None:
    """Write a line in the same transaction as what it tells of."""
    conn.execute(
        insert(audit).values(at=at, user=user, origin=origin, operation=operation, target=target, detail=detail or {})
    )


def newest(conn: Connection, limit: int = 100, *, before: int | None = None) -> list[dict[str, Any]]:
    """The last lines, or the last whose id is less than `before`; newest first."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    rows = conn.execute(query if before is None else query.where(audit.c.id < before))
    return [dict(row._mapping) for row in rows]


def last_of(conn: Connection, target: str, operations: Collection[str]) -> dict[str, Any] | None:
    """The last line that tells of one of the operations on the target."""
    query = select(audit).where(audit.c.target == target, audit.c.operation.in_(operations))
    row = conn.execute(query.order_by(audit.c.id.desc()).limit(1)).first()
    return dict(row._mapping) if row else None
