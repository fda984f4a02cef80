"""Users, the entities they own or share, and their keys, sessions and sign-in links. Secrets come here as digests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.schema import api_keys, entities, memberships, sessions, sign_in_links, users

OWNER = "owner"
"""The role of a user in the entity of their own name; the others are in `memberships.role`."""


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user, and the key of the entity of their own name."""

    key: int
    name: str
    entity: int
    admin: bool
    password: str | None
    created_at: float
    left_at: float | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """An entity someone belongs to, and as what."""

    entity: int
    name: str
    kind: str
    role: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An API key without its secret."""

    id: int
    prefix: str
    label: str
    created_at: float
    used_at: float | None


_users = select(
    users.c.key, users.c.name, users.c.entity, users.c.admin, users.c.password, users.c.created_at, users.c.left_at
).select_from(users)


def find_user(conn: Connection, name: str) -> UserRow | None:
    row = conn.execute(_users.where(users.c.name == name)).first()
    return UserRow(*row) if row else None


def user_by_key(conn: Connection, digest: str) -> tuple[UserRow, int] | None:
    """Whose API key has this digest, and the key's id."""
    row = conn.execute(
        _users.add_columns(api_keys.c.id)
        .join(api_keys, api_keys.c.user == users.c.key)
        .where(api_keys.c.digest == digest, users.c.left_at.is_(None))
    ).first()
    return (UserRow(*row[:-1]), row[-1]) if row else None


def user_by_session(conn: Connection, digest: str, now: float) -> UserRow | None:
    row = conn.execute(
        _users.join(sessions, sessions.c.user == users.c.key).where(
            sessions.c.digest == digest, sessions.c.expires_at > now, users.c.left_at.is_(None)
        )
    ).first()
    return UserRow(*row) if row else None


def all_users(conn: Connection) -> list[UserRow]:
    return [UserRow(*row) for row in conn.execute(_users.order_by(users.c.name))]


def count_users(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(users)).scalar_one()


def admin_with_password(conn: Connection) -> bool:
    """Whether some administrator could sign in by password."""
    return (
        conn.execute(select(users.c.key).where(users.c.admin, users.c.password.is_not(None)).limit(1)).first()
        is not None
    )


def first_admin(conn: Connection) -> UserRow | None:
    row = conn.execute(_users.where(users.c.admin, users.c.left_at.is_(None)).order_by(users.c.key).limit(1)).first()
    return UserRow(*row) if row else None


def find_entity(conn: Connection, name: str) -> int | None:
    return conn.execute(select(entities.c.key).where(entities.c.name == name)).scalar()


def add_entity(conn: Connection, name: str, kind: str, now: float) -> int:
    """Raises IntegrityError where the name is taken."""
    result = conn.execute(insert(entities).values(name=name, kind=kind, created_at=now))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def add_user(conn: Connection, name: str, *, admin: bool, password: str | None, now: float) -> UserRow:
    """A user and the entity of their name. Raises IntegrityError where the name is taken."""
    entity = add_entity(conn, name, "user", now)
    result = conn.execute(
        insert(users).values(name=name, entity=entity, admin=admin, password=password, created_at=now)
    )
    return UserRow(int(result.inserted_primary_key[0]), name, entity, admin, password, now)  # type: ignore[index]


def leave(conn: Connection, user: int, now: float) -> None:
    """Nobody comes in as this user any more; what they logged stays, and so does their name on it."""
    for table in (api_keys, sessions, sign_in_links, memberships):
        conn.execute(delete(table).where(table.c.user == user))
    conn.execute(update(users).where(users.c.key == user).values(left_at=now, admin=False, password=None))


def team_named(conn: Connection, name: str) -> int | None:
    """The key of the team of this name."""
    return conn.execute(select(entities.c.key).where(entities.c.name == name, entities.c.kind == "team")).scalar()


def members_of_teams(conn: Connection, team: int | None = None) -> dict[str, dict[str, str]]:
    """The members and their roles, by name, of every team or of one."""
    query = (
        select(entities.c.name, users.c.name, memberships.c.role)
        .select_from(entities)
        .outerjoin(memberships, memberships.c.entity == entities.c.key)
        .outerjoin(users, users.c.key == memberships.c.user)
        .where(entities.c.kind == "team")
        .order_by(entities.c.name, users.c.name)
    )
    teams: dict[str, dict[str, str]] = {}
    for name, user, role in conn.execute(query if team is None else query.where(entities.c.key == team)):
        members = teams.setdefault(name, {})
        if user is not None:
            members[user] = role
    return teams


def members_of(conn: Connection, entity: int) -> list[tuple[UserRow, str]]:
    """Who belongs to an entity, and as what, by name: of a user's own entity, the user."""
    rows = conn.execute(
        _users.add_columns(memberships.c.role)
        .join(memberships, memberships.c.user == users.c.key)
        .where(memberships.c.entity == entity, users.c.left_at.is_(None))
        .order_by(users.c.name)
    )
    owner = conn.execute(_users.where(users.c.entity == entity)).first()
    found = [(UserRow(*row[:-1]), row[-1]) for row in rows]
    return [(UserRow(*owner), OWNER), *found] if owner else found


