"""Versions of artifacts: rows, which collections they are in, and what they are called there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.schema import (
    artifact_aliases,
    artifact_clients,
    artifact_collections,
    artifact_memberships,
    artifact_types,
    artifacts,
    entities,
    projects,
    users,
)

PENDING, COMMITTED, DELETED = "pending", "committed", "deleted"


@dataclass(frozen=True, slots=True)
class ArtifactRow:
    """A version with the names of what it belongs to. `version` is its number in its own sequence."""

    key: int
    collection: int
    collection_name: str
    type_name: str
    project: int
    project_name: str
    entity: int
    entity_name: str
    version: int | None
    state: str
    digest: str
    algorithm: str
    description: str
    metadata: dict[str, Any]
    tags: list[str]
    aliases: list[str]
    """What it is to be called once it is committed."""
    ttl_secs: int | None
    history_step: int | None
    distributed: str | None
    size_bytes: int
    file_count: int
    run: int | None
    user: str
    created_at: float
    updated_at: float
    deleted_at: float | None

    @property
    def path(self) -> str:
        """Where it is, as people write it."""
        version = "pending" if self.version is None else f"v{self.version}"
        return f"{self.entity_name}/{self.project_name}/{self.collection_name}:{version}"


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A version in a collection: `version` is its number there."""

    key: int
    collection: int
    artifact: int
    version: int
    created_at: float


@dataclass(frozen=True, slots=True)
class AliasRow:
    key: int
    collection: int
    alias: str
    artifact: int


_artifacts = (
    select(
        artifacts.c.key,
        artifacts.c.collection,
        artifact_collections.c.name.label("collection_name"),
        artifact_types.c.name.label("type_name"),
        artifact_collections.c.project,
        projects.c.name.label("project_name"),
        projects.c.entity,
        entities.c.name.label("entity_name"),
        artifact_memberships.c.version,
        artifacts.c.state,
        artifacts.c.digest,
        artifacts.c.algorithm,
        artifacts.c.description,
        artifacts.c.metadata,
        artifacts.c.tags,
        artifacts.c.aliases,
        artifacts.c.ttl_secs,
        artifacts.c.history_step,
        artifacts.c.distributed,
        artifacts.c.size_bytes,
        artifacts.c.file_count,
        artifacts.c.run,
        users.c.name.label("user_name"),
        artifacts.c.created_at,
        artifacts.c.updated_at,
        artifacts.c.deleted_at,
    )
    .join(artifact_collections, artifact_collections.c.key == artifacts.c.collection)
    .join(artifact_types, artifact_types.c.key == artifact_collections.c.type)
    .join(projects, projects.c.key == artifact_collections.c.project)
    .join(entities, entities.c.key == projects.c.entity)
    .join(users, users.c.key == artifacts.c.user)
    .outerjoin(
        artifact_memberships,
        and_(
            artifact_memberships.c.artifact == artifacts.c.key,
            artifact_memberships.c.collection == artifacts.c.collection,
        ),
    )
)
_memberships = select(
    artifact_memberships.c.key,
    artifact_memberships.c.collection,
    artifact_memberships.c.artifact,
    artifact_memberships.c.version,
    artifact_memberships.c.created_at,
)
_same_place = and_(
    artifact_aliases.c.collection == artifact_memberships.c.collection,
    artifact_aliases.c.artifact == artifact_memberships.c.artifact,
)
_aliases = select(
    artifact_aliases.c.key, artifact_aliases.c.collection, artifact_aliases.c.alias, artifact_aliases.c.artifact
)


def by_key(conn: Connection, key: int) -> ArtifactRow | None:
    """The version, pending and deleted ones too."""
    row = conn.execute(_artifacts.where(artifacts.c.key == key)).first()
    return ArtifactRow(*row) if row else None


def by_keys(conn: Connection, keys: Collection[int]) -> dict[int, ArtifactRow]:
    """Those that are there, pending and deleted ones too."""
    found: dict[int, ArtifactRow] = {}
    ordered = list(keys)
    for start in range(0, len(ordered), 500):
        for row in conn.execute(_artifacts.where(artifacts.c.key.in_(ordered[start : start + 500]))):
            found[row.key] = ArtifactRow(*row)
    return found


