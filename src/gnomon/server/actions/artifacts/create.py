"""A new version is announced: what it is to be, and whether it is there already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.engine import Connection

from gnomon.model import depth
from gnomon.model.artifact_name import MOST_TAGS, check_alias, check_collection, check_tag, check_type
from gnomon.model.depth import too_deep
from gnomon.model.errors import Rejected
from gnomon.server.actions.projects import check_name
from gnomon.server.caller import Caller, not_there
from gnomon.server.storage.tables import projects, runs
from gnomon.server.storage.tables.artifacts import collections, entries, lineage, versions
from gnomon.server.storage.tables.artifacts.collections import CollectionRow
from gnomon.server.storage.tables.artifacts.versions import COMMITTED, PENDING, ArtifactRow
from gnomon.server.storage.tables.database import Database

MOST_METADATA_KEYS = 1000
LONGEST_TEXT = 1 << 20
LONGEST_TTL_SECS = 100 * 366 * 86_400
LONGEST_CLIENT = 200
ALGORITHMS = ("MANIFEST_MD5", "MANIFEST_XXH128")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a sender wants a version to be. What is None was not said."""

    type: str
    collection: str
    digest: str
    algorithm: str = "MANIFEST_MD5"
    run: str | None = None
    """The id of the run that logs it, in the same project."""
    description: str | None = None
    metadata: dict[str, Any] | None = None
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ttl_secs: int | None = None
    """0 is for ever."""
    history_step: int | None = None
    distributed: str | None = None
    """What several senders call the version that they make together."""
    client: str | None = None
    sequence_client: str | None = None
    """What the sender calls the version, and the collection, until it knows better."""
    deduplicates: bool = True
    """Whether a version of the same digest is as good as a new one."""


@dataclass(frozen=True)
class Created:
    """The version, and the newest one of its collection that was there before."""

    artifact: ArtifactRow
    latest: int | None


async def create(tables: Database, entity: int, project: str, wish: Wish, caller: Caller, *, now: float) -> Created:
    """The version that is wished for: a new one, one that is being made, or one that has been there all along.

    Project, type and collection are made where they are missing. A committed version of the same digest is given the
    aliases wished for, and its sender has nothing to send. Raises Rejected where the name is that of another type.
    """
    user = caller.signed_in()
    wish = _checked(wish)

    def work(conn: Connection) -> Created:
        row = projects.ensure(conn, entity, check_name(project), now)[0]
        run = None
        if wish.run:
            run = runs.keys_by_id(conn, row.key, [wish.run]).get(wish.run)  # not the run: its summary may be large
            if run is None:
                raise not_there("run", f"{row.entity_name}/{row.name}/{wish.run}")
        collection = _sequence(conn, row.key, wish, now)
        latest = newest(conn, collection.key)
        artifact = _again(conn, collection, wish) or _known(conn, collection, wish, now)
        if artifact is None:
            artifact = _new(conn, collection, wish, run=run, user=user.key, now=now)
        if run is not None:
            lineage.add_output(conn, artifact.key, run, now)
        if wish.client:
            versions.remember_client(conn, wish.client, artifact=artifact.key)
        if wish.sequence_client:
            versions.remember_client(conn, wish.sequence_client, collection=collection.key)
        return Created(artifact, latest)

    return await tables.write(work)


def newest(conn: Connection, collection: int) -> int | None:
    """The newest version of a collection; None where it has none."""
    found = versions.members(conn, collection)
    return found[0].artifact if found else None


def check_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    """The metadata, if a version may have it. Raises Rejected."""
    if len(metadata) > MOST_METADATA_KEYS:
        raise Rejected(f"The metadata of an artifact has at most {MOST_METADATA_KEYS} keys", field="metadata")
    if too_deep(metadata):
        raise Rejected(f"The metadata is nested deeper than {depth.MOST}", field="metadata")
    return metadata


def check_tags(tags: tuple[str, ...]) -> list[str]:
    """The tags, each once. Raises Rejected for too many, and for one that is none."""
    found = list(dict.fromkeys(map(check_tag, tags)))
    if len(found) > MOST_TAGS:
        raise Rejected(f"An artifact has at most {MOST_TAGS} tags", field="tags")
    return found


def check_description(text: str) -> str:
    """The description. Raises Rejected where it is too long."""
    if len(text) > LONGEST_TEXT:
        raise Rejected(f"A description has at most {LONGEST_TEXT} characters", field="description")
    return text


def check_ttl(secs: int) -> int:
    """How long a version is kept; 0 is for ever. Raises Rejected."""
    if not 0 <= secs <= LONGEST_TTL_SECS:
        raise Rejected(f"An artifact is kept for up to {LONGEST_TTL_SECS} seconds, not {secs}", field="ttl_secs")
    return secs


