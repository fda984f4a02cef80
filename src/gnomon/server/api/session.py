"""Signing in and out in a browser, and who one is."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

import gnomon.server.actions.accounts as actions
from gnomon.model.account import Viewer
from gnomon.model.errors import Rejected, SignInNeeded
from gnomon.server.access import SESSION_COOKIE
from gnomon.server.actions import passwords
from gnomon.server.caller import Caller, digest_of
from gnomon.server.edge.errors import TooManyTries
from gnomon.server.edge.route import Call, Route
from gnomon.server.storage.tables import accounts
from gnomon.server.storage.tables.accounts import UserRow
from gnomon.server.version import VERSION


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of: `link` (the token of a one-time link), `key` (an API key), `user` and `password`."""

    link: str | None = None
    key: str | None = None
    user: str | None = None
    password: str | None = None


async def create(call: Call) -> Response:
    """Check what was given, and answer with a cookie."""
    user = await _user(call, call.body)
    services = call.services
    secs = services.settings.session_hours * 3600.0
    now = services.clock()
    cookie = await services.storage.tables.write(lambda conn: actions.start_session(conn, user, now, secs=secs))
    teams = await services.storage.tables.read(
        lambda conn: {membership.name: membership for membership in accounts.entities_of(conn, user)}
    )
    answer = Response(
        msgspec.json.encode(actions.viewer(Caller(user, teams, "session"), VERSION)),
        headers={"Cache-Control": "no-store"},
        media_type="application/json",
    )
    secure = services.settings.address.startswith("https://") or call.request.url.scheme == "https"
    answer.set_cookie(SESSION_COOKIE, cookie, max_age=int(secs), path="/", secure=secure, httponly=True, samesite="lax")
    return answer


async def delete(call: Call) -> Response:
    """Forget the session of the cookie, if there is one."""
    cookie = call.request.cookies.get(SESSION_COOKIE)
    if cookie and call.caller.by == "session":
        await call.services.storage.tables.write(lambda conn: actions.end_session(conn, cookie))
        call.services.access.forget(user=call.caller.signed_in().key)
    answer = Response(status_code=204)
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return answer


async def viewer(call: Call) -> Viewer:
    return actions.viewer(call.caller, VERSION)


async def _user(call: Call, given: SignIn) -> UserRow:
    services = call.services
    tables, now = services.storage.tables, services.clock()
    if given.link is not None:
        token = given.link
        return await tables.write(lambda conn: actions.user_by_link(conn, token, now))
    if given.key is not None:
        digest = digest_of(given.key)
        found = await tables.read(lambda conn: accounts.user_by_key(conn, digest))
        if found is None:
            raise SignInNeeded("This API key is not known here")
        return found[0]
    if given.user is None or given.password is None:
        raise Rejected("Give a link, a key, or a user and a password", field="body")
    name, password = given.user[: actions.LONGEST_PASSWORD], given.password[: actions.LONGEST_PASSWORD]
    origin = call.caller.origin
    async with services.tries.gate:
        wait_secs = services.tries.wait_secs(name, origin)
        if wait_secs:
            raise TooManyTries(f"Too many wrong passwords for {name!r}; wait a minute", retry_after_secs=wait_secs)
        user = await passwords.user_by_password(tables, name, password)
        if user is None:
            services.tries.failed(name, origin)
            raise SignInNeeded("This user and this password do not belong together")
    return user


routes = [
    Route(
        "POST",
        "/api/session",
        "session.create",
        create,
        doc="Sign in.\n\nThe answer sets the session cookie.",
        body=SignIn,
        answer=Viewer,
    ),
    Route("DELETE", "/api/session", "session.delete", delete, doc="Sign out."),
    Route(
        "GET",
        "/api/viewer",
        "viewer.get",
        viewer,
        doc="Who is asking, and what they belong to.",
        answer=Viewer,
        tag="session",
    ),
]
