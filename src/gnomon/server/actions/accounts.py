"""Users, teams, keys, sessions and sign-in links: how people come in."""

from __future__ import annotations

import re
import secrets

from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from gnomon.model.account import ApiKey, NewApiKey, User, Viewer
from gnomon.model.errors import Conflict, NotFound, Rejected, SignInNeeded
from gnomon.server.caller import Caller, digest_of
from gnomon.server.storage.tables import accounts, audit
from gnomon.server.storage.tables.accounts import KeyRow, UserRow

KEY_LENGTH = 40
KEY_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
LINK_SECS = 15 * 60.0
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1000
LONGEST_LABEL = 200
ROLES = ("viewer", "member", "admin")

RESERVED = frozenset(
    {
        "api",
        "sign-in",
        "home",
        "settings",
        "assets",
        "healthz",
        "metrics",
        "graphql",
        "files",
        "static",
        "storage",
        "artifacts",
        "artifactsV2",
        "authorize",
        "sdk",
        "oidc",
    }
)
"""Names that would collide with addresses of the server itself."""

_name = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_given_key = re.compile(r"[A-Za-z0-9_-]{40,4096}")


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


def as_user(row: UserRow, teams: tuple[str, ...] = ()) -> User:
    return User(name=row.name, admin=row.admin, created_at=row.created_at, teams=teams, active=row.left_at is None)


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
    """A new user, with the entity of the same name, or one who left and comes back. `password` is a hash.

    Raises Conflict where the name is taken.
    """
    known = accounts.find_user(conn, check_user_name(name))
    if known is not None and known.left_at is not None:
        row = accounts.come_back(conn, known, admin=admin, password=password)
    else:
        try:
            row = accounts.add_user(conn, name, admin=admin, password=password, now=now)
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
        _check_role(role)
        accounts.set_member(conn, entity, find_user(conn, user).key, role, now)
    audit.add(conn, at=now, user=by, origin=origin, operation="teams.create", target=name, detail={"members": members})


def remove_user(conn: Connection, name: str, *, by: str, origin: str, now: float) -> UserRow:
    """Let nobody come in as this user any more; what they logged stays. Raises NotFound, and Conflict for the last
    administrator."""
    row = find_user(conn, name)
    if row.admin and accounts.count_admins(conn) == 1:
        raise Conflict(f"{name!r} is the only administrator; make another one first")
    accounts.leave(conn, row.key, now)
    audit.add(conn, at=now, user=by, origin=origin, operation="users.delete", target=name)
    return row


def find_user(conn: Connection, name: str) -> UserRow:
    """The user who can come in under this name. Raises NotFound."""
    row = accounts.find_user(conn, name)
    if row is None or row.left_at is not None:
        raise NotFound(f"There is no user {name!r}")
    return row


def known_to(conn: Connection, caller: Caller) -> list[UserRow]:
    """The users whom the caller may know of: themselves, those in one of their teams, and of administrators, all."""
    user = caller.signed_in()
    if user.admin:
        return [row for row in accounts.all_users(conn) if row.left_at is None]
    found = {user.name: user}
    for membership in caller.memberships.values():
        found.update((row.name, row) for row, _ in accounts.members_of(conn, membership.entity))
    return [found[name] for name in sorted(found)]


def find_team(conn: Connection, name: str) -> int:
    """The key of the team. Raises NotFound."""
    key = accounts.team_named(conn, name)
    if key is None:
        raise NotFound(f"There is no team {name!r}")
    return key


def set_member(conn: Connection, team: str, user: str, role: str, *, by: str, origin: str, now: float) -> UserRow:
    """Make someone a member of a team, or give a member another role."""
    _check_role(role)
    entity, row = find_team(conn, team), find_user(conn, user)
    accounts.set_member(conn, entity, row.key, role, now)
    audit.add(
        conn,
        at=now,
        user=by,
        origin=origin,
        operation="team.member.set",
        target=team,
        detail={"user": user, "role": role},
    )
    return row


def remove_member(conn: Connection, team: str, user: str, *, by: str, origin: str, now: float) -> UserRow:
    """Take someone out of a team. Raises NotFound where they are not in it."""
    entity, row = find_team(conn, team), find_user(conn, user)
    if not accounts.remove_member(conn, entity, row.key):
        raise NotFound(f"{user!r} is not a member of {team!r}")
    audit.add(conn, at=now, user=by, origin=origin, operation="team.member.remove", target=team, detail={"user": user})
    return row


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise Rejected(f"{role!r} is no role; there are {', '.join(ROLES)}", field="role")


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
