"""Who uses a server: users, their keys, and what they may do."""

from __future__ import annotations

from typing import Any

import msgspec


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person. `name` is also their entity: the first part of the addresses of their projects."""

    name: str
    admin: bool = False
    created_at: float = 0.0
    teams: tuple[str, ...] = ()
    active: bool = True
    """False for one who left: nobody comes in as this user any more, and what they logged stays."""


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """Users who share an entity."""

    name: str
    members: dict[str, str] = {}
    """Roles by user: `viewer`, `member` or `admin`."""


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """Who changed what, when and from where."""

    id: int
    at: float
    user: str
    origin: str
    """An address, or `command line`."""
    operation: str
    target: str
    detail: dict[str, Any] = {}


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asking, as the page needs to know it."""

    user: User
    entities: tuple[str, ...]
    server_version: str


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as lists show it: never the secret, only its first letters."""

    id: int
    prefix: str
    label: str = ""
    created_at: float
    used_at: float | None = None


class NewApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key just made; `secret` is shown this once."""

    key: ApiKey
    secret: str
