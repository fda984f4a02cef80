"""Who is asking, and may they: the one place that decides either.

Every route names an operation, and every operation has a line in `RULES`; an application with a route whose
operation is not here cannot be built. A rule says which right is needed, and on what. The thing itself is then looked
up *through* what the caller may see, so that somebody else's run and a run that is not there give the same answer.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from sqlalchemy.engine import Connection
from starlette.requests import HTTPConnection

from gnomon.model.errors import Forbidden, SignInNeeded
from gnomon.server.caller import Caller, digest_of, not_there
from gnomon.server.storage.tables import accounts
from gnomon.server.storage.tables.accounts import Membership, UserRow
from gnomon.server.storage.tables.database import Database

SESSION_COOKIE = "gnomon_session"
PAGE_HEADER = "x-gnomon-page"
"""A form of another site cannot send it: what makes a cookie good for changing things."""

REMEMBER_SECS = 2.0
"""How long an answer about a key or a session is used again; a revoked one works at most that much longer."""
REMEMBER_MOST = 10_000
USED_EVERY_SECS = 60.0
"""How often the time a key was last used is written down."""


class Right(IntEnum):
    """What may be done; each one includes those before it."""

    OPEN = 0
    """Anybody, signed in or not."""
    SIGNED_IN = 1
    READ = 2
    WRITE = 3
    MANAGE = 4
    """Members and settings of an entity: its owner and the admins of a team."""
    ADMIN = 5
    """The server: its administrators."""


On = Literal["server", "entity", "project", "run"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Which right an operation needs, and on what. What is named is loaded before the operation begins."""

    needs: Right
    on: On = "server"


