"""Users: who there is, and their keys."""

from __future__ import annotations

from typing import Any

from ariadne import ObjectType
from graphql import GraphQLResolveInfo

import gnomon.server.actions.accounts as actions
from gnomon.model.errors import NotFound
from gnomon.server.storage.tables import accounts
from gnomon.server.storage.tables.accounts import UserRow
from gnomon.server.wandb_api.connection import page_of
from gnomon.server.wandb_api.door import Asked, Door, Root
from gnomon.server.wandb_api.fields.projects import of_entity
from gnomon.server.wandb_api.ids import key_of, to_id

Info = GraphQLResolveInfo[Asked]

query, mutation, user = Root("Query"), Root("Mutation"), ObjectType("User")


@query.field("users", operation="users.search")
async def users(
    door: Door, *, query: str | None = None, first: int | None = None, after: str | None = None
) -> dict[str, Any]:
    """The users whose name begins so, of those whom the caller may know of. Of an address, the part before the @."""
    caller = door.caller
    begins = (query or "").partition("@")[0].casefold()
    found = await door.services.storage.tables.read(lambda conn: actions.known_to(conn, caller))
    return page_of([row for row in found if row.name.casefold().startswith(begins)], first=first, after=after)


@user.field("apiKeys")
async def api_keys(row: UserRow, info: Info) -> dict[str, Any]:
    """The caller's own keys; those of others are nobody else's business."""
    caller = info.context.caller
    if caller.user is None or caller.user.key != row.key:
        return {"edges": []}
    found = await info.context.services.storage.tables.read(lambda conn: accounts.keys_of(conn, row.key))
    return {
        "edges": [
            {"node": {"id": to_id("ApiKey", key.id), "name": key.prefix, "description": key.label or None}}
            for key in found
        ]
    }


@user.field("teams")
async def teams(row: UserRow, info: Info) -> dict[str, Any]:
    """The entities the user belongs to, of those the caller belongs to as well."""
    caller = info.context.caller
    found = await info.context.services.storage.tables.read(lambda conn: accounts.entities_of(conn, row))
    admin = caller.user is not None and caller.user.admin
    shown = [one for one in found if admin or one.name in caller.memberships]
    return page_of([{"id": to_id("Entity", one.entity), "name": one.name, "key": one.entity} for one in shown])


@user.field("organizations")
def organizations(row: UserRow, *_: Any) -> list[Any]:
    """There are none: teams belong to the server."""
    return []


@user.field("projects")
async def projects_of(
    row: UserRow, info: Info, *, first: int | None = None, after: str | None = None
) -> dict[str, Any]:
    """The projects of the user's own entity, for themselves."""
    caller = info.context.caller
    own = caller.user is not None and caller.user.key == row.key
    return await of_entity(info.context, row.entity if own else None, first=first, after=after)


@mutation.field("createUser", operation="users.create")
async def create_user(door: Door, *, email: str, admin: bool | None = None) -> dict[str, Any]:
    """Make a user, called like the part of the address before the @."""
    services, caller = door.services, door.caller
    name = email.partition("@")[0]
    row = await services.storage.tables.write(
        lambda conn: actions.create_user(
            conn, name, admin=bool(admin), by=caller.name, origin=caller.origin, now=services.clock()
        )
    )
    return {"user": row}


@mutation.field("generateApiKey", operation="keys.create")
async def generate_api_key(door: Door, *, description: str | None = None) -> dict[str, Any]:
    """A new key of the caller; its secret is in this answer and nowhere else."""
    services, row = door.services, door.caller.signed_in()
    made = await services.storage.tables.write(
        lambda conn: actions.create_key(
            conn, row, description or "", by=row.name, origin=door.caller.origin, now=services.clock()
        )
    )
    return {"apiKey": {"id": to_id("ApiKey", made.key.id), "name": made.secret, "description": description}}


@mutation.field("deleteApiKey", operation="keys.delete")
async def delete_api_key(door: Door, *, id: str) -> dict[str, Any]:
    services, row = door.services, door.caller.signed_in()
    key = key_of("ApiKey", id)
    try:
        await services.storage.tables.write(
            lambda conn: actions.delete_key(conn, row, key, origin=door.caller.origin, now=services.clock())
        )
    except NotFound:
        raise NotFound(f"There is no ApiKey with the id {id[:100]!r}") from None
    services.access.forget(user=row.key)
    return {"success": True}


bindables = [query, mutation, user]
