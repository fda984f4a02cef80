"""Artifacts: what a version says of itself, and the versions of runs and projects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ariadne import ObjectType, UnionType
from graphql import GraphQLResolveInfo
from sqlalchemy.engine import Connection

from gnomon.model.errors import NotFound
from gnomon.model.manifest import artifact_id
from gnomon.server.actions.artifacts import names
from gnomon.server.actions.artifacts.names import Found
from gnomon.server.actions.artifacts.sight import seen, sees
from gnomon.server.storage.tables import accounts, projects, runs
from gnomon.server.storage.tables.accounts import UserRow
from gnomon.server.storage.tables.artifacts import collections, entries, lineage, versions
from gnomon.server.storage.tables.artifacts.collections import CollectionRow, TypeRow
from gnomon.server.storage.tables.artifacts.versions import COMMITTED, AliasRow, ArtifactRow
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.runs import RunRow
from gnomon.server.wandb_api import artifact_files, artifacts
from gnomon.server.wandb_api.connection import connection, page_of
from gnomon.server.wandb_api.door import Asked, Door, Root
from gnomon.server.wandb_api.ids import to_id
from gnomon.server.wandb_api.scalars import iso, to_json

Info = GraphQLResolveInfo[Asked]

MOST_FILES_A_PAGE = 5000
DISABLED, INHERITED = -2, -1
"""What the client reads as: kept for ever, and: as its collection, which is for ever."""

query = Root("Query")
project, run, entity = ObjectType("Project"), ObjectType("Run"), ObjectType("Entity")
artifact, alias = ObjectType("Artifact"), ObjectType("ArtifactAlias")
membership = ObjectType("ArtifactCollectionMembership")
creator = UnionType("ArtifactCreator")


@query.field("artifact", operation="artifact.get")
async def artifact_by_id(door: Door, *, id: str) -> ArtifactRow | None:
    return await artifacts.find_artifact(door, id)


@query.field("clientIDMapping", operation="artifact.get")
async def client_id_mapping(door: Door, *, clientID: str) -> dict[str, Any] | None:
    tables = door.services.storage.tables
    known = await tables.read(lambda conn: versions.find_client(conn, clientID))
    if known is None:
        return None
    key, collection = known
    if key is not None:
        row = await artifacts.by_key(door, key)
        return None if row is None else {"serverID": artifact_id(row.key)}
    found = await tables.read(lambda conn: collections.by_key(conn, collection or 0))
    if found is None or await door.entity_named(found.entity_name) is None:
        return None
    return {"serverID": artifacts.collection_id(found)}


@project.field("artifact")
async def artifact_named(row: ProjectRow, info: Info, *, name: str, enableTracking: bool | None = None) -> Any:
    """`enableTracking` is for counting how often it is asked for, which nobody does here."""
    found = await info.context.services.storage.tables.read(lambda conn: names.find(conn, row.key, name))
    return None if found is None else found.artifact


@project.field("artifactCollectionMembership")
async def membership_named(row: ProjectRow, info: Info, *, name: str) -> Found | None:
    return await info.context.services.storage.tables.read(lambda conn: names.find(conn, row.key, name))


@run.field("outputArtifacts")
async def output_artifacts(row: RunRow, info: Info, *, first: int | None = None, after: str | None = None) -> Any:
    return page_of(await _artifacts(info, row, lineage.logged_by), first=first, after=after)


@run.field("inputArtifacts")
async def input_artifacts(row: RunRow, info: Info, *, first: int | None = None, after: str | None = None) -> Any:
    return page_of(await _artifacts(info, row, lineage.used_by), first=first, after=after)


@entity.field("xxhashDigestsEnabled")
def xxhash_digests_enabled(*_: Any) -> bool:
    """Digests that this server cannot compute would be believed, so that they are not offered."""
    return False


@artifact.field("id")
def id_of(row: ArtifactRow, *_: Any) -> str:
    return artifact_id(row.key)


@artifact.field("artifactSequence")
async def sequence_of(row: ArtifactRow, info: Info) -> CollectionRow | None:
    return await info.context.services.storage.tables.read(lambda conn: collections.by_key(conn, row.collection))


@artifact.field("artifactType")
async def type_of(row: ArtifactRow, info: Info) -> TypeRow | None:
    return await info.context.services.storage.tables.read(
        lambda conn: collections.find_type(conn, row.project, row.type_name)
    )


@artifact.field("versionIndex")
def version_index(row: ArtifactRow, *_: Any) -> int | None:
    return row.version


@artifact.field("state")
def state(row: ArtifactRow, *_: Any) -> str:
    return row.state.upper()


@artifact.field("digestAlgorithm")
def digest_algorithm(row: ArtifactRow, *_: Any) -> str:
    return row.algorithm


@artifact.field("description")
def description(row: ArtifactRow, *_: Any) -> str | None:
    return row.description or None


@artifact.field("metadata")
def metadata(row: ArtifactRow, *_: Any) -> str:
    return to_json(row.metadata)


@artifact.field("labels")
def labels(row: ArtifactRow, *_: Any) -> None:
    return None


@artifact.field("ttlDurationSeconds")
def ttl(row: ArtifactRow, *_: Any) -> int:
    return INHERITED if row.ttl_secs is None else row.ttl_secs or DISABLED


@artifact.field("ttlIsInherited")
def ttl_is_inherited(row: ArtifactRow, *_: Any) -> bool:
    return row.ttl_secs is None


@artifact.field("tags")
def tags(row: ArtifactRow, *_: Any) -> list[dict[str, Any]]:
    return artifacts.tag_nodes(row.tags)


@artifact.field("aliases")
async def aliases(row: ArtifactRow, info: Info) -> list[AliasRow]:
    """Its aliases in every collection that the caller may see, and as one more the version it is there: clients up to
    0.16 learn it so."""

    def work(conn: Connection) -> list[AliasRow]:
        memberships = versions.memberships_of(conn, [row.key])
        found = collections.by_keys(conn, {one.collection for one in memberships})
        named = versions.aliases_of(conn, [row.key])
        numbered = [AliasRow(-one.key, one.collection, f"v{one.version}", row.key) for one in memberships]
        return [one for one in (*named, *numbered) if _shown(info, found[one.collection])]

    return await info.context.services.storage.tables.read(work)


@artifact.field("historyStep")
def history_step(row: ArtifactRow, *_: Any) -> int | None:
    return row.history_step


@artifact.field("size")
def size(row: ArtifactRow, *_: Any) -> int:
    return row.size_bytes


@artifact.field("fileCount")
def file_count(row: ArtifactRow, *_: Any) -> int:
    return row.file_count


@artifact.field("commitHash")
def commit_hash(row: ArtifactRow, *_: Any) -> str | None:
    return row.digest if row.state == COMMITTED else None


@artifact.field("createdAt")
def created_at(row: ArtifactRow, *_: Any) -> str | None:
    return iso(row.created_at)


@artifact.field("updatedAt")
def updated_at(row: ArtifactRow, *_: Any) -> str | None:
    return iso(row.updated_at)


@artifact.field("createdBy")
async def created_by(row: ArtifactRow, info: Info) -> RunRow | UserRow | None:
    """The run that made it; where there was none, the user."""

    def work(conn: Connection) -> RunRow | UserRow | None:
        if row.run is None:
            return accounts.find_user(conn, row.user)
        maker = runs.by_key(conn, row.run)
        return None if maker is None or maker.deleted_at is not None else maker

    found = await info.context.services.storage.tables.read(work)
    return None if isinstance(found, RunRow) and not sees(info.context.caller, found.entity) else found


@creator.type_resolver
def creator_type(found: RunRow | UserRow, *_: Any) -> str:
    return "Run" if isinstance(found, RunRow) else "User"


@artifact.field("usedBy")
async def used_by(row: ArtifactRow, info: Info, *, first: int | None = None, after: str | None = None) -> Any:
    def work(conn: Connection) -> list[RunRow]:
        keys = [run for _, run in lineage.users_of(conn, [row.key])]
        found = runs.by_keys(conn, keys)
        return [found[key] for key in keys if sees(info.context.caller, found[key].entity)]

    return page_of(await info.context.services.storage.tables.read(work), first=first, after=after)


@artifact.field("artifactMemberships")
async def memberships(row: ArtifactRow, info: Info, *, first: int | None = None, after: str | None = None) -> Any:
    """Every place of the version that the caller may see."""

    def work(conn: Connection) -> list[Found]:
        held = versions.memberships_of(conn, [row.key])
        found = collections.by_keys(conn, {one.collection for one in held})
        return [Found(found[one.collection], one, row) for one in held if _shown(info, found[one.collection])]

    return page_of(await info.context.services.storage.tables.read(work), first=first, after=after)


@artifact.field("currentManifest")
def manifest(row: ArtifactRow, info: Info) -> dict[str, Any] | None:
    if row.state != COMMITTED:
        return None
    return artifact_files.current_manifest(info.context.services, info.context.origin_url, row)


@artifact.field("files")
async def files(
    row: ArtifactRow,
    info: Info,
    *,
    names: Sequence[str] | None = None,
    first: int | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    return await _files(row, info, names, first, after)


@artifact.field("filesByManifestEntries")
async def files_by_entries(
    row: ArtifactRow,
    info: Info,
    *,
    storageLayout: str,
    manifestVersion: str,
    entries: Sequence[dict[str, Any]] | None = None,
    storageRegion: str | None = None,
    first: int | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """The files of these entries. There is one layout, one version and one region here, so what is said of them is
    true of every file."""
    named = [entry["name"] for entry in entries or ()]
    return await _files(row, info, named if entries is not None else None, first, after)


@membership.field("id")
def membership_id(found: Found, *_: Any) -> str:
    return to_id("ArtifactCollectionMembership", found.membership.key)


@membership.field("versionIndex")
def membership_version(found: Found, *_: Any) -> int:
    return found.membership.version


@membership.field("createdAt")
def membership_created_at(found: Found, *_: Any) -> str | None:
    return iso(found.membership.created_at)


@membership.field("artifactCollection")
def membership_collection(found: Found, *_: Any) -> CollectionRow:
    return found.collection


@membership.field("artifact")
def membership_artifact(found: Found, *_: Any) -> ArtifactRow:
    return found.artifact


@membership.field("aliases")
async def membership_aliases(found: Found, info: Info) -> list[AliasRow]:
    rows = await aliases(found.artifact, info)
    return [row for row in rows if row.collection == found.collection.key]


@membership.field("files")
async def membership_files(
    found: Found, info: Info, *, names: Sequence[str] | None = None, first: int | None = None, after: str | None = None
) -> dict[str, Any]:
    return await _files(found.artifact, info, names, first, after)


@alias.field("id")
def alias_id(row: AliasRow, *_: Any) -> str:
    return to_id("ArtifactAlias", row.key)


@alias.field("artifactCollection")
async def alias_collection(row: AliasRow, info: Info) -> CollectionRow | None:
    """Null where the caller may not see the collection."""
    found = await info.context.services.storage.tables.read(lambda conn: collections.by_key(conn, row.collection))
    return found if found is not None and _shown(info, found) else None


@alias.field("artifactCollectionName")
async def alias_collection_name(row: AliasRow, info: Info) -> str:
    found = await alias_collection(row, info)
    return "" if found is None else found.name


async def project_of(row: CollectionRow | TypeRow, info: Info) -> ProjectRow | None:
    """The project of a collection or a type; null where the caller may not see it."""
    found = await info.context.services.storage.tables.read(lambda conn: projects.by_key(conn, row.project))
    return found if found is not None and sees(info.context.caller, found.entity_name) else None


async def _artifacts(info: Info, row: RunRow, asked: Any) -> list[ArtifactRow]:
    def work(conn: Connection) -> list[ArtifactRow]:
        keys: list[int] = asked(conn, row.key)
        found = versions.by_keys(conn, keys)
        return seen(conn, info.context.caller, [found[key] for key in keys if key in found])

    return await info.context.services.storage.tables.read(work)


async def _files(
    row: ArtifactRow, info: Info, names: Sequence[str] | None, first: int | None, after: str | None
) -> dict[str, Any]:
    """A page of the files of a version; a cursor is the path of an entry."""
    asked = info.context
    most = MOST_FILES_A_PAGE if first is None else max(0, min(first, MOST_FILES_A_PAGE))
    if row.state != COMMITTED:
        raise NotFound("The artifact is not committed yet")

    def work(conn: Connection) -> tuple[list[entries.EntryRow], int]:
        rows = entries.page(conn, row.key, after=after or None, limit=most + 1, names=names)
        return rows, entries.count(conn, row.key, names=names)

    rows, total = await asked.services.storage.tables.read(work)
    page = rows[:most]
    return connection(
        [artifact_files.entry_node(asked.services, asked.origin_url, row, entry) for entry in page],
        cursors=[entry.path for entry in page],
        has_next=len(rows) > most,
        total=total,
    )


def _shown(info: Info, row: CollectionRow) -> bool:
    return row.deleted_at is None and sees(info.context.caller, row.entity_name)


bindables = [query, project, run, entity, artifact, alias, membership, creator]
