"""Users, teams, keys, sessions and sign-in links: how people come in."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from gnomon.model.account import ApiKey, NewApiKey, User, Viewer
from gnomon.model.errors import Conflict, NotFound, Rejected, SignInNeeded
from gnomon.server.caller import Caller, digest_of
from gnomon.server.storage.tables import accounts, audit
from gnomon.server.storage.tables.accounts import KeyRow, UserRow
from gnomon.server.storage.tables.database import Database

KEY_LENGTH = 40
KEY_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
LINK_SECS = 15 * 60.0
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1000
LONGEST_LABEL = 200
TRIES_A_MINUTE = 10
ROLES = ("viewer", "member", "admin")

RESERVED = frozenset(
    {"api", "sign-in", "home", "settings", "assets", "healthz", "metrics", "graphql", "files", "static"}
)
"""Names that would collide with addresses of the server itself."""

_name = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_given_key = re.compile(r"[A-Za-z0-9_-]{40,256}")


def new_secret() -> str:
    """A key that every version of the official client accepts: 40 characters, some 200 random bits."""
    return "".join(secrets.choice(KEY_LETTERS) for _ in range(KEY_LENGTH))


def check_user_name(name: str) -> str:
    """The name, if a user or a team can have it: it becomes the first part of addresses. Raises Rejected."""
    if not _name.fullmatch(name) or name.lower() in RESERVED:
        raise Rejected(
            f"The name {name[:80]!r} cannot be used; take up to 64 letters, digits and . _ -, "
            "beginning with a letter or digit",
            field="name",
        )
    return name


def check_password(password: str) -> str:
    """The password, if it is long enough. Raises Rejected."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Rejected(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters", field="password")
    return password


def check_given_key(secret: str) -> str:
    """A key the administrator chose, if it is one that clients accept. Raises Rejected."""
    if not _given_key.fullmatch(secret):
        raise Rejected("An API key has 40 or more letters, digits, - and _", field="api_key")
    return secret


def hashed(password: str) -> str:
    """The argon2id hash of a password."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(password)


def as_user(row: UserRow, teams: tuple[str, ...] = ()) -> User:
    return User(name=row.name, admin=row.admin, created_at=row.created_at, teams=teams)


def as_key(row: KeyRow) -> ApiKey:
    return ApiKey(id=row.id, prefix=row.prefix, label=row.label, created_at=row.created_at, used_at=row.used_at)


def viewer(caller: Caller, version: str) -> Viewer:
    """The caller, as the page needs to know them."""
    user = caller.signed_in()
    teams = tuple(membership.name for membership in caller.memberships.values() if membership.kind == "team")
    return Viewer(user=as_user(user, teams), entities=(user.name, *teams), server_version=version)


def create_user(
    conn: Connection,
    name: str,
    *,
    admin: bool = False,
    password: str | None = None,
    api_key: str | None = None,
    by: str,
    origin: str,
    now: float,
) -> UserRow:
    """A new user, with the entity of the same name. `password` is a hash. Raises Conflict where the name is taken."""
    try:
        row = accounts.add_user(conn, check_user_name(name), admin=admin, password=password, now=now)
    except IntegrityError:
        raise Conflict(f"There is a user or team {name!r} already") from None
    if api_key is not None:
        store_key(conn, row, check_given_key(api_key), "given by an administrator", now)
    audit.add(conn, at=now, user=by, origin=origin, operation="users.create", target=name, detail={"admin": admin})
    return row


def create_team(conn: Connection, name: str, members: dict[str, str], *, by: str, origin: str, now: float) -> None:
    """A new team of these users and roles. Raises Conflict where the name is taken, NotFound for an unknown user."""
    try:
        entity = accounts.add_entity(conn, check_user_name(name), "team", now)
    except IntegrityError:
        raise Conflict(f"There is a user or team {name!r} already") from None
    for user, role in members.items():
        if role not in ROLES:
            raise Rejected(f"{role!r} is no role; there are {', '.join(ROLES)}", field="role")
        row = accounts.find_user(conn, user)
        if row is None:
            raise NotFound(f"There is no user {user!r}")
        accounts.set_member(conn, entity, row.key, role, now)
    audit.add(conn, at=now, user=by, origin=origin, operation="teams.create", target=name, detail={"members": members})


def store_key(conn: Connection, user: UserRow, secret: str, label: str, now: float) -> KeyRow:
    """Keep the digest of a secret as one of the user's keys. Raises Conflict where it is somebody's already."""
    try:
        return accounts.add_key(conn, user.key, digest=digest_of(secret), prefix=secret[:4], label=label, now=now)
    except IntegrityError:
        raise Conflict("This API key is in use already") from None


def create_key(conn: Connection, user: UserRow, label: str, *, by: str, origin: str, now: float) -> NewApiKey:
    """A new key of the user; the secret is in the answer and nowhere else."""
    if len(label) > LONGEST_LABEL:
        raise Rejected(f"A label has at most {LONGEST_LABEL} characters", field="label")
    secret = new_secret()
    row = store_key(conn, user, secret, label, now)
    audit.add(conn, at=now, user=by, origin=origin, operation="keys.create", target=user.name, detail={"id": row.id})
    return NewApiKey(key=as_key(row), secret=secret)


def delete_key(conn: Connection, user: UserRow, id: int, *, origin: str, now: float) -> None:
    """Revoke one of the user's keys. Raises NotFound where they have none of this number."""
    if not accounts.delete_key(conn, user.key, id):
        raise NotFound(f"There is no key {id} among yours")
    audit.add(conn, at=now, user=user.name, origin=origin, operation="keys.delete", target=user.name, detail={"id": id})


