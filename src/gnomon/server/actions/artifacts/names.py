"""Which version a name means."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from gnomon.model.artifact_name import number_in, parse
from gnomon.model.errors import NotFound
from gnomon.server.caller import not_there
from gnomon.server.storage.tables.artifacts import collections, versions
from gnomon.server.storage.tables.artifacts.collections import CollectionRow
from gnomon.server.storage.tables.artifacts.versions import ArtifactRow, MembershipRow
from gnomon.server.storage.tables.projects import ProjectRow


@dataclass(frozen=True, slots=True)
class Found:
    """A version in a collection."""

    collection: CollectionRow
    membership: MembershipRow
    artifact: ArtifactRow


def find(conn: Connection, project: int, name: str) -> Found | None:
    """What `name`, `name:alias`, `name:v3` or `name:<digest>` means in a project."""
    wanted = parse(name)
    collection = collections.find(conn, project, wanted.collection)
    return None if collection is None else find_in(conn, collection, wanted.version)


def find_in(conn: Connection, collection: CollectionRow, version: str) -> Found | None:
    """The version of a collection that an alias, a number (`v3`) or a digest names."""
    number = number_in(version)
    if number is not None:
        membership = versions.find_version(conn, collection.key, number)
    else:
        membership = versions.find_alias(conn, collection.key, version) or versions.find_digest(
            conn, collection.key, version
        )
    artifact = None if membership is None else versions.by_key(conn, membership.artifact)
    if membership is None or artifact is None:
        return None
    return Found(collection, membership, artifact)


def the_collection(conn: Connection, project: ProjectRow, name: str) -> CollectionRow:
    """The collection of this name. Raises NotFound."""
    found = collections.find(conn, project.key, name)
    if found is None:
        raise not_there("artifact", f"{project.entity_name}/{project.name}/{name}")
    return found


def the_version(conn: Connection, project: ProjectRow, collection: str, version: str) -> Found:
    """The version of this name. Raises NotFound."""
    found = find_in(conn, the_collection(conn, project, collection), version)
    if found is None:
        raise NotFound(f"The artifact {collection!r} has no version {version!r}")
    return found
