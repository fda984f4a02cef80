"""A project: a named drawer of runs that belong to one entity."""

from __future__ import annotations

import msgspec


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A project as lists and headers show it. Times are Unix seconds."""

    entity: str
    name: str
    description: str = ""
    created_at: float
    updated_at: float
    runs: int = 0
    running: int = 0
    users: tuple[str, ...] = ()
    key: int = 0
    """Its number on this server."""
    starred: bool = False
    """By whoever asks."""


class ProjectEdit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What may be changed of a project; a field left out stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    """Addresses with the old name lead nowhere then."""
    description: str | msgspec.UnsetType = msgspec.UNSET
