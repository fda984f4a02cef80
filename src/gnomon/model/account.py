"""Who uses a server: users, their keys, and what they may do."""

from __future__ import annotations

import msgspec


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person. `name` is also their entity: the first part of the addresses of their projects."""

    name: str
    admin: bool = False
    created_at: float = 0.0
    teams: tuple[str, ...] = ()


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
