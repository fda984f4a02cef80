"""What one version of an artifact has otherwise than another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy.engine import Connection

from gnomon.model.artifact import ArtifactChange, ArtifactDiff
from gnomon.server.actions.artifacts import reading
from gnomon.server.actions.artifacts.names import Found
from gnomon.server.storage.tables.artifacts import entries
from gnomon.server.storage.tables.artifacts.entries import EntryRow
from gnomon.server.storage.tables.database import Database

MOST_SHOWN = 5000


async def between(tables: Database, before: Found, after: Found) -> ArtifactDiff:
    """The paths that were added, removed or changed from `before` to `after`, and how many stayed the same."""

    def work(conn: Connection) -> ArtifactDiff:
        pairs = paired(_all(conn, before.artifact.key), _all(conn, after.artifact.key))
        return _told(pairs, before, after)

    return await tables.read(work)


def _all(conn: Connection, artifact: int) -> Iterator[EntryRow]:
    for rows in entries.pages(conn, artifact):
        yield from rows


def paired(before: Iterable[EntryRow], after: Iterable[EntryRow]) -> Iterator[tuple[EntryRow | None, EntryRow | None]]:
    """The entries of both by path, side by side; both come sorted by it, as the store sorts text."""
    left, right = iter(before), iter(after)
    a, b = next(left, None), next(right, None)
    while a is not None or b is not None:
        if b is None or (a is not None and a.path < b.path):
            yield a, None
            a = next(left, None)
        elif a is None or b.path < a.path:
            yield None, b
            b = next(right, None)
        else:
            yield a, b
            a, b = next(left, None), next(right, None)


def _told(pairs: Iterable[tuple[EntryRow | None, EntryRow | None]], before: Found, after: Found) -> ArtifactDiff:
    counts = {"added": 0, "removed": 0, "changed": 0}
    same = bytes_added = bytes_removed = 0
    changes: list[ArtifactChange] = []
    for a, b in pairs:
        if a is not None and b is not None and (a.digest, a.ref) == (b.digest, b.ref):
            same += 1
            continue
        kind = "added" if a is None else "removed" if b is None else "changed"
        counts[kind] += 1
        bytes_removed += a.size_bytes if a else 0
        bytes_added += b.size_bytes if b else 0
        if len(changes) < MOST_SHOWN:
            changes.append(
                ArtifactChange(
                    path=(a or b).path,  # type: ignore[union-attr]
                    kind=kind,
                    size_before=a.size_bytes if a else None,
                    size_after=b.size_bytes if b else None,
                )
            )
    return ArtifactDiff(
        before=reading.as_ref(before.artifact), after=reading.as_ref(after.artifact), same=same,
        bytes_added=bytes_added, bytes_removed=bytes_removed, changes=tuple(changes),
        cut=sum(counts.values()) > len(changes), **counts,
    )  # fmt: skip
