"""What committed versions hold: their entries, by path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.schema import artifact_entries as entries

PAGE = 5000


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A file or a reference; `blob` is the SHA-256 of a file's bytes, and None for a file whose bytes are lost."""

    path: str
    digest: str
    size_bytes: int
    blob: str | None
    ref: str | None
    birth: int | None
    extra: dict[str, Any] | None


_columns = (
    entries.c.path,
    entries.c.digest,
    entries.c.size_bytes,
    entries.c.blob,
    entries.c.ref,
    entries.c.birth,
    entries.c.extra,
)


def add_all(conn: Connection, artifact: int, rows: Sequence[EntryRow]) -> None:
    """Give a version these entries; none of them has a path it has already."""
    given = [{"artifact": artifact, **asdict(row)} for row in rows]
    if given:
        conn.execute(insert(entries), given)


def find(conn: Connection, artifact: int, path: str) -> EntryRow | None:
    row = conn.execute(select(*_columns).where(entries.c.artifact == artifact, entries.c.path == path)).first()
    return EntryRow(*row) if row else None


def page(
    conn: Connection,
    artifact: int,
    *,
    after: str | None = None,
    limit: int = PAGE,
    names: Sequence[str] | None = None,
    prefix: str = "",
) -> list[EntryRow]:
    """Entries by path, after one of them; those of these names, or below a prefix."""
    query = _narrowed(select(*_columns), artifact, names, prefix).order_by(entries.c.path).limit(limit)
    if after is not None:
        query = query.where(entries.c.path > after)
    return [EntryRow(*row) for row in conn.execute(query)]


def count(conn: Connection, artifact: int, *, names: Sequence[str] | None = None, prefix: str = "") -> int:
    return int(conn.execute(_narrowed(select(func.count()), artifact, names, prefix)).scalar_one())


def pages(conn: Connection, artifact: int) -> Iterator[list[EntryRow]]:
    """All entries by path, in parts."""
    after: str | None = None
    while rows := page(conn, artifact, after=after):
        yield rows
        after = rows[-1].path


def of_digest(conn: Connection, artifact: int, digest: str) -> EntryRow | None:
    """Some file of the version that has this digest."""
    query = select(*_columns).where(entries.c.artifact == artifact, entries.c.digest == digest, entries.c.ref.is_(None))
    row = conn.execute(query.limit(1)).first()
    return EntryRow(*row) if row else None


def bytes_lost(conn: Connection, artifact: int) -> bool:
    """Whether a repair found the bytes of one of its files lost."""
    query = select(entries.c.path).where(
        entries.c.artifact == artifact, entries.c.blob.is_(None), entries.c.ref.is_(None)
    )
    return conn.execute(query.limit(1)).first() is not None


def take_away(conn: Connection, artifact: int, limit: int = PAGE) -> list[str | None]:
    """Remove some entries of a version; the blobs they named. Nothing where none are left."""
    query = select(entries.c.path, entries.c.blob).where(entries.c.artifact == artifact)
    rows = conn.execute(query.order_by(entries.c.path).limit(limit)).fetchall()
    if rows:
        conn.execute(delete(entries).where(entries.c.artifact == artifact, entries.c.path <= rows[-1].path))
    return [row.blob for row in rows]


def _narrowed(query: Select[Any], artifact: int, names: Sequence[str] | None, prefix: str) -> Select[Any]:
    query = query.where(entries.c.artifact == artifact)
    if names is not None:
        query = query.where(entries.c.path.in_(list(names)))
    if prefix:
        query = query.where(entries.c.path >= prefix, entries.c.path < prefix + "\U0010ffff")
    return query
