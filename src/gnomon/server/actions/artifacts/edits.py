"""What people change of versions and collections: aliases, tags, descriptions, metadata, how long they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from gnomon.model.artifact import ArtifactEdit, CollectionEdit
from gnomon.model.artifact_name import check_alias, check_collection, check_type
from gnomon.model.errors import Conflict, NotFound, Rejected
from gnomon.server.actions.artifacts.create import check_description, check_metadata, check_tags, check_ttl
from gnomon.server.actions.artifacts.names import Found
from gnomon.server.actions.projects import check_name
from gnomon.server.caller import Caller
from gnomon.server.storage.tables import audit, projects
from gnomon.server.storage.tables.artifacts import collections, versions
from gnomon.server.storage.tables.artifacts.collections import CollectionRow, TypeRow
from gnomon.server.storage.tables.artifacts.versions import DELETED, ArtifactRow
from gnomon.server.storage.tables.database import Database


@dataclass(frozen=True, kw_only=True)
class VersionPatch:
    """What is to change of a version; what is None stays. `ttl_secs` is 0 for ever, and INHERIT as its collection."""

    description: str | None = None
    metadata: dict[str, Any] | None = None
    ttl_secs: int | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()


INHERIT = -1


async def patch(tables: Database, row: ArtifactRow, wanted: VersionPatch, caller: Caller, *, now: float) -> ArtifactRow:
    """The version after the change. Raises Rejected for what it cannot be, NotFound where it is gone."""
    values: dict[str, Any] = {}
    if wanted.description is not None:
        values["description"] = check_description(wanted.description)
    if wanted.metadata is not None:
        values["metadata"] = check_metadata(wanted.metadata)
    if wanted.ttl_secs is not None:
        values["ttl_secs"] = None if wanted.ttl_secs == INHERIT else check_ttl(wanted.ttl_secs)

    def work(conn: Connection) -> ArtifactRow:
        known = _there(conn, row.key)
        kept = [tag for tag in known.tags if tag not in wanted.remove_tags]
        tags = check_tags((*kept, *wanted.add_tags))
        changed = {name: value for name, value in {**values, "tags": tags}.items() if value != getattr(known, name)}
        if changed:
            versions.change(conn, row.key, **changed, updated_at=now)
            _audit(conn, "artifact.edit", known.path, caller, now, fields=sorted(changed))
        return _there(conn, row.key)

    return await tables.write(work)


async def edit(tables: Database, found: Found, wanted: ArtifactEdit, caller: Caller, *, now: float) -> None:
    """Change a version as its collection has it. Raises Rejected for what it cannot be."""
    row = found.artifact
    if wanted.tags is not msgspec.UNSET:
        tags = tuple(wanted.tags)
        drop = tuple(tag for tag in row.tags if tag not in tags)
    else:
        tags, drop = (), ()
    ttl: int | None = None
    if wanted.ttl_secs is not msgspec.UNSET:
        if wanted.ttl_secs is not None and wanted.ttl_secs < 1 and wanted.ttl_secs != INHERIT:
            raise Rejected(
                "ttl_secs is a number of seconds, null, or -1 for what its collection says", field="ttl_secs"
            )
        ttl = wanted.ttl_secs or 0
    await patch(
        tables,
        row,
        VersionPatch(
            description=None if wanted.description is msgspec.UNSET else wanted.description,
            metadata=None if wanted.metadata is msgspec.UNSET else wanted.metadata,
            ttl_secs=ttl,
            add_tags=tags,
            remove_tags=drop,
        ),
        caller,
        now=now,
    )
    if wanted.aliases is not msgspec.UNSET:
        await set_aliases(tables, found.collection, row.key, wanted.aliases, caller, now=now)


async def add_aliases(
    tables: Database, collection: CollectionRow, artifact: int, aliases: Iterable[str], caller: Caller, *, now: float
) -> None:
    """Let the aliases name this version of the collection, whatever they named before. Raises NotFound, Rejected."""
    names = [check_alias(alias) for alias in aliases]

    def work(conn: Connection) -> None:
        _member(conn, collection, artifact)
        _alias(conn, collection, artifact, names, (), caller, now)

    await tables.write(work)


async def remove_aliases(
    tables: Database, collection: CollectionRow, artifact: int, aliases: Iterable[str], caller: Caller, *, now: float
) -> None:
    """Take away those of the aliases that name this version of the collection."""
    names = list(aliases)

    def work(conn: Connection) -> None:
        _member(conn, collection, artifact)
        _alias(conn, collection, artifact, (), names, caller, now)

    await tables.write(work)


async def set_aliases(
    tables: Database, collection: CollectionRow, artifact: int, aliases: Iterable[str], caller: Caller, *, now: float
) -> None:
    """Let this version of the collection have these aliases and no others."""
    names = [check_alias(alias) for alias in dict.fromkeys(aliases)]

    def work(conn: Connection) -> None:
        _member(conn, collection, artifact)
        had = [one.alias for one in versions.aliases_of(conn, [artifact]) if one.collection == collection.key]
        added = [alias for alias in names if alias not in had]
        _alias(conn, collection, artifact, added, [alias for alias in had if alias not in names], caller, now)

    await tables.write(work)


async def edit_collection(
    tables: Database, row: CollectionRow, wanted: CollectionEdit, caller: Caller, *, now: float
) -> CollectionRow:
    """The collection after the change.

    Raises Conflict where its project has one of the new name, and Rejected for what it cannot be.
    """
    values: dict[str, Any] = {}
    if wanted.name is not msgspec.UNSET:
        values["name"] = check_collection(wanted.name)
    if wanted.description is not msgspec.UNSET:
        values["description"] = check_description(wanted.description)
    if wanted.tags is not msgspec.UNSET:
        values["tags"] = check_tags(tuple(wanted.tags))
    type = None if wanted.type is msgspec.UNSET else check_type(wanted.type)

    def work(conn: Connection) -> CollectionRow:
        known = there(conn, row.key)
        if type is not None and type != known.type_name:
            if known.kind != "sequence":
                raise Rejected("A portfolio has the type of what is linked to it", field="type")
            values["type"] = collections.ensure_type(conn, known.project, type, now).key
        changed = {name: value for name, value in values.items() if value != getattr(known, name)}
        if "name" in changed and collections.find(conn, known.project, changed["name"]) is not None:
            raise Conflict(f"There is an artifact {changed['name']!r} in this project already")
        if changed:
            collections.change(conn, known.key, **changed, updated_at=now)
            _audit(conn, "artifact.collection.edit", known.path, caller, now, fields=sorted(changed))
        return there(conn, row.key)

    return await tables.write(work)


async def ensure_type(
    tables: Database, entity: int, project: str, name: str, description: str, *, now: float
) -> TypeRow:
    """The type of this name, made where it is missing, as is its project."""
    check_type(name)
    check_description(description)

    def work(conn: Connection) -> TypeRow:
        place = projects.ensure(conn, entity, check_name(project), now)[0]
        return collections.ensure_type(conn, place.key, name, now, description=description)

    return await tables.write(work)


def there(conn: Connection, key: int) -> CollectionRow:
    """The collection. Raises NotFound where it was deleted."""
    row = collections.by_key(conn, key)
    if row is None or row.deleted_at is not None:
        raise NotFound("The artifact was deleted")
    return row


def _alias(
    conn: Connection, collection: CollectionRow, artifact: int, added: Sequence[str], removed: Sequence[str],
    caller: Caller, now: float,
) -> None:  # fmt: skip
    for alias in removed:
        versions.drop_alias(conn, collection.key, alias, artifact=artifact)
    for alias in added:
        versions.set_alias(conn, collection.key, alias, artifact, now)
    if added or removed:
        collections.change(conn, collection.key, updated_at=now)
        detail = {"added": list(added), "removed": list(removed)}
        _audit(conn, "artifact.aliases", collection.path, caller, now, **detail)


def _member(conn: Connection, collection: CollectionRow, artifact: int) -> None:
    there(conn, collection.key)
    if versions.membership(conn, collection.key, artifact) is None:
        raise NotFound(f"The artifact {collection.name!r} has no such version")


def _there(conn: Connection, key: int) -> ArtifactRow:
    row = versions.by_key(conn, key)
    if row is None or row.state == DELETED:
        raise NotFound("The artifact was deleted")
    return row


def _audit(conn: Connection, operation: str, target: str, caller: Caller, now: float, **detail: Any) -> None:
    audit.add(conn, at=now, user=caller.name, origin=caller.origin, operation=operation, target=target, detail=detail)
