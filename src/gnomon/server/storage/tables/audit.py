"""Who changed rights, keys, members or runs, when and from where. Lines are only ever added."""

from __future__ import annotations

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


def newest(conn: Connection, limit: int = 100) -> list[dict[str, Any]]:
    """The last lines, newest first."""
    rows = conn.execute(select(audit).order_by(audit.c.id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]
