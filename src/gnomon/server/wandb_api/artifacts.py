"""Artifacts and collections by the ids that clients have of them, looked up through what the caller may see."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from gnomon.model.errors import NotFound
from gnomon.model.manifest import artifact_key
from gnomon.server.access import Right
from gnomon.server.actions.artifacts.sight import places
from gnomon.server.caller import not_there
from gnomon.server.storage.tables.artifacts import collections, versions
from gnomon.server.storage.tables.artifacts.collections import CollectionRow
from gnomon.server.storage.tables.artifacts.versions import DELETED, ArtifactRow
from gnomon.server.wandb_api.door import Door
from gnomon.server.wandb_api.ids import key_of, to_id

COLLECTION_TYPES = {"sequence": "ArtifactSequence", "portfolio": "ArtifactPortfolio"}
"""What the client calls the kinds of collections."""


async def find_artifact(door: Door, id: str) -> ArtifactRow | None:
    """The artifact of this id, where there is one that the caller may do this with.

    What is linked to a place that the caller may read can be read. Raises Forbidden where they see it and may no more.
    """
    key = artifact_key(id)
    return None if key is None else await by_key(door, key)


async def by_key(door: Door, key: int) -> ArtifactRow | None:
    """The artifact of this key, as `find_artifact` finds it."""

    def work(conn: Connection) -> tuple[ArtifactRow | None, list[str]]:
        row = versions.by_key(conn, key)
        return row, [] if row is None else places(conn, row)

    row, entities = await door.services.storage.tables.read(work)
    if row is None or row.state == DELETED:
        return None
    own = await door.entity_named(row.entity_name)
    if own is not None or door.rule.needs > Right.READ:
        return row if own is not None else None
    for entity in entities[1:]:
        if await door.entity_named(entity) is not None:
            return row
    return None


async def the_artifact(door: Door, id: str) -> ArtifactRow:
    """The artifact of this id. Raises NotFound."""
    row = await find_artifact(door, id)
    if row is None:
        raise not_there("artifact", id[:100])
    return row


async def find_collection(door: Door, id: str) -> CollectionRow | None:
    """The collection of this id, where there is one that the caller may do this with."""
    for type_ in (*COLLECTION_TYPES.values(), "ArtifactCollection"):
        try:
            key = key_of(type_, id)
        except NotFound:
            continue
        row = await door.services.storage.tables.read(lambda conn, key=key: collections.by_key(conn, key))  # type: ignore[misc]
        if row is not None and row.deleted_at is None and await door.entity_named(row.entity_name) is not None:
            return row
        return None
    return None


async def the_collection(door: Door, id: str) -> CollectionRow:
    """The collection of this id. Raises NotFound."""
    row = await find_collection(door, id)
    if row is None:
        raise not_there("artifact", id[:100])
    return row


async def collection_named(door: Door, entity: str | None, project: str | None, name: str) -> CollectionRow:
    """The collection of this name. Raises NotFound."""
    place = await door.the_project(entity, project)
    row = await door.services.storage.tables.read(lambda conn: collections.find(conn, place.key, name))
    if row is None:
        raise not_there("artifact", f"{place.entity_name}/{place.name}/{name}")
    return row


def tell(door: Door, place: CollectionRow | ArtifactRow) -> None:
    """Let whoever looks at the project know that a collection has something new."""
    name = place.name if isinstance(place, CollectionRow) else place.collection_name
    door.services.live.publish(place.project, "artifact", name)


def collection_id(row: CollectionRow) -> str:
    return to_id(COLLECTION_TYPES[row.kind], row.key)


def tag_nodes(tags: list[str]) -> list[dict[str, Any]]:
    """Tags as the client reads them."""
    return [{"id": to_id("Tag", tag), "name": tag} for tag in tags]
