"""What a caller may see of artifacts that others refer to."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.engine import Connection

from gnomon.server.caller import Caller
from gnomon.server.storage.tables.artifacts import collections, versions
from gnomon.server.storage.tables.artifacts.versions import ArtifactRow


def sees(caller: Caller, entity_name: str) -> bool:
    """Whether the caller may read what belongs to the entity."""
    return caller.user is not None and (caller.user.admin or entity_name in caller.memberships)


def places(conn: Connection, row: ArtifactRow) -> list[str]:
    """The names of the entities that have the version: its own, and those it is linked to."""
    held = {place.collection for place in versions.memberships_of(conn, [row.key])}
    found = collections.by_keys(conn, held).values()
    return [row.entity_name, *(one.entity_name for one in found if one.deleted_at is None)]


def seen(conn: Connection, caller: Caller, rows: Iterable[ArtifactRow]) -> list[ArtifactRow]:
    """Those of the versions that the caller may read somewhere."""
    return [
        row
        for row in rows
        if sees(caller, row.entity_name) or any(sees(caller, entity) for entity in places(conn, row))
    ]
