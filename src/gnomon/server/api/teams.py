"""Teams: users who share an entity."""

from __future__ import annotations

import msgspec

import gnomon.server.actions.accounts as actions
from gnomon.model.account import Team
from gnomon.server.edge.route import Call, Route
from gnomon.server.storage.tables import accounts


class NewTeam(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A team to be made; `members` has roles by user."""

    name: str
    members: dict[str, str] = {}


class Role(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a member may do: `viewer`, `member` or `admin`."""

    role: str = "member"


async def listed(call: Call) -> list[Team]:
    found = await call.services.storage.tables.read(accounts.members_of_teams)
    return [Team(name=name, members=members) for name, members in found.items()]


async def create(call: Call) -> Team:
    wish: NewTeam = call.body
    services, caller = call.services, call.caller
    await services.storage.tables.write(
        lambda conn: actions.create_team(
            conn, wish.name, wish.members, by=caller.name, origin=caller.origin, now=services.clock()
        )
    )
    services.access.forget()
    return Team(name=wish.name, members=wish.members)


async def get(call: Call) -> Team:
    name = call.entity.name
    found = await call.services.storage.tables.read(
        lambda conn: accounts.members_of_teams(conn, actions.find_team(conn, name))
    )
    return Team(name=name, members=found[name])


async def set_member(call: Call) -> Team:
    wish: Role = call.body
    services, caller, user = call.services, call.caller, call.path("user")
    row = await services.storage.tables.write(
        lambda conn: actions.set_member(
            conn, call.entity.name, user, wish.role, by=caller.name, origin=caller.origin, now=services.clock()
        )
    )
    services.access.forget(user=row.key)
    return await get(call)


async def remove_member(call: Call) -> None:
    services, caller, user = call.services, call.caller, call.path("user")
    row = await services.storage.tables.write(
        lambda conn: actions.remove_member(
            conn, call.entity.name, user, by=caller.name, origin=caller.origin, now=services.clock()
        )
    )
    services.access.forget(user=row.key)


_MEMBER = "/api/teams/{entity}/members/{user}"

routes = [
    Route("GET", "/api/teams", "teams.list", listed, doc="All teams.", answer=list[Team]),
    Route("POST", "/api/teams", "teams.create", create, doc="Make a team.", body=NewTeam, answer=Team),
    Route("GET", "/api/teams/{entity}", "team.get", get, doc="One team.", answer=Team),
    Route(
        "PUT", _MEMBER, "team.member.set", set_member, doc="Make someone a member, or give a member another role.",
        body=Role, answer=Team,
    ),
    Route("DELETE", _MEMBER, "team.member.remove", remove_member, doc="Take someone out of the team."),
]  # fmt: skip