def add(conn: Connection, collection: int, *, user: int, now: float, **values: Any) -> int:
    """A version that is not committed yet; its key."""
    given = {"state": PENDING, "user": user, "created_at": now, "updated_at": now, **values}
    result = conn.execute(insert(artifacts).values(collection=collection, **given))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def change(conn: Connection, key: int, **values: Any) -> None:
    """Set columns of a version."""
    conn.execute(update(artifacts).where(artifacts.c.key == key).values(**values))


def of_digest(conn: Connection, collection: int, digest: str) -> list[ArtifactRow]:
    """The versions logged to a sequence with this digest that are not deleted, newest first."""
    query = _artifacts.where(
        artifacts.c.collection == collection, artifacts.c.digest == digest, artifacts.c.state != DELETED
    )
    return [ArtifactRow(*row) for row in conn.execute(query.order_by(artifacts.c.key.desc()))]


def pending_distributed(conn: Connection, collection: int, distributed: str) -> ArtifactRow | None:
    """The version that several senders are making together under this name."""
    query = _artifacts.where(
        artifacts.c.collection == collection, artifacts.c.distributed == distributed, artifacts.c.state == PENDING
    )
    row = conn.execute(query.order_by(artifacts.c.key.desc()).limit(1)).first()
    return ArtifactRow(*row) if row else None


def due(conn: Connection, where: ColumnElement[bool], limit: int) -> list[ArtifactRow]:
    """Versions for which this holds, the oldest first: what timed jobs ask."""
    return [ArtifactRow(*row) for row in conn.execute(_artifacts.where(where).order_by(artifacts.c.key).limit(limit))]


def logged_to(conn: Connection, collection: int) -> list[int]:
    """Every version of a sequence that is not deleted, pending ones too."""
    query = select(artifacts.c.key).where(artifacts.c.collection == collection, artifacts.c.state != DELETED)
    return list(conn.execute(query).scalars())


def made_by(conn: Connection, run: int) -> list[int]:
    """The versions that a run made, which are not deleted."""
    query = select(artifacts.c.key).where(artifacts.c.run == run, artifacts.c.state != DELETED)
    return list(conn.execute(query).scalars())


def members(conn: Connection, collection: int) -> list[MembershipRow]:
    """The versions in a collection, newest first."""
    query = _memberships.where(artifact_memberships.c.collection == collection)
    return [MembershipRow(*row) for row in conn.execute(query.order_by(artifact_memberships.c.version.desc()))]


def counts(conn: Connection, keys: Collection[int]) -> dict[int, int]:
    """How many versions these collections have; those without one are left out."""
    found: dict[int, int] = {}
    ordered = list(keys)
    for start in range(0, len(ordered), 500):
        query = (
            select(artifact_memberships.c.collection, func.count())
            .where(artifact_memberships.c.collection.in_(ordered[start : start + 500]))
            .group_by(artifact_memberships.c.collection)
        )
        found.update((collection, count) for collection, count in conn.execute(query))
    return found


def aliased(conn: Connection, keys: Collection[int], alias: str) -> dict[int, MembershipRow]:
    """The version that the alias names in each of these collections that has it."""
    found: dict[int, MembershipRow] = {}
    ordered = list(keys)
    for start in range(0, len(ordered), 500):
        query = _memberships.join(artifact_aliases, _same_place).where(
            artifact_aliases.c.collection.in_(ordered[start : start + 500]), artifact_aliases.c.alias == alias
        )
        found.update((row.collection, MembershipRow(*row)) for row in conn.execute(query))
    return found


def membership(conn: Connection, collection: int, artifact: int) -> MembershipRow | None:
    query = _memberships.where(
        artifact_memberships.c.collection == collection, artifact_memberships.c.artifact == artifact
    )
    row = conn.execute(query).first()
    return MembershipRow(*row) if row else None


def find_version(conn: Connection, collection: int, number: int) -> MembershipRow | None:
    query = _memberships.where(
        artifact_memberships.c.collection == collection, artifact_memberships.c.version == number
    )
    row = conn.execute(query).first()
    return MembershipRow(*row) if row else None