def _checked(wish: Wish) -> Wish:
    check_type(wish.type)
    check_collection(wish.collection)
    if wish.algorithm not in ALGORITHMS:
        raise Rejected(f"The digest algorithm {wish.algorithm!r} is not known here", field="digestAlgorithm")
    if not wish.digest or len(wish.digest) > 128:
        raise Rejected("An artifact has a digest of 1 to 128 characters", field="digest")
    for client in (wish.client, wish.sequence_client):
        if client and len(client) > LONGEST_CLIENT:
            raise Rejected(f"A client id has at most {LONGEST_CLIENT} characters", field="clientID")
    if wish.metadata is not None:
        check_metadata(wish.metadata)
    if wish.description is not None:
        check_description(wish.description)
    if wish.ttl_secs is not None:
        check_ttl(wish.ttl_secs)
    if wish.history_step is not None and not 0 <= wish.history_step < 1 << 63:
        raise Rejected(f"There is no step {wish.history_step}", field="historyStep")
    if wish.distributed is not None and len(wish.distributed) > LONGEST_CLIENT:
        raise Rejected(f"A distributed id has at most {LONGEST_CLIENT} characters", field="distributedID")
    aliases = tuple(dict.fromkeys(map(check_alias, wish.aliases)))
    return replace(wish, aliases=aliases, tags=tuple(check_tags(wish.tags)))


def _sequence(conn: Connection, project: int, wish: Wish, now: float) -> CollectionRow:
    found = collections.find(conn, project, wish.collection)
    if found is None:
        type = collections.ensure_type(conn, project, wish.type, now)
        return collections.add(conn, project, type.key, wish.collection, kind="sequence", now=now)
    if found.kind != "sequence":
        raise Rejected(
            f"{wish.collection!r} is a portfolio: versions are linked to it, not logged", field="artifactCollectionName"
        )
    if found.type_name != wish.type:
        raise Rejected(
            f"The artifact {wish.collection!r} has the type {found.type_name!r}, not {wish.type!r}",
            field="artifactTypeName",
        )
    return found


def _again(conn: Connection, collection: CollectionRow, wish: Wish) -> ArtifactRow | None:
    """The version that this very sender was given before: the answer may have been lost on its way."""
    known = versions.find_client(conn, wish.client) if wish.client else None
    row = None if known is None or known[0] is None else versions.by_key(conn, known[0])
    if row is None or row.collection != collection.key or row.state not in (PENDING, COMMITTED):
        return None
    return None if row.state == COMMITTED and entries.bytes_lost(conn, row.key) else row


def _known(conn: Connection, collection: CollectionRow, wish: Wish, now: float) -> ArtifactRow | None:
    """The version that makes a new one needless. One whose bytes were found lost does not."""
    if wish.distributed:
        known = versions.pending_distributed(conn, collection.key, wish.distributed)
        return None if known is None else _joined(conn, known, wish, now)
    if not wish.deduplicates:
        return None
    same = versions.of_digest(conn, collection.key, wish.digest)
    for row in same:
        if row.state == COMMITTED and not entries.bytes_lost(conn, row.key):
            for alias in wish.aliases:
                versions.set_alias(conn, collection.key, alias, row.key, now)
            _add_tags(conn, row, wish, now)
            return versions.by_key(conn, row.key)
    pending = next((row for row in same if row.state == PENDING and row.distributed is None), None)
    return None if pending is None else _joined(conn, pending, wish, now)


def _joined(conn: Connection, row: ArtifactRow, wish: Wish, now: float) -> ArtifactRow | None:
    """A pending version that another sender wishes for, too."""
    versions.change(conn, row.key, aliases=list(dict.fromkeys((*row.aliases, *wish.aliases))), updated_at=now)
    _add_tags(conn, row, wish, now)
    return versions.by_key(conn, row.key)


def _add_tags(conn: Connection, row: ArtifactRow, wish: Wish, now: float) -> None:
    tags = list(dict.fromkeys((*row.tags, *wish.tags)))
    if tags != row.tags:
        versions.change(conn, row.key, tags=check_tags(tuple(tags)), updated_at=now)


def _new(
    conn: Connection, collection: CollectionRow, wish: Wish, *, run: int | None, user: int, now: float
) -> ArtifactRow:
    key = versions.add(
        conn,
        collection.key,
        user=user,
        now=now,
        digest=wish.digest,
        algorithm=wish.algorithm,
        description=wish.description or "",
        metadata=wish.metadata or {},
        tags=list(wish.tags),
        aliases=list(wish.aliases),
        ttl_secs=wish.ttl_secs,
        history_step=wish.history_step,
        distributed=wish.distributed or None,
        run=run,
    )
    made = versions.by_key(conn, key)
    assert made is not None
    return made
