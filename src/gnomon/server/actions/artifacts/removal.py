"""Versions that are not there any more, within one transaction: what every way to delete one ends in."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.engine import Connection

from gnomon.model.artifact_name import LATEST
from gnomon.server.storage.tables.artifacts import collections, versions
from gnomon.server.storage.tables.artifacts.versions import DELETED


def remove(conn: Connection, keys: Iterable[int], now: float) -> None:
    """Take these versions out of every collection. What they held is cleared away by a timed job."""
    for key in keys:
        held = {one.collection for one in versions.memberships_of(conn, [key])}
        versions.leave(conn, key)
        for collection in held:
            name_latest(conn, collection, now)
        versions.change(conn, key, state=DELETED, deleted_at=now, updated_at=now, distributed=None)


def of_project(conn: Connection, project: int, now: float) -> None:
    """Remove all collections of a project, with the versions that were logged to them."""
    for row in collections.of_project(conn, project):
        remove_collection(conn, row.key, now)


def remove_collection(conn: Connection, collection: int, now: float) -> None:
    """Remove a collection with what was logged to it; what was only linked to it stays where it is from."""
    remove(conn, versions.logged_to(conn, collection), now)
    for membership in versions.members(conn, collection):
        versions.leave(conn, membership.artifact, collection=collection)
    collections.change(conn, collection, deleted_at=now, updated_at=now)


def name_latest(conn: Connection, collection: int, now: float) -> None:
    """Let `latest` name the newest version that is left, where it names none."""
    if versions.find_alias(conn, collection, LATEST) is None:
        left = versions.members(conn, collection)
        if left:
            versions.set_alias(conn, collection, LATEST, left[0].artifact, now)
