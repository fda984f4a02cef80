"""Which blobs something still names, and those that may have lost their last name.

Whoever takes a name away says so with `drop`, in the same transaction. Some time later `take` decides, again in a
transaction, which of them nothing names: from then on nobody is told that the bytes are there, and they may go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.schema import (
    artifact_bytes,
    artifact_entries,
    artifact_manifests,
    artifact_upload_parts,
    artifact_uploads,
    files,
    garbage,
)

NAMES = (
    files.c.digest,
    artifact_entries.c.blob,
    artifact_uploads.c.blob,
    artifact_upload_parts.c.blob,
    artifact_manifests.c.blob,
)
"""Every column that names a blob."""


def used(conn: Connection, digest: str) -> bool:
    """Whether anything names these bytes."""
    return bool(named(conn, [digest]))


def named(conn: Connection, digests: Sequence[str]) -> set[str]:
    """Those of the blobs that something names."""
    found: set[str] = set()
    for start in range(0, len(digests), 500):
        part = digests[start : start + 500]
        for name in NAMES:
            found.update(conn.execute(select(name).where(name.in_(part)).distinct()).scalars())
    return found


def drop(conn: Connection, digests: Iterable[str | None], now: float) -> None:
    """These blobs lost a name just now."""
    lost = sorted({digest for digest in digests if digest is not None})
    for start in range(0, len(lost), 500):
        part = lost[start : start + 500]
        conn.execute(delete(garbage).where(garbage.c.digest.in_(part)))
        conn.execute(insert(garbage), [{"digest": digest, "since": now} for digest in part])


def due(conn: Connection, before: float, limit: int) -> list[str]:
    """Blobs that lost a name before this moment, the first to do so first."""
    query = select(garbage.c.digest).where(garbage.c.since < before).order_by(garbage.c.since, garbage.c.digest)
    return list(conn.execute(query.limit(limit)).scalars())


def take(conn: Connection, digests: Sequence[str]) -> list[str]:
    """Those of the blobs that nothing names. They stay on the list until `done`, so that a crash forgets none."""
    kept = named(conn, digests)
    gone = [digest for digest in digests if digest not in kept]
    conn.execute(delete(artifact_bytes).where(artifact_bytes.c.blob.in_(gone)))
    conn.execute(delete(garbage).where(garbage.c.digest.in_(sorted(kept))))
    return gone


def done(conn: Connection, digests: Sequence[str]) -> None:
    """The bytes of these blobs are gone."""
    conn.execute(delete(garbage).where(garbage.c.digest.in_(digests)))
