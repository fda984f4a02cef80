"""Types and collections of artifacts, and what people change of collections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from ariadne import InterfaceType, ObjectType
from graphql import GraphQLResolveInfo
from sqlalchemy.engine import Connection

from gnomon.model.artifact import CollectionEdit
from gnomon.model.artifact_filter import Values, holds, ordered
from gnomon.model.errors import Rejected
from gnomon.server.actions.artifacts import delete, edits, names
from gnomon.server.actions.artifacts.create import newest
from gnomon.server.actions.artifacts.names import Found
from gnomon.server.storage.tables.artifacts import collections, versions
from gnomon.server.storage.tables.artifacts.collections import CollectionRow, TypeRow
from gnomon.server.storage.tables.artifacts.versions import AliasRow, ArtifactRow
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.wandb_api import artifacts
from gnomon.server.wandb_api.connection import connection, page_of
from gnomon.server.wandb_api.door import Asked, Door, Root
from gnomon.server.wandb_api.fields.artifacts import project_of
from gnomon.server.wandb_api.ids import to_id
from gnomon.server.wandb_api.scalars import from_json, iso

Info = GraphQLResolveInfo[Asked]

query, mutation = Root("Query"), Root("Mutation")
project, type_ = ObjectType("Project"), ObjectType("ArtifactType")
collection = InterfaceType("ArtifactCollection")
sequence = ObjectType("ArtifactSequence")

type_.set_field("project", project_of)
collection.set_field("project", project_of)


@query.field("artifactCollection", operation="artifact.get")
async def collection_by_id(door: Door, *, id: str) -> CollectionRow | None:
    return await artifacts.find_collection(door, id)


@project.field("artifactType")
async def artifact_type(row: ProjectRow, info: Info, *, name: str) -> TypeRow | None:
    return await info.context.services.storage.tables.read(lambda conn: collections.find_type(conn, row.key, name))


@project.field("artifactTypes")
async def artifact_types(
    row: ProjectRow, info: Info, *, first: int | None = None, after: str | None = None, includeAll: bool | None = None
) -> dict[str, Any]:
    """Every type of the project; those without a collection only with `includeAll`."""
    found = await info.context.services.storage.tables.read(lambda conn: collections.types_of(conn, row.key))
    return page_of([one for one in found if includeAll or one.collections], first=first, after=after)


@project.field("allowAllArtifactTypesInRegistry")
def all_types(*_: Any) -> bool:
    return True


@project.field("artifactCollection")
async def collection_named(row: ProjectRow, info: Info, *, name: str) -> CollectionRow | None:
    return await info.context.services.storage.tables.read(lambda conn: collections.find(conn, row.key, name))


@project.field("artifactCollections")
async def project_collections(
    row: ProjectRow,
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    filters: str | None = None,
    order: str | None = None,
    collectionTypes: Sequence[str] | None = None,
) -> dict[str, Any]:
    kinds = None if collectionTypes is None else {kind.lower() for kind in collectionTypes}
    found = await info.context.services.storage.tables.read(lambda conn: collections.of_project(conn, row.key))
    return _collections([one for one in found if kinds is None or one.kind in kinds], filters, order, first, after)


@type_.field("id")
def type_id(row: TypeRow, *_: Any) -> str:
    return to_id("ArtifactType", row.key)


@type_.field("description")
def type_description(row: TypeRow, *_: Any) -> str | None:
    return row.description or None


@type_.field("createdAt")
def type_created_at(row: TypeRow, *_: Any) -> str | None:
    return iso(row.created_at)


@type_.field("artifact")
async def artifact_of_type(row: TypeRow, info: Info, *, name: str) -> ArtifactRow | None:
    found = await info.context.services.storage.tables.read(lambda conn: names.find(conn, row.project, name))
    return None if found is None or found.collection.type != row.key else found.artifact


@type_.field("artifactCollection")
async def collection_of_type(row: TypeRow, info: Info, *, name: str) -> CollectionRow | None:
    found = await info.context.services.storage.tables.read(lambda conn: collections.find(conn, row.project, name))
    return None if found is None or found.type != row.key else found


@type_.field("artifactSequence")
async def sequence_of_type(row: TypeRow, info: Info, *, name: str) -> CollectionRow | None:
    found = await collection_of_type(row, info, name=name)
    return None if found is None or found.kind != "sequence" else found


@type_.field("artifactCollections")
async def collections_of_type(
    row: TypeRow,
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    filters: str | None = None,
    order: str | None = None,
) -> dict[str, Any]:
    found = await info.context.services.storage.tables.read(
        lambda conn: collections.of_project(conn, row.project, type=row.key)
    )
    return _collections(found, filters, order, first, after)


@type_.field("artifactSequences")
async def sequences_of_type(row: TypeRow, info: Info, *, first: int | None = None, after: str | None = None) -> Any:
    found = await info.context.services.storage.tables.read(
        lambda conn: collections.of_project(conn, row.project, type=row.key)
    )
    return page_of([one for one in found if one.kind == "sequence"], first=first, after=after)


@collection.type_resolver
def collection_type(row: CollectionRow, *_: Any) -> str:
    return artifacts.COLLECTION_TYPES[row.kind]


@collection.field("id")
def collection_id(row: CollectionRow, *_: Any) -> str:
    return artifacts.collection_id(row)


@collection.field("description")
def collection_description(row: CollectionRow, *_: Any) -> str | None:
    return row.description


@collection.field("state")
def collection_state(row: CollectionRow, *_: Any) -> str:
    return "READY" if row.deleted_at is None else "DELETED"


@collection.field("createdAt")
def collection_created_at(row: CollectionRow, *_: Any) -> str | None:
    return iso(row.created_at)


@collection.field("updatedAt")
def collection_updated_at(row: CollectionRow, *_: Any) -> str | None:
    return iso(row.updated_at)


@collection.field("defaultArtifactType")
async def default_type(row: CollectionRow, info: Info) -> TypeRow | None:
    return await info.context.services.storage.tables.read(
        lambda conn: collections.find_type(conn, row.project, row.type_name)
    )


@collection.field("tags")
def collection_tags(row: CollectionRow, *_: Any) -> dict[str, Any]:
    return connection(artifacts.tag_nodes(row.tags))


@collection.field("aliases")
async def collection_aliases(
    row: CollectionRow, info: Info, *, first: int | None = None, after: str | None = None
) -> dict[str, Any]:
    rows: list[AliasRow] = await info.context.services.storage.tables.read(
        lambda conn: versions.aliases_in(conn, row.key)
    )
    return page_of(rows, first=first, after=after)


@collection.field("artifacts")
async def collection_artifacts(
    row: CollectionRow,
    info: Info,
    *,
    first: int | None = None,
    after: str | None = None,
    order: str | None = None,
    filters: str | None = None,
) -> dict[str, Any]:
    """Versions, newest first unless another order is asked for."""
    document = _document(filters)
    found = await _members(row, info)
    called = await info.context.services.storage.tables.read(lambda conn: versions.aliases_in(conn, row.key))
    aliases: dict[int, list[str]] = {}
    for one in called:
        aliases.setdefault(one.artifact, []).append(one.alias)

    def values(one: Found) -> Values:
        return _version_values(one, aliases.get(one.artifact.key, []))

    chosen = ordered([one for one in found if holds(document, values(one))], order, values)
    page = page_of(chosen, first=first, after=after)
    for edge in page["edges"]:
        place: Found = edge["node"]
        edge.update(node=place.artifact, version=f"v{place.membership.version}")
    return page


@collection.field("artifactMembership")
async def collection_membership(row: CollectionRow, info: Info, *, aliasName: str) -> Found | None:
    return await info.context.services.storage.tables.read(lambda conn: names.find_in(conn, row, aliasName))


@collection.field("artifactMemberships")
async def collection_memberships(
    row: CollectionRow, info: Info, *, first: int | None = None, after: str | None = None
) -> dict[str, Any]:
    return page_of(await _members(row, info), first=first, after=after)


@collection.field("latestArtifact")
async def latest_artifact(row: CollectionRow, info: Info) -> ArtifactRow | None:
    def work(conn: Connection) -> ArtifactRow | None:
        key = newest(conn, row.key)
        return None if key is None else versions.by_key(conn, key)

    return await info.context.services.storage.tables.read(work)


@sequence.field("digestAlgorithm")
async def sequence_algorithm(row: CollectionRow, info: Info) -> str | None:
    """That of its newest version: what is logged to it is named in one way."""
    latest = await latest_artifact(row, info)
    return None if latest is None else latest.algorithm


@mutation.field("updateArtifactSequence", operation="artifact.collection.edit")
async def update_sequence(
    door: Door, *, artifactSequenceID: str, name: str | None = None, description: str | None = None
) -> dict[str, Any]:
    return await _edit(door, artifactSequenceID, _edit_of(name=name, description=description))


@mutation.field("updateArtifactPortfolio", operation="artifact.collection.edit")
async def update_portfolio(
    door: Door, *, artifactPortfolioID: str, name: str | None = None, description: str | None = None
) -> dict[str, Any]:
    return await _edit(door, artifactPortfolioID, _edit_of(name=name, description=description))


@mutation.field("moveArtifactSequence", operation="artifact.collection.edit")
async def move_sequence(door: Door, *, artifactSequenceID: str, destinationArtifactTypeName: str) -> dict[str, Any]:
    return await _edit(door, artifactSequenceID, CollectionEdit(type=destinationArtifactTypeName))


@mutation.field("deleteArtifactSequence", operation="artifact.collection.delete")
async def delete_sequence(door: Door, *, artifactSequenceID: str) -> dict[str, Any]:
    return await _delete(door, artifactSequenceID)


@mutation.field("deleteArtifactPortfolio", operation="artifact.collection.delete")
async def delete_portfolio(door: Door, *, artifactPortfolioID: str) -> dict[str, Any]:
    return await _delete(door, artifactPortfolioID)


@mutation.field("createArtifactCollectionTagAssignments", operation="artifact.collection.edit")
async def add_tags(
    door: Door, *, entityName: str, projectName: str, artifactCollectionName: str, tags: Sequence[dict[str, Any]],
    clientMutationID: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    row = await artifacts.collection_named(door, entityName, projectName, artifactCollectionName)
    added = [tag["tagName"] for tag in tags]
    changed = await _changed(door, row, CollectionEdit(tags=tuple(dict.fromkeys((*row.tags, *added)))))
    return {"tags": artifacts.tag_nodes([tag for tag in changed.tags if tag in added])}


@mutation.field("deleteArtifactCollectionTagAssignments", operation="artifact.collection.edit")
async def remove_tags(
    door: Door, *, entityName: str, projectName: str, artifactCollectionName: str, tags: Sequence[dict[str, Any]],
    clientMutationID: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    row = await artifacts.collection_named(door, entityName, projectName, artifactCollectionName)
    removed = {tag["tagName"] for tag in tags}
    await _changed(door, row, CollectionEdit(tags=tuple(tag for tag in row.tags if tag not in removed)))
    return {"success": True}


@mutation.field("createArtifactType", operation="artifact.create")
async def create_type(
    door: Door, *, entityName: str, projectName: str, name: str, description: str | None = None
) -> dict[str, Any]:
    """The type, made where it is missing."""
    entity = await door.entity(entityName or None)
    row = await edits.ensure_type(
        door.services.storage.tables, entity.key, projectName, name, description or "", now=door.services.clock()
    )
    return {"artifactType": row}


def _edit_of(*, name: str | None, description: str | None) -> CollectionEdit:
    return CollectionEdit(
        name=msgspec.UNSET if name is None else name,
        description=msgspec.UNSET if description is None else description,
    )


async def _edit(door: Door, id: str, wanted: CollectionEdit) -> dict[str, Any]:
    return {"artifactCollection": await _changed(door, await artifacts.the_collection(door, id), wanted)}


async def _changed(door: Door, row: CollectionRow, wanted: CollectionEdit) -> CollectionRow:
    tables = door.services.storage.tables
    changed = await edits.edit_collection(tables, row, wanted, door.caller, now=door.services.clock())
    artifacts.tell(door, changed)
    return changed


async def _delete(door: Door, id: str) -> dict[str, Any]:
    row = await artifacts.the_collection(door, id)
    tables = door.services.storage.tables
    await delete.collection(tables, row, door.caller, now=door.services.clock())
    artifacts.tell(door, row)
    return {"artifactCollection": await tables.read(lambda conn: collections.by_key(conn, row.key))}


async def _members(row: CollectionRow, info: Info) -> list[Found]:
    def work(conn: Connection) -> list[Found]:
        held = versions.members(conn, row.key)
        found = versions.by_keys(conn, [one.artifact for one in held])
        return [Found(row, one, found[one.artifact]) for one in held]

    return await info.context.services.storage.tables.read(work)


def _collections(
    found: list[CollectionRow], filters: str | None, order: str | None, first: int | None, after: str | None
) -> dict[str, Any]:
    document = _document(filters)
    chosen = [row for row in found if holds(document, _collection_values(row))]
    return page_of(ordered(chosen, order, _collection_values), first=first, after=after)


def _document(filters: str | None) -> dict[str, Any]:
    document = from_json(filters, field="filters") if filters else {}
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise Rejected("filters holds no document", field="filters")
    return document


def _collection_values(row: CollectionRow) -> Values:
    return {
        "id": row.key, "name": row.name, "description": row.description, "tags": row.tags, "tag": row.tags,
        "type": row.type_name, "created_at": row.created_at, "updated_at": row.updated_at,
        "state": "READY", "collection_type": row.kind.upper(),
    }.__getitem__  # fmt: skip


def _version_values(one: Found, aliases: list[str]) -> Values:
    row = one.artifact
    known: dict[str, Any] = {
        "id": row.key, "state": row.state.upper(), "digest": row.digest, "description": row.description,
        "tags": row.tags, "tag": row.tags, "aliases": aliases, "alias": aliases, "size": row.size_bytes,
        "file_count": row.file_count, "version_index": one.membership.version, "version": f"v{one.membership.version}",
        "created_at": row.created_at, "updated_at": row.updated_at, "history_step": row.history_step,
        "name": f"{one.collection.name}:v{one.membership.version}", "type": one.collection.type_name,
    }  # fmt: skip

    def value(field: str) -> Any:
        head, dot, rest = field.partition(".")
        return row.metadata.get(rest) if head == "metadata" and dot else known[field]

    return value


bindables = [query, mutation, project, type_, collection, sequence]