RULES: dict[str, Rule] = {
    # the server
    "server.health": Rule(Right.OPEN),
    "server.disk": Rule(Right.SIGNED_IN),
    "server.metrics": Rule(Right.OPEN),  # beyond loopback: administrators; see `Access.check_metrics`
    "openapi.get": Rule(Right.OPEN),
    "docs.get": Rule(Right.OPEN),
    # the official client: what its fields and addresses may do is under the operations they stand for
    "graphql.post": Rule(Right.OPEN),
    "storage.get": Rule(Right.OPEN),  # the address itself is signed for this, and ends
    "storage.put": Rule(Right.OPEN),
    "run.stream": Rule(Right.WRITE, "entity"),
    "run.upsert": Rule(Right.WRITE, "entity"),
    # accounts
    "session.create": Rule(Right.OPEN),
    "session.delete": Rule(Right.OPEN),
    "viewer.get": Rule(Right.SIGNED_IN),
    "keys.list": Rule(Right.SIGNED_IN),
    "keys.create": Rule(Right.SIGNED_IN),
    "keys.delete": Rule(Right.SIGNED_IN),
    "users.list": Rule(Right.ADMIN),
    "users.search": Rule(Right.SIGNED_IN),  # finds those one shares a team with; administrators find everybody
    "users.create": Rule(Right.ADMIN),
    "users.delete": Rule(Right.ADMIN),
    "teams.list": Rule(Right.ADMIN),
    "teams.create": Rule(Right.ADMIN),
    "team.get": Rule(Right.READ, "entity"),
    "entity.get": Rule(Right.READ, "entity"),
    "team.member.set": Rule(Right.MANAGE, "entity"),
    "team.member.remove": Rule(Right.MANAGE, "entity"),
    "audit.list": Rule(Right.ADMIN),
    # projects
    "projects.list": Rule(Right.SIGNED_IN),
    "project.get": Rule(Right.READ, "project"),
    "project.create": Rule(Right.WRITE, "entity"),
    "project.edit": Rule(Right.WRITE, "project"),
    "project.delete": Rule(Right.MANAGE, "project"),
    "project.runs": Rule(Right.READ, "project"),
    "project.groups": Rule(Right.READ, "project"),
    "project.keys": Rule(Right.READ, "project"),
    "project.columns": Rule(Right.READ, "project"),
    "project.series": Rule(Right.READ, "project"),
    "project.live": Rule(Right.READ, "project"),
    "project.export": Rule(Right.READ, "project"),
    "project.sql": Rule(Right.READ, "project"),
    "tables.sql": Rule(Right.READ, "project"),
    "tables.convert": Rule(Right.READ, "project"),
    "tables.save": Rule(Right.WRITE, "project"),
    "project.readings": Rule(Right.READ, "project"),
    "project.alerts": Rule(Right.READ, "project"),
    "project.alerts.read": Rule(Right.READ, "project"),  # one's own marks, which are nobody else's
    "project.star": Rule(Right.READ, "project"),  # one's own star, which is nobody else's
    "alerts.list": Rule(Right.SIGNED_IN),  # finds those of the projects one may see
    # views: reports and workspaces of a project, charts of an entity
    "view.get": Rule(Right.READ, "project"),
    "view.leave": Rule(Right.READ, "project"),  # one's own view, which changes nobody else's
    "view.save": Rule(Right.WRITE, "project"),
    "view.delete": Rule(Right.WRITE, "project"),
    "chart.get": Rule(Right.READ, "entity"),
    "chart.save": Rule(Right.WRITE, "entity"),
    # sweeps
    "project.sweeps": Rule(Right.READ, "project"),
    "sweep.check": Rule(Right.SIGNED_IN),
    "sweep.create": Rule(Right.WRITE, "entity"),  # makes the project
    "sweep.get": Rule(Right.READ, "project"),
    "sweep.edit": Rule(Right.WRITE, "project"),
    "sweep.delete": Rule(Right.WRITE, "project"),
    "sweep.work": Rule(Right.WRITE, "project"),  # as an agent
    # artifacts
    "artifact.types": Rule(Right.READ, "project"),
    "artifact.collections": Rule(Right.READ, "project"),
    "artifact.collection.get": Rule(Right.READ, "project"),
    "artifact.place": Rule(Right.READ, "project"),
    "artifact.versions": Rule(Right.READ, "project"),
    "artifact.get": Rule(Right.READ, "project"),
    "artifact.entries": Rule(Right.READ, "project"),
    "artifact.file": Rule(Right.READ, "project"),
    "artifact.manifest": Rule(Right.READ, "project"),
    "artifact.read": Rule(Right.READ, "project"),
    "artifact.links": Rule(Right.READ, "project"),
    "artifact.link": Rule(Right.WRITE, "entity"),  # makes the project; the version has to be readable
    "artifact.draft": Rule(Right.READ, "entity"),
    "artifact.lineage": Rule(Right.READ, "project"),
    "artifact.bytes": Rule(Right.READ, "entity"),  # by their digest alone
    "artifact.bytes.of": Rule(Right.READ, "entity"),
    "artifact.bytes.old": Rule(Right.READ, "entity"),
    "artifact.create": Rule(Right.WRITE, "entity"),  # makes the project
    "artifact.edit": Rule(Right.WRITE, "project"),
    "artifact.delete": Rule(Right.WRITE, "project"),
    "artifact.collection.edit": Rule(Right.WRITE, "project"),
    "artifact.collection.delete": Rule(Right.WRITE, "project"),
    "run.artifacts": Rule(Right.READ, "run"),
    "run.artifacts.use": Rule(Right.WRITE, "run"),
    # runs
    "run.get": Rule(Right.READ, "run"),
    "run.edit": Rule(Right.WRITE, "run"),
    "run.delete": Rule(Right.WRITE, "run"),
    "run.stop": Rule(Right.WRITE, "run"),
    "run.state": Rule(Right.WRITE, "run"),
    "run.alerts": Rule(Right.READ, "run"),
    "run.alert": Rule(Right.WRITE, "run"),
    "run.restore": Rule(Right.WRITE, "project"),  # a deleted run is not there to be loaded
    "run.edits": Rule(Right.READ, "run"),
    "run.edits.add": Rule(Right.WRITE, "run"),
    "run.edits.undo": Rule(Right.WRITE, "run"),
    "run.fork": Rule(Right.WRITE, "run"),
    "run.keys": Rule(Right.READ, "run"),
    "run.rows": Rule(Right.READ, "run"),
    "run.export": Rule(Right.READ, "run"),
    "run.console": Rule(Right.READ, "run"),
    "run.files": Rule(Right.READ, "run"),
    "run.file": Rule(Right.READ, "run"),
    "run.file.put": Rule(Right.WRITE, "run"),
    "run.file.delete": Rule(Right.WRITE, "run"),
    "run.journal": Rule(Right.READ, "run"),
    "run.journal.append": Rule(Right.WRITE, "entity"),  # makes the project and the run
    "run.resume": Rule(Right.READ, "entity"),  # a run that is not there yet is an answer, not an error
}

