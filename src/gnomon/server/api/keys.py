"""The caller's own API keys."""

from __future__ import annotations

import msgspec

import gnomon.server.actions.accounts as actions
from gnomon.model.account import ApiKey, NewApiKey
from gnomon.model.errors import NotFound
from gnomon.server.edge.route import Call, Route
from gnomon.server.storage.tables import accounts


class KeyWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a new key is for, in the user's words."""

    label: str = ""


async def listed(call: Call) -> list[ApiKey]:
    user = call.caller.signed_in()
    rows = await call.services.storage.tables.read(lambda conn: accounts.keys_of(conn, user.key))
    return [actions.as_key(row) for row in rows]


async def create(call: Call) -> NewApiKey:
    user, now = call.caller.signed_in(), call.services.clock()
    return await call.services.storage.tables.write(
        lambda conn: actions.create_key(conn, user, call.body.label, by=user.name, origin=call.caller.origin, now=now)
    )


async def delete(call: Call) -> None:
    user, now = call.caller.signed_in(), call.services.clock()
    text = call.path("id")
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise NotFound(f"There is no key {text!r} among yours")
    await call.services.storage.tables.write(
        lambda conn: actions.delete_key(conn, user, int(text), origin=call.caller.origin, now=now)
    )
    call.services.access.forget(user=user.key)


routes = [
    Route("GET", "/api/keys", "keys.list", listed, doc="My API keys, without their secrets.", answer=list[ApiKey]),
    Route(
        "POST",
        "/api/keys",
        "keys.create",
        create,
        doc="A new API key.\n\nIts secret is in this answer and nowhere else.",
        body=KeyWish,
        answer=NewApiKey,
    ),
    Route(
        "DELETE",
        "/api/keys/{id}",
        "keys.delete",
        delete,
        doc="Revoke one of my API keys.\n\nWithin seconds it is not accepted any more.",
    ),
]