def find_alias(conn: Connection, collection: int, alias: str) -> MembershipRow | None:
    """The version that the alias names in the collection."""
    return aliased(conn, [collection], alias).get(collection)


def find_digest(conn: Connection, collection: int, digest: str) -> MembershipRow | None:
    """The newest version in the collection that has this digest."""
    query = (
        _memberships.join(artifacts, artifacts.c.key == artifact_memberships.c.artifact)
        .where(artifact_memberships.c.collection == collection, artifacts.c.digest == digest)
        .order_by(artifact_memberships.c.version.desc())
        .limit(1)
    )
    row = conn.execute(query).first()
    return MembershipRow(*row) if row else None


def memberships_of(conn: Connection, keys: Collection[int]) -> list[MembershipRow]:
    """Every place of these versions, in the order in which they came there."""
    found: list[MembershipRow] = []
    ordered = list(keys)
    for start in range(0, len(ordered), 500):
        query = _memberships.where(artifact_memberships.c.artifact.in_(ordered[start : start + 500]))
        found += [MembershipRow(*row) for row in conn.execute(query.order_by(artifact_memberships.c.key))]
    return found


def join(conn: Connection, collection: int, artifact: int, version: int, now: float) -> None:
    """Put a version into a collection that it is not in."""
    conn.execute(
        insert(artifact_memberships).values(collection=collection, artifact=artifact, version=version, created_at=now)
    )


def leave(conn: Connection, artifact: int, *, collection: int | None = None) -> None:
    """Take a version, and what it is called, out of a collection; out of all of them without one."""
    for table in (artifact_aliases, artifact_memberships):
        query = delete(table).where(table.c.artifact == artifact)
        conn.execute(query if collection is None else query.where(table.c.collection == collection))


def aliases_in(conn: Connection, collection: int) -> list[AliasRow]:
    """Every alias of a collection, in the order in which they were given."""
    query = _aliases.where(artifact_aliases.c.collection == collection).order_by(artifact_aliases.c.key)
    return [AliasRow(*row) for row in conn.execute(query)]


def aliases_of(conn: Connection, keys: Collection[int]) -> list[AliasRow]:
    """Every alias of these versions, in whatever collection, in the order in which they were given."""
    found: list[AliasRow] = []
    ordered = list(keys)
    for start in range(0, len(ordered), 500):
        query = _aliases.where(artifact_aliases.c.artifact.in_(ordered[start : start + 500]))
        found += [AliasRow(*row) for row in conn.execute(query.order_by(artifact_aliases.c.key))]
    return found


def set_alias(conn: Connection, collection: int, alias: str, artifact: int, now: float) -> None:
    """Let the alias name this version, whatever it named before."""
    drop_alias(conn, collection, alias)
    conn.execute(insert(artifact_aliases).values(collection=collection, alias=alias, artifact=artifact, created_at=now))


def drop_alias(conn: Connection, collection: int, alias: str, *, artifact: int | None = None) -> None:
    """Take an alias away; with `artifact` only where it names that version."""
    query = delete(artifact_aliases).where(
        artifact_aliases.c.collection == collection, artifact_aliases.c.alias == alias
    )
    conn.execute(query if artifact is None else query.where(artifact_aliases.c.artifact == artifact))


def remember_client(
    conn: Connection, client: str, *, artifact: int | None = None, collection: int | None = None
) -> None:
    """What a sender called an artifact or a collection is known from now on; the first meaning stays."""
    known = conn.execute(select(artifact_clients.c.client).where(artifact_clients.c.client == client)).first()
    if known is None:
        conn.execute(insert(artifact_clients).values(client=client, artifact=artifact, collection=collection))


def find_client(conn: Connection, client: str) -> tuple[int | None, int | None] | None:
    """The artifact or the collection that a sender called this."""
    query = select(artifact_clients.c.artifact, artifact_clients.c.collection).where(
        artifact_clients.c.client == client
    )
    row = conn.execute(query).first()
    return (row.artifact, row.collection) if row else None
