"""Saved views: reports, workspaces and charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.schema import entities, projects, users, views


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A view with the names of what it belongs to; `spec` is the JSON its maker wrote."""

    key: int
    entity: int
    entity_name: str
    project: int | None
    project_name: str | None
    kind: str
    name: str
    display_name: str
    description: str
    spec: str
    user: str
    created_at: float
    updated_at: float


_views = (
    select(
        views.c.key,
        views.c.entity,
        entities.c.name.label("entity_name"),
        views.c.project,
        projects.c.name.label("project_name"),
        views.c.kind,
        views.c.name,
        views.c.display_name,
        views.c.description,
        views.c.spec,
        users.c.name.label("user_name"),
        views.c.created_at,
        views.c.updated_at,
    )
    .join(entities, entities.c.key == views.c.entity)
    .join(users, users.c.key == views.c.user)
    .outerjoin(projects, projects.c.key == views.c.project)
)


def by_key(conn: Connection, key: int) -> ViewRow | None:
    row = conn.execute(_views.where(views.c.key == key)).first()
    return ViewRow(*row) if row else None


def find(conn: Connection, entity: int, project: int | None, kind: str, name: str) -> ViewRow | None:
    """The view of this name; with no project, one of the entity alone."""
    row = conn.execute(
        _views.where(
            views.c.entity == entity, views.c.project.is_not_distinct_from(project), views.c.kind == kind,
            views.c.name == name,
        ).order_by(views.c.key)
    ).first()  # fmt: skip
    return ViewRow(*row) if row else None


def of_entity(conn: Connection, entity: int, kind: str) -> list[ViewRow]:
    """The views of one kind that belong to the entity alone, by what they are called."""
    rows = conn.execute(
        _views.where(views.c.entity == entity, views.c.project.is_(None), views.c.kind == kind).order_by(
            views.c.display_name, views.c.key
        )
    )
    return [ViewRow(*row) for row in rows]


def of_project(
    conn: Connection, project: int, *, kind: str | None = None, name: str | None = None, user: str | None = None
) -> list[ViewRow]:
    """The views of a project, the one changed last first; of one kind, name or maker where that is given."""
    query = _views.where(views.c.project == project)
    for column, wanted in ((views.c.kind, kind), (views.c.name, name), (users.c.name, user)):
        if wanted is not None:
            query = query.where(column == wanted)
    return [ViewRow(*row) for row in conn.execute(query.order_by(views.c.updated_at.desc(), views.c.key.desc()))]


def add(conn: Connection, *, now: float, **values: Any) -> int:
    """A new view; its key."""
    result = conn.execute(insert(views).values(created_at=now, updated_at=now, **values))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def change(conn: Connection, key: int, *, now: float, **values: Any) -> None:
    conn.execute(update(views).where(views.c.key == key).values(updated_at=now, **values))


def delete(conn: Connection, key: int) -> None:
    conn.execute(delete_rows(views).where(views.c.key == key))


def forget_project(conn: Connection, project: int) -> None:
    """Delete all views of a project."""
    conn.execute(delete_rows(views).where(views.c.project == project))
