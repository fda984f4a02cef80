"""Entities: users and teams as owners of projects, and who is in a team."""

from __future__ import annotations

from typing import Any

from ariadne import ObjectType
from graphql import GraphQLResolveInfo

import gnomon.server.actions.accounts as actions
from gnomon.model.errors import NotFound, Rejected
from gnomon.server.storage.tables import accounts, projects
from gnomon.server.storage.tables.accounts import UserRow
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.wandb_api.door import Asked, Door, Root
from gnomon.server.wandb_api.fields.projects import of_entity
from gnomon.server.wandb_api.ids import key_of, to_id
from gnomon.server.wandb_api.scalars import iso

Info = GraphQLResolveInfo[Asked]

query, mutation, entity = Root("Query"), Root("Mutation"), ObjectType("Entity")

NOBODY = 0
"""The key that no entity has."""


def entity_json(key: int, name: str) -> dict[str, Any]:
    """What the fields of an entity are found by."""
    return {"id": to_id("Entity", key), "name": name, "key": key}


@query.field("entity", operation="entity.get")
async def get(door: Door, *, name: str | None = None) -> dict[str, Any]:
    """The entity; where there is none that the caller may see, one without anything in it, as clients expect it."""
    wanted = name or door.caller.name
    found = await door.entity_named(wanted)
    return entity_json(NOBODY, wanted) if found is None else entity_json(found.key, found.name)


@entity.field("available")
def available(row: dict[str, Any], *_: Any) -> bool | None:
    """Whether the name is free is told to nobody: it might be that of somebody whom the caller may not see."""
    return None if row["key"] == NOBODY else False


@entity.field("readOnlyAdmin")
@entity.field("readOnly")
@entity.field("isPaid")
def no(row: dict[str, Any], *_: Any) -> bool:
    return False


@entity.field("privateOnly")
@entity.field("codeSavingEnabled")
def yes(row: dict[str, Any], *_: Any) -> bool:
    return True


@entity.field("defaultAccess")
def default_access(row: dict[str, Any], *_: Any) -> str:
    return "PRIVATE"


@entity.field("storageBytes")
async def storage_bytes(row: dict[str, Any], info: Info) -> int:
    return await info.context.services.storage.tables.read(lambda conn: projects.stored_bytes(conn, row["key"]))


@entity.field("isTeam")
async def is_team(row: dict[str, Any], info: Info) -> bool:
    return row["key"] != NOBODY and await _user(row, info) is None


@entity.field("entityType")
async def entity_type(row: dict[str, Any], info: Info) -> str:
    return "team" if await is_team(row, info) else "user"


@entity.field("user")
async def _user(row: dict[str, Any], info: Info) -> UserRow | None:
    if row["key"] == NOBODY:
        return None
    return await info.context.services.storage.tables.read(lambda conn: accounts.find_user(conn, row["name"]))


@entity.field("members")
async def members(row: dict[str, Any], info: Info) -> list[dict[str, Any]]:
    """Of a team its members, of a user the user."""
    found = await info.context.services.storage.tables.read(lambda conn: accounts.members_of(conn, row["key"]))
    return [
        {
            "id": to_id("Member", member.key),
            "name": member.name,
            "username": member.name,
            "email": "",
            "admin": role in ("admin", accounts.OWNER),
            "pending": False,
            "accountType": "USER",
            "role": role,
        }
        for member, role in found
    ]


@entity.field("project")
async def project(row: dict[str, Any], info: Info, *, name: str | None = None) -> ProjectRow | None:
    return await info.context.door("project.get").project(row["name"], name)


@entity.field("projects")
async def projects_of(
    row: dict[str, Any], info: Info, *, first: int | None = None, after: str | None = None,
    filters: str | None = None, order: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    return await of_entity(info.context, row["key"], first=first, after=after)


@mutation.field("createTeam", operation="teams.create")
async def create_team(
    door: Door, *, teamName: str, teamAdminUserName: str | None = None, **unused: Any
) -> dict[str, Any]:
    """Make a team, administered by a user: the caller, where nobody is named."""
    services, caller = door.services, door.caller
    members = {teamAdminUserName or caller.name: "admin"}
    await services.storage.tables.write(
        lambda conn: actions.create_team(
            conn, teamName, members, by=caller.name, origin=caller.origin, now=services.clock()
        )
    )
    services.access.forget()
    key = await services.storage.tables.read(lambda conn: actions.find_team(conn, teamName))
    return {"entity": entity_json(key, teamName)}


@mutation.field("createInvite", operation="team.member.set")
async def create_invite(
    door: Door, *, entityName: str, email: str | None = None, username: str | None = None, admin: bool | None = None
) -> dict[str, Any]:
    """Make a user a member of a team at once: there is nobody to ask."""
    if not username:
        raise Rejected("Users are invited by their names here, not by an address", field="username")
    team = await door.entity(entityName)
    services, caller = door.services, door.caller
    row = await services.storage.tables.write(
        lambda conn: actions.set_member(
            conn, team.name, username, "admin" if admin else "member", by=caller.name, origin=caller.origin,
            now=services.clock(),
        )
    )  # fmt: skip
    services.access.forget(user=row.key)
    return {
        "invite": {
            "id": to_id("Member", row.key), "name": row.name, "email": email, "createdAt": iso(services.clock()),
            "toUser": row,
        }
    }  # fmt: skip


@mutation.field("deleteInvite", operation="team.member.remove")
async def delete_invite(door: Door, *, id: str | None = None, entityName: str | None = None) -> dict[str, Any]:
    """Take a member out of a team."""
    team = await door.entity(entityName)
    services, caller = door.services, door.caller
    key = key_of("Member", id or "")
    found = await services.storage.tables.read(lambda conn: accounts.members_of(conn, team.key))
    name = next((member.name for member, _ in found if member.key == key), None)
    if name is None:
        raise NotFound(f"{team.name!r} has no member with the id {(id or '')[:100]!r}")
    row = await services.storage.tables.write(
        lambda conn: actions.remove_member(
            conn, team.name, name, by=caller.name, origin=caller.origin, now=services.clock()
        )
    )
    services.access.forget(user=row.key)
    return {"success": True}


@mutation.field("createServiceAccount", operation="users.create")
async def create_service_account(door: Door, *, entityName: str, description: str) -> dict[str, Any]:
    """There are none: a program that logs is a user of its own, which an administrator makes with a key."""
    raise Rejected(
        "There are no service accounts here; make a user with `gnomon admin user create NAME --api-key KEY` and add it "
        "to the team",
        field="description",
    )


bindables = [query, mutation, entity]