def create_link(conn: Connection, user: UserRow, now: float, *, secs: float = LINK_SECS) -> str:
    """The token of a link that signs its bearer in as the user, once, within `secs`."""
    token = secrets.token_urlsafe(32)
    accounts.add_link(conn, user.key, digest=digest_of(token), now=now, expires_at=now + secs)
    return token


def start_session(conn: Connection, user: UserRow, now: float, *, secs: float) -> str:
    """The cookie of a new session."""
    cookie = secrets.token_urlsafe(32)
    accounts.add_session(conn, user.key, digest=digest_of(cookie), now=now, expires_at=now + secs)
    return cookie


def end_session(conn: Connection, cookie: str) -> None:
    accounts.delete_session(conn, digest_of(cookie))


def user_by_link(conn: Connection, token: str, now: float) -> UserRow:
    """Whose link it is. Raises SignInNeeded where it was used, is too old, or never was."""
    user = accounts.use_link(conn, digest_of(token), now)
    if user is None:
        raise SignInNeeded("This sign-in link was used or is too old; `gnomon admin link` makes a new one")
    return user


@dataclass
class Tries:
    """How many wrong passwords an account has seen of late. Right ones are never refused for somebody else's wrong ones
    for longer than a minute."""

    clock: Callable[[], float]
    failures: dict[str, deque[float]] = field(default_factory=dict)
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """Checking a password takes 64 MB and a core for a moment: at most two at a time, whoever asks."""

    def wait_secs(self, name: str) -> float:
        """How long to wait before the next try; 0 when it may be made now."""
        known = self.failures.get(name)
        now = self.clock()
        while known and known[0] <= now - 60.0:
            known.popleft()
        if not known:
            self.failures.pop(name, None)
            return 0.0
        return known[0] + 60.0 - now if len(known) >= TRIES_A_MINUTE else 0.0

    def failed(self, name: str) -> None:
        if len(self.failures) > 10_000:
            self.failures.pop(next(iter(self.failures)))
        self.failures.setdefault(name, deque(maxlen=TRIES_A_MINUTE)).append(self.clock())


async def user_by_password(tables: Database, name: str, password: str) -> UserRow | None:
    """The user, where the password is theirs. Takes as long for a name that is not there."""
    import anyio.to_thread

    row = await tables.read(lambda conn: accounts.find_user(conn, name))
    stored = row.password if row is not None and row.password else None
    good = await anyio.to_thread.run_sync(_verify, stored or _nobodys_password(), password)
    return row if good and stored else None


def _verify(stored: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


_nobodys: list[str] = []


def _nobodys_password() -> str:
    """A hash that costs as much to check as any, and that no password fits."""
    if not _nobodys:
        _nobodys.append(hashed(secrets.token_urlsafe(16)))
    return _nobodys[0]
