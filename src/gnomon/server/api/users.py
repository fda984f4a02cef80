"""The users of this server, for its administrators."""

from __future__ import annotations

import anyio.to_thread
import msgspec

import gnomon.server.actions.accounts as actions
from gnomon.model.account import User
from gnomon.server.actions.passwords import hashed
from gnomon.server.edge.route import Call, Param, Route
from gnomon.server.storage.tables import accounts


class NewUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user to be made. Without password and key they come in by a link that `gnomon admin link NAME` prints."""

    name: str
    admin: bool = False
    password: str | None = None
    api_key: str | None = None


async def listed(call: Call) -> list[User]:
    rows, teams = await call.services.storage.tables.read(
        lambda conn: (accounts.all_users(conn), accounts.teams_of_all(conn))
    )
    return [actions.as_user(row, teams.get(row.key, ())) for row in rows]


async def search(call: Call) -> list[User]:
    begins = call.query["query"].partition("@")[0].casefold()
    rows, teams = await call.services.storage.tables.read(
        lambda conn: (actions.known_to(conn, call.caller), accounts.teams_of_all(conn))
    )
    user = call.caller.signed_in()
    seen = None if user.admin else {membership.name for membership in call.caller.memberships.values()}
    return [
        actions.as_user(row, tuple(team for team in teams.get(row.key, ()) if seen is None or team in seen))
        for row in rows
        if row.name.casefold().startswith(begins)
    ]


async def create(call: Call) -> User:
    wish: NewUser = call.body
    actions.check_user_name(wish.name)
    password = None
    if wish.password is not None:
        password = await anyio.to_thread.run_sync(hashed, actions.check_password(wish.password))
    now = call.services.clock()
    row = await call.services.storage.tables.write(
        lambda conn: actions.create_user(
            conn,
            wish.name,
            admin=wish.admin,
            password=password,
            api_key=wish.api_key,
            by=call.caller.name,
            origin=call.caller.origin,
            now=now,
        )
    )
    return actions.as_user(row)


async def delete(call: Call) -> None:
    services, caller = call.services, call.caller
    name = call.path("name")
    row = await services.storage.tables.write(
        lambda conn: actions.remove_user(conn, name, by=caller.name, origin=caller.origin, now=services.clock())
    )
    services.access.forget(user=row.key)


routes = [
    Route("GET", "/api/users", "users.list", listed, doc="All users.", answer=list[User]),
    Route(
        "GET", "/api/users/search", "users.search", search,
        doc="Users whom I may know of: those I share a team with, and of administrators, all.",
        query=(Param("query", "How the name begins. Of an address, the part before the @ counts.", str, ""),),
        answer=list[User],
    ),
    Route(
        "POST", "/api/users", "users.create", create, doc="Make a user, or bring back one who left.",
        body=NewUser, answer=User,
    ),
    Route(
        "DELETE", "/api/users/{name}", "users.delete", delete,
        doc="Let nobody come in as this user any more.\n\nKeys, sessions and memberships go; what they logged stays. "
        "Making a user of the same name brings them back.",
    ),
]  # fmt: skip
