"""Projects: found, listed, made, renamed and deleted."""

from __future__ import annotations

from typing import Any

from ariadne import ObjectType
from graphql import GraphQLResolveInfo
from sqlalchemy.engine import Connection

from gnomon.model.errors import NotFound
from gnomon.model.project import ProjectEdit
from gnomon.server.actions import projects
from gnomon.server.storage.tables import accounts
from gnomon.server.storage.tables import projects as rows
from gnomon.server.storage.tables.accounts import UserRow
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.wandb_api.connection import page_of
from gnomon.server.wandb_api.door import Asked, Door, Root, needed
from gnomon.server.wandb_api.ids import key_of

Info = GraphQLResolveInfo[Asked]

PROJECTS_A_PAGE = 50

query, mutation, project = Root("Query"), Root("Mutation"), ObjectType("Project")


@query.field("project", operation="project.get")
async def get(door: Door, *, name: str | None = None, entityName: str | None = None) -> ProjectRow | None:
    return await door.project(entityName, name)


@query.field("models", operation="projects.list")
async def models(
    door: Door, *, entityName: str | None = None, first: int | None = None, after: str | None = None,
    order: str | None = None, filters: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The projects of an entity, newest first; of one the caller may not see, none."""
    entity = await door.entity_named(entityName or door.caller.name)
    return await of_entity(door.asked, None if entity is None else entity.key, first=first, after=after)


async def of_entity(asked: Asked, entity: int | None, *, first: int | None, after: str | None) -> dict[str, Any]:
    """A page of the projects of an entity."""
    keys = [] if entity is None else [entity]
    found = await asked.services.storage.tables.read(lambda conn: rows.of_entities(conn, keys))
    return page_of(found, first=PROJECTS_A_PAGE if first is None else first, after=after)


@mutation.field("upsertModel", operation="project.create")
async def upsert_model(
    door: Door, *, id: str | None = None, name: str | None = None, entityName: str | None = None,
    description: str | None = None, **unused: Any,
) -> dict[str, Any]:  # fmt: skip
    """Make a project, or change the description of one that is there.

    What a project may be beside that, such as public, there is not here.
    """
    services = door.services
    tables, now = services.storage.tables, services.clock()
    if id:
        row, inserted = await _by_id(door, id), False
        if description is not None:
            await projects.edit(tables, row, ProjectEdit(description=description), door.caller, now)
            row = await door.project_by_key(row.key) or row
    else:
        entity = await door.entity(entityName)
        row, inserted = await projects.create(tables, entity.key, needed(name, "name"), description, door.caller, now)
    return {"project": row, "model": row, "inserted": inserted}


@mutation.field("renameProject", operation="project.edit")
async def rename_project(door: Door, *, entityName: str, oldProjectName: str, newProjectName: str) -> dict[str, Any]:
    row = await door.the_project(entityName, oldProjectName)
    services = door.services
    renamed = await projects.rename(services.storage.tables, row, newProjectName, door.caller, services.clock())
    return {"project": renamed, "model": renamed, "inserted": False}


@mutation.field("deleteModel", operation="project.delete")
async def delete_model(door: Door, *, id: str) -> dict[str, Any]:
    """Delete a project and all that is in it."""
    services = door.services
    await projects.delete(services.storage.tables, await _by_id(door, id), door.caller, services.clock())
    return {"success": True}


async def _by_id(door: Door, id: str) -> ProjectRow:
    row = await door.project_by_key(key_of("Project", id))
    if row is None:
        raise NotFound(f"There is no Project with the id {id[:100]!r}")
    return row


@project.field("user")
async def owner(row: ProjectRow, info: Info) -> UserRow | None:
    """Whose project it is; a team's is taken for that of whoever logged its first run."""

    def read(conn: Connection) -> UserRow | None:
        name = rows.first_user(conn, row.key)
        return accounts.find_user(conn, row.entity_name) or (accounts.find_user(conn, name) if name else None)

    return await info.context.services.storage.tables.read(read)


@project.field("createdBy")
def created_by(row: ProjectRow, *_: Any) -> str:
    return row.entity_name


@project.field("members")
@project.field("teamMembers")
def no_members(row: ProjectRow, *_: Any) -> list[Any]:
    """A project has no members of its own: those of its entity are."""
    return []


bindables = [query, mutation, project]
