"""What the server is and can do, and who asks."""

from __future__ import annotations

from typing import Any

from ariadne import ObjectType

from gnomon.server.storage.tables.accounts import UserRow
from gnomon.server.version import VERSION
from gnomon.server.wandb_api.door import Door, Root
from gnomon.server.wandb_api.features import FEATURES
from gnomon.server.wandb_api.ids import to_id
from gnomon.server.wandb_api.scalars import iso

OLDEST_CLIENT = "0.16.0"
NEWEST_CLIENT = "999.0.0"
"""No client is told that it is too new."""

query, user = Root("Query"), ObjectType("User")


@query.field("serverInfo", operation="server.health")
async def server_info(door: Door) -> dict[str, Any]:
    return {
        "features": [{"name": name, "isEnabled": on} for name, on in FEATURES.items()],
        "cliVersionInfo": {"min_cli_version": OLDEST_CLIENT, "max_cli_version": NEWEST_CLIENT},
        "latestLocalVersionInfo": {
            "outOfDate": False,
            "latestVersionString": VERSION,
            "versionOnThisInstanceString": VERSION,
        },
        "exposesExplicitRunConsoleLogs": True,
        "name": "Gnomon",
    }


@query.field("viewer", operation="server.health")
async def viewer(door: Door) -> UserRow | None:
    """Nobody is nobody: the client asks this to learn whether its key is good."""
    return door.caller.user


@user.field("id")
def user_id(row: UserRow, *_: Any) -> str:
    return to_id("User", row.key)


@user.field("username")
def username(row: UserRow, *_: Any) -> str:
    return row.name


@user.field("entity")
def default_entity(row: UserRow, *_: Any) -> str:
    return row.name


@user.field("email")
def email(row: UserRow, *_: Any) -> str:
    """Users have none here; the client wants a text."""
    return ""


@user.field("flags")
def flags(row: UserRow, *_: Any) -> str:
    return '{"code_saving_enabled":true}'


@user.field("deletedAt")
def deleted_at(row: UserRow, *_: Any) -> str | None:
    return iso(row.left_at)


bindables = [query, user]
