"""Versions and collections are deleted: at once they are not there any more, and later a timed job clears them away."""

from __future__ import annotations

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.engine import Connection

from gnomon.model.errors import Conflict
from gnomon.server.actions.artifacts.edits import there
from gnomon.server.actions.artifacts.removal import remove, remove_collection
from gnomon.server.caller import Caller
from gnomon.server.storage.blobs.store import BlobStore, Digest
from gnomon.server.storage.tables import audit, garbage
from gnomon.server.storage.tables.artifacts import entries, uploads, versions
from gnomon.server.storage.tables.artifacts.collections import CollectionRow
from gnomon.server.storage.tables.artifacts.versions import COMMITTED, DELETED, PENDING, ArtifactRow
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.schema import artifact_memberships, artifacts

ABANDONED_SECS = 7 * 86_400.0
"""A version that nothing came for, for so long, is not going to be committed."""
CALM_SECS = 3600.0
"""So long after its last name was taken away a blob is collected."""
PUT_SECS = 600.0
"""One that was put within this time is not: the row that is to name it may still be on its way."""
MOST_AT_ONCE = 500


async def version(tables: Database, row: ArtifactRow, caller: Caller, *, with_aliases: bool, now: float) -> None:
    """Delete a version. Raises Conflict where it has aliases, unless they are to go `with_aliases`."""

    def work(conn: Connection) -> None:
        known = versions.by_key(conn, row.key)
        if known is None or known.state == DELETED:
            return
        aliases = [one.alias for one in versions.aliases_of(conn, [row.key])]
        if aliases and not with_aliases:
            told = ", ".join(map(repr, aliases))
            raise Conflict(f"{known.path} has the aliases {told}; remove them first, or delete it with them")
        remove(conn, [row.key], now)
        _audit(conn, "artifact.delete", known.path, caller, now)

    await tables.write(work)


async def collection(tables: Database, row: CollectionRow, caller: Caller, *, now: float) -> None:
    """Delete a collection: a sequence with all its versions, a portfolio without them."""

    def work(conn: Connection) -> None:
        known = there(conn, row.key)
        remove_collection(conn, known.key, now)
        _audit(conn, "artifact.collection.delete", known.path, caller, now)

    await tables.write(work)


async def of_run(tables: Database, run: int, caller: Caller, *, now: float) -> int:
    """Delete the versions that a run made, whatever they are called; how many they were."""

    def work(conn: Connection) -> int:
        found = versions.by_keys(conn, versions.made_by(conn, run)).values()
        remove(conn, [row.key for row in found], now)
        for row in found:
            _audit(conn, "artifact.delete", row.path, caller, now)
        return len(found)

    return await tables.write(work)


async def expire(tables: Database, *, now: float) -> list[str]:
    """Delete the versions whose time is over, and those that were never finished; where they were.

    A version that is linked to a portfolio stays: somebody has chosen it.
    """
    place = artifact_memberships.alias()
    linked = exists(
        select(place.c.key).where(place.c.artifact == artifacts.c.key, place.c.collection != artifacts.c.collection)
    )
    over = and_(
        artifacts.c.state == COMMITTED,
        artifacts.c.ttl_secs > 0,
        artifacts.c.created_at + artifacts.c.ttl_secs < now,
        ~linked,
    )
    left = and_(artifacts.c.state == PENDING, artifacts.c.updated_at < now - ABANDONED_SECS)

    def work(conn: Connection) -> list[str]:
        found = versions.due(conn, or_(over, left), MOST_AT_ONCE)
        remove(conn, [row.key for row in found], now)
        return [row.path for row in found]

    told: list[str] = []
    while await tables.read(lambda conn: versions.due(conn, or_(over, left), 1)):
        told += await tables.write(work)
    return told


async def clear(tables: Database, *, now: float) -> int:
    """Forget what deleted versions held, in small steps; how many they were. What a crash leaves is done next time."""
    due = and_(artifacts.c.state == DELETED, artifacts.c.cleared_at.is_(None))
    cleared = 0
    while found := await tables.read(lambda conn: versions.due(conn, due, MOST_AT_ONCE)):
        for row in found:
            while await tables.write(lambda conn, key=row.key: _clear_some(conn, key, now)):  # type: ignore[misc]
                pass
            cleared += 1
    return cleared


async def collect(
    tables: Database, blobs: BlobStore, *, now: float, calm_secs: float = CALM_SECS, put_secs: float = PUT_SECS
) -> int:
    """Take away the bytes that nothing names any more; how many blobs they were.

    From the transaction that finds a blob unnamed, nobody is told that its bytes are there; who sends them again
    meanwhile puts them again, and such a blob is left alone. So a crash, or an upload at any moment, costs nothing.
    """
    gone = 0
    while due := await tables.read(lambda conn: garbage.due(conn, now - calm_secs, MOST_AT_ONCE)):
        unnamed = await tables.write(lambda conn, due=due: garbage.take(conn, due))  # type: ignore[misc]
        left = [digest for digest in unnamed if not await blobs.collect(Digest(digest), calm_secs=put_secs)]
        taken = [digest for digest in unnamed if digest not in left]
        gone += len(taken)

        def settle(conn: Connection, taken: list[str] = taken, left: list[str] = left) -> None:
            garbage.done(conn, taken)
            garbage.drop(conn, left, now)

        await tables.write(settle)
    return gone


def _clear_some(conn: Connection, artifact: int, now: float) -> bool:
    """Forget some of what a deleted version held; whether there was any."""
    blobs = entries.take_away(conn, artifact)
    if blobs:
        garbage.drop(conn, blobs, now)
        return True
    garbage.drop(conn, uploads.forget(conn, artifact), now)
    versions.change(conn, artifact, cleared_at=now, metadata={}, description="", aliases=[])
    return False


def _audit(conn: Connection, operation: str, target: str, caller: Caller, now: float) -> None:
    audit.add(conn, at=now, user=caller.name, origin=caller.origin, operation=operation, target=target)