_ROLES = {
    "viewer": Right.READ,
    "member": Right.WRITE,
    "admin": Right.MANAGE,
    accounts.OWNER: Right.MANAGE,
}


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity the caller may see, and what they may do in it."""

    key: int
    name: str
    right: Right


def check(caller: Caller, needs: Right) -> None:
    """Raises where the caller lacks a right on the server as a whole: SignInNeeded, or Forbidden."""
    if needs == Right.OPEN:
        return
    user = caller.signed_in()
    if needs == Right.ADMIN and not user.admin:
        raise Forbidden("Only an administrator of this server may do this")


class Access:
    """Recognises callers. Answers are remembered for `REMEMBER_SECS`, so a key costs one question to the tables."""

    def __init__(self, tables: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._tables = tables
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, Caller]] = OrderedDict()
        self._used: dict[int, float] = {}
        self._notes: set[asyncio.Future[None]] = set()

    async def caller(self, connection: HTTPConnection) -> Caller:
        """Who sends this request. Raises SignInNeeded for a key or a session that is not known."""
        origin = connection.client.host if connection.client else ""
        header = connection.headers.get("authorization")
        if header:
            return await self._by_key(secret_in(header), origin)
        cookie = connection.cookies.get(SESSION_COOKIE)
        if cookie:
            return await self._by_session(cookie, origin)
        return Caller(origin=origin)

    async def entity(self, caller: Caller, name: str, needs: Right) -> Entity:
        """The entity of this name (`-` is the caller's own). Raises NotFound for one the caller may not see."""
        user = caller.signed_in()
        if name == "-":
            name = user.name
        membership = caller.memberships.get(name)
        if membership is None and caller.by != "nothing":
            # A team may have been made a moment ago, from the command line of this machine.
            fresh = await self._tables.read(lambda conn: _memberships(conn, user))
            membership = fresh.get(name)
        if membership is not None:
            right = Right.MANAGE if user.admin else _ROLES[membership.role]
            entity = Entity(membership.entity, membership.name, right)
        else:
            key = await self._tables.read(lambda conn: accounts.find_entity(conn, name)) if user.admin else None
            if key is None:
                raise not_there("entity", name)
            entity = Entity(key, name, Right.MANAGE)
        if entity.right < needs:
            raise Forbidden(f"{user.name} may read {name}, but not change it")
        return entity

    def forget(self, *, user: int | None = None) -> None:
        """Ask the tables again about this user, or about everybody: rights, keys or sessions changed."""
        for digest, (_, caller) in list(self._known.items()):
            if user is None or (caller.user is not None and caller.user.key == user):
                del self._known[digest]

    async def _by_key(self, secret: str, origin: str) -> Caller:
        digest = digest_of(secret)
        caller = self._remembered("key:" + digest)
        if caller is None:
            caller = await self._tables.read(lambda conn: _load_by_key(conn, digest))
            if caller is None:
                raise SignInNeeded("This API key is not known here")
            self._remember("key:" + digest, caller)
        self._note_use(caller)
        return _from(caller, origin)

    async def _by_session(self, cookie: str, origin: str) -> Caller:
        digest = digest_of(cookie)
        caller = self._remembered("session:" + digest)
        if caller is None:
            now = self._clock()
            caller = await self._tables.read(lambda conn: _load_by_session(conn, digest, now))
            if caller is None:
                # An old cookie is no more than no cookie: whoever has one must be able to sign in again.
                return Caller(origin=origin)
            self._remember("session:" + digest, caller)
        return _from(caller, origin)

    def _noted(self, task: asyncio.Future[None]) -> None:
        self._notes.discard(task)
        if not task.cancelled():
            task.exception()  # a note that could not be made is no harm

    def _remembered(self, name: str) -> Caller | None:
        known = self._known.get(name)
        if known is None or known[0] < self._clock():
            return None
        return known[1]

    def _remember(self, name: str, caller: Caller) -> None:
        self._known[name] = (self._clock() + REMEMBER_SECS, caller)
        self._known.move_to_end(name)
        while len(self._known) > REMEMBER_MOST:
            self._known.popitem(last=False)

    def _note_use(self, caller: Caller) -> None:
        now = self._clock()
        id = caller.key_id
        if id is None or now - self._used.get(id, 0.0) < USED_EVERY_SECS:
            return
        self._used[id] = now
        task = asyncio.ensure_future(self._tables.write(lambda conn: accounts.keys_used(conn, [id], now)))
        self._notes.add(task)
        task.add_done_callback(self._noted)


def secret_in(header: str) -> str:
    """The API key in an Authorization header: a bearer token, or the password of basic authentication."""
    scheme, _, rest = header.partition(" ")
    rest = rest.strip()
    if scheme.lower() == "bearer" and rest:
        return rest
    if scheme.lower() == "basic":
        try:
            text = base64.b64decode(rest, validate=True).decode()
        except ValueError:
            text = ""
        _, colon, password = text.partition(":")
        if colon and password:
            return password
    raise SignInNeeded("The Authorization header holds no key; send `Bearer <key>`")


def _load_by_key(conn: Connection, digest: str) -> Caller | None:
    found = accounts.user_by_key(conn, digest)
    if found is None:
        return None
    user, id = found
    return Caller(user, _memberships(conn, user), "key", id)


def _load_by_session(conn: Connection, digest: str, now: float) -> Caller | None:
    user = accounts.user_by_session(conn, digest, now)
    return Caller(user, _memberships(conn, user), "session") if user else None


def _memberships(conn: Connection, user: UserRow) -> dict[str, Membership]:
    return {membership.name: membership for membership in accounts.entities_of(conn, user)}


def _from(caller: Caller, origin: str) -> Caller:
    return Caller(caller.user, caller.memberships, caller.by, caller.key_id, origin)