def come_back(conn: Connection, user: UserRow, *, admin: bool, password: str | None) -> UserRow:
    """Undo `leave`, as far as it goes: keys and memberships have to be made anew."""
    conn.execute(update(users).where(users.c.key == user.key).values(left_at=None, admin=admin, password=password))
    return replace(user, left_at=None, admin=admin, password=password)


def count_admins(conn: Connection) -> int:
    return conn.execute(
        select(func.count()).select_from(users).where(users.c.admin, users.c.left_at.is_(None))
    ).scalar_one()


def set_password(conn: Connection, user: int, password: str | None) -> None:
    conn.execute(update(users).where(users.c.key == user).values(password=password))


def set_member(conn: Connection, entity: int, user: int, role: str, now: float) -> None:
    """Make someone a member, or give a member another role."""
    changed = conn.execute(
        update(memberships).where(memberships.c.entity == entity, memberships.c.user == user).values(role=role)
    )
    if not changed.rowcount:
        conn.execute(insert(memberships).values(entity=entity, user=user, role=role, created_at=now))


def remove_member(conn: Connection, entity: int, user: int) -> bool:
    result = conn.execute(delete(memberships).where(memberships.c.entity == entity, memberships.c.user == user))
    return bool(result.rowcount)


def entities_of(conn: Connection, user: UserRow) -> list[Membership]:
    """The user's own entity first, then their teams by name."""
    rows = conn.execute(
        select(entities.c.key, entities.c.name, entities.c.kind, memberships.c.role)
        .join(memberships, memberships.c.entity == entities.c.key)
        .where(memberships.c.user == user.key)
        .order_by(entities.c.name)
    )
    return [Membership(user.entity, user.name, "user", OWNER), *(Membership(*row) for row in rows)]


def all_entities(conn: Connection) -> list[tuple[int, str, str]]:
    """Key, name and kind of every entity, by name."""
    rows = conn.execute(select(entities.c.key, entities.c.name, entities.c.kind).order_by(entities.c.name))
    return [(row.key, row.name, row.kind) for row in rows]


def teams_of_all(conn: Connection) -> dict[int, tuple[str, ...]]:
    """The names of the teams of every user who has one."""
    teams: dict[int, tuple[str, ...]] = {}
    for user, name in conn.execute(
        select(memberships.c.user, entities.c.name)
        .join(entities, entities.c.key == memberships.c.entity)
        .order_by(entities.c.name)
    ):
        teams[user] = (*teams.get(user, ()), name)
    return teams


def add_key(conn: Connection, user: int, *, digest: str, prefix: str, label: str, now: float) -> KeyRow:
    """Raises IntegrityError where the same secret is already somebody's."""
    result = conn.execute(insert(api_keys).values(user=user, digest=digest, prefix=prefix, label=label, created_at=now))
    return KeyRow(int(result.inserted_primary_key[0]), prefix, label, now, None)  # type: ignore[index]


def keys_of(conn: Connection, user: int) -> list[KeyRow]:
    rows = conn.execute(
        select(api_keys.c.id, api_keys.c.prefix, api_keys.c.label, api_keys.c.created_at, api_keys.c.used_at)
        .where(api_keys.c.user == user)
        .order_by(api_keys.c.id)
    )
    return [KeyRow(*row) for row in rows]


def delete_key(conn: Connection, user: int, id: int) -> bool:
    """Whether there was such a key of this user."""
    return bool(conn.execute(delete(api_keys).where(api_keys.c.user == user, api_keys.c.id == id)).rowcount)


def keys_used(conn: Connection, ids: Sequence[int], now: float) -> None:
    conn.execute(update(api_keys).where(api_keys.c.id.in_(ids)).values(used_at=now))


def add_session(conn: Connection, user: int, *, digest: str, now: float, expires_at: float) -> None:
    """Also forgets sessions that are over."""
    conn.execute(delete(sessions).where(sessions.c.expires_at <= now))
    conn.execute(insert(sessions).values(digest=digest, user=user, created_at=now, expires_at=expires_at))


def delete_session(conn: Connection, digest: str) -> None:
    conn.execute(delete(sessions).where(sessions.c.digest == digest))


def add_link(conn: Connection, user: int, *, digest: str, now: float, expires_at: float) -> None:
    """Also forgets links that are over."""
    conn.execute(delete(sign_in_links).where(sign_in_links.c.expires_at <= now))
    conn.execute(insert(sign_in_links).values(digest=digest, user=user, created_at=now, expires_at=expires_at))


def use_link(conn: Connection, digest: str, now: float) -> UserRow | None:
    """Whose link it is, if it is still good; from now on it is not."""
    used = conn.execute(
        update(sign_in_links)
        .where(sign_in_links.c.digest == digest, sign_in_links.c.used_at.is_(None), sign_in_links.c.expires_at > now)
        .values(used_at=now)
    )
    if not used.rowcount:
        return None
    row = conn.execute(
        _users.join(sign_in_links, sign_in_links.c.user == users.c.key).where(
            sign_in_links.c.digest == digest, users.c.left_at.is_(None)
        )
    ).first()
    return UserRow(*row) if row else None
