"""Types and collections of artifacts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.schema import artifact_collections as collections
from gnomon.server.storage.tables.schema import artifact_types as types
from gnomon.server.storage.tables.schema import entities, projects


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A type of a project; `collections` counts those that have it."""

    key: int
    project: int
    name: str
    description: str
    created_at: float
    collections: int = 0


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """A collection with the names of what it belongs to."""

    key: int
    project: int
    project_name: str
    entity: int
    entity_name: str
    type: int
    type_name: str
    name: str
    kind: str
    description: str | None
    tags: list[str]
    created_at: float
    updated_at: float
    deleted_at: float | None

    @property
    def path(self) -> str:
        """Where it is, as people write it."""
        return f"{self.entity_name}/{self.project_name}/{self.name}"


_types = select(types.c.key, types.c.project, types.c.name, types.c.description, types.c.created_at)
_collections = (
    select(
        collections.c.key,
        collections.c.project,
        projects.c.name.label("project_name"),
        projects.c.entity,
        entities.c.name.label("entity_name"),
        collections.c.type,
        types.c.name.label("type_name"),
        collections.c.name,
        collections.c.kind,
        collections.c.description,
        collections.c.tags,
        collections.c.created_at,
        collections.c.updated_at,
        collections.c.deleted_at,
    )
    .join(types, types.c.key == collections.c.type)
    .join(projects, projects.c.key == collections.c.project)
    .join(entities, entities.c.key == projects.c.entity)
)


def types_of(conn: Connection, project: int) -> list[TypeRow]:
    """The types of a project by name, with how many collections have them."""
    query = select(collections.c.type, func.count()).group_by(collections.c.type)
    rows = conn.execute(query.where(collections.c.project == project, collections.c.deleted_at.is_(None)))
    counts = {type: int(count) for type, count in rows}
    found = [TypeRow(*row) for row in conn.execute(_types.where(types.c.project == project).order_by(types.c.name))]
    return [replace(row, collections=counts.get(row.key, 0)) for row in found]


def find_type(conn: Connection, project: int, name: str) -> TypeRow | None:
    row = conn.execute(_types.where(types.c.project == project, types.c.name == name)).first()
    return TypeRow(*row) if row else None


def ensure_type(conn: Connection, project: int, name: str, now: float, *, description: str = "") -> TypeRow:
    """The type of this name, made where it is missing. The caller has checked the name."""
    found = find_type(conn, project, name)
    if found is None:
        conn.execute(insert(types).values(project=project, name=name, description=description, created_at=now))
        found = find_type(conn, project, name)
        assert found is not None
    return found


def find(conn: Connection, project: int, name: str) -> CollectionRow | None:
    """The collection of this name that is not deleted."""
    query = _collections.where(
        collections.c.project == project, collections.c.name == name, collections.c.deleted_at.is_(None)
    )
    row = conn.execute(query).first()
    return CollectionRow(*row) if row else None


def by_key(conn: Connection, key: int) -> CollectionRow | None:
    """The collection, deleted or not."""
    row = conn.execute(_collections.where(collections.c.key == key)).first()
    return CollectionRow(*row) if row else None


def by_keys(conn: Connection, keys: Collection[int]) -> dict[int, CollectionRow]:
    """Those that are there, deleted ones too."""
    found: dict[int, CollectionRow] = {}
    ordered = list(keys)
    for start in range(0, len(ordered), 500):
        for row in conn.execute(_collections.where(collections.c.key.in_(ordered[start : start + 500]))):
            found[row.key] = CollectionRow(*row)
    return found


def of_project(conn: Connection, project: int, *, type: int | None = None) -> list[CollectionRow]:
    """The collections of a project, those of one type with `type`; the one changed last first."""
    query = _collections.where(collections.c.project == project, collections.c.deleted_at.is_(None))
    if type is not None:
        query = query.where(collections.c.type == type)
    rows = conn.execute(query.order_by(collections.c.updated_at.desc(), collections.c.key.desc()))
    return [CollectionRow(*row) for row in rows]


def add(conn: Connection, project: int, type: int, name: str, *, kind: str, now: float) -> CollectionRow:
    """A new collection. The caller has checked that there is none of this name."""
    values = {"project": project, "type": type, "name": name, "kind": kind, "created_at": now, "updated_at": now}
    key = conn.execute(insert(collections).values(**values)).inserted_primary_key[0]  # type: ignore[index]
    made = by_key(conn, key)
    assert made is not None
    return made


def change(conn: Connection, key: int, **values: Any) -> None:
    """Set columns of a collection."""
    conn.execute(update(collections).where(collections.c.key == key).values(**values))


def take_version(conn: Connection, key: int, now: float) -> int:
    """The number of the collection's next version; never given twice."""
    conn.execute(
        update(collections)
        .where(collections.c.key == key)
        .values(next_version=collections.c.next_version + 1, updated_at=now)
    )
    return int(conn.execute(select(collections.c.next_version).where(collections.c.key == key)).scalar_one()) - 1
