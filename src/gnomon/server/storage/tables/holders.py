"""What names a blob, told to people: for a check of the data folder, its repair and its backup.

SQLite's own connection is used, as for `check`; tables that an older Gnomon had not made yet name nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CLEARED_SECS = 7 * 86_400.0
"""So long after they were deleted, runs are cleared away; their files need not be there any more."""


class Holder(NamedTuple):
    """Something that has the bytes of a blob; `run` where it belongs to one."""

    run: int | None
    what: str


class _Kind(NamedTuple):
    """A column that names blobs: what must hold for its rows to count, what they are, and how they forget the blob."""

    table: str
    column: str
    counts: str
    """With `:cleared` for the moment before which deleted runs are cleared away."""
    run: str
    what: str
    forget: str


_ARTIFACT = """(
    select entities.name || '/' || projects.name || '/' || artifact_collections.name from artifacts
    join artifact_collections on artifact_collections.key = artifacts.collection
    join projects on projects.key = artifact_collections.project join entities on entities.key = projects.entity
    where artifacts.key = {table}.artifact)"""
_VERSION = """coalesce((
    select ':v' || version from artifact_memberships join artifacts on artifacts.key = artifact_memberships.artifact
    where artifact = {table}.artifact and artifact_memberships.collection = artifacts.collection), '')"""
_PENDING = "exists (select 1 from artifacts where key = {table}.artifact and state = 'pending')"

_KINDS = (
    _Kind(
        "files", "digest",
        "exists (select 1 from runs where runs.key = files.run and cleared_at is null"
        " and (deleted_at is null or deleted_at >= :cleared))",
        "files.run", "'file ''' || files.path || ''''", "delete from files where digest = :digest",
    ),
    _Kind(
        "artifact_entries", "blob",
        "exists (select 1 from artifacts where key = artifact_entries.artifact and state = 'committed')",
        "null",
        "'file ''' || artifact_entries.path || ''' of the artifact ' || "
        + _ARTIFACT.format(table="artifact_entries") + " || " + _VERSION.format(table="artifact_entries"),
        "update artifact_entries set blob = null where blob = :digest",
    ),
    _Kind(
        "artifact_uploads", "blob", _PENDING.format(table="artifact_uploads"), "null",
        "'file ''' || artifact_uploads.path || ''', sent for the artifact ' || "
        + _ARTIFACT.format(table="artifact_uploads"),
        "update artifact_uploads set blob = null where blob = :digest",
    ),
    _Kind(
        "artifact_upload_parts", "blob", "true", "null", "'a part of a file that is being sent'",
        "delete from artifact_upload_parts where blob = :digest",
    ),
    _Kind(
        "artifact_manifests", "blob", _PENDING.format(table="artifact_manifests"), "null",
        "'a manifest, sent for the artifact ' || " + _ARTIFACT.format(table="artifact_manifests"),
        "update artifact_manifests set blob = null where blob = :digest",
    ),
    _Kind(
        "artifact_bytes", "blob", "true", "null", "'bytes that need not be sent again'",
        "delete from artifact_bytes where blob = :digest",
    ),
)  # fmt: skip
"""Every column that names blobs. The last does not keep them, but whoever believes it does not send them."""


def counted(connection: sqlite3.Connection, now: float) -> dict[str, Holder]:
    """The digests of the blobs that have to be there, each with one of those that have it."""
    found: dict[str, Holder] = {}
    for kind in _kinds(connection):
        query = f"select {kind.column}, {kind.run}, {kind.what} from {kind.table}"
        rows = connection.execute(
            f"{query} where {kind.column} is not null and {kind.counts}", {"cleared": now - CLEARED_SECS}
        )
        for digest, run, what in rows:
            found.setdefault(digest, Holder(run, what))
    return found


def every_digest(connection: sqlite3.Connection) -> list[str]:
    """The digests of all blobs that anything names, sorted."""
    parts = [f"select {kind.column} from {kind.table} where {kind.column} is not null" for kind in _kinds(connection)]
    return [digest for (digest,) in connection.execute(" union ".join(parts) + " order by 1")]


def holders_of(connection: sqlite3.Connection, digest: str) -> list[Holder]:
    """What has these bytes, whether or not it counts."""
    found = []
    for kind in _kinds(connection):
        query = f"select {kind.run}, {kind.what} from {kind.table} where {kind.column} = ? order by 1, 2"
        found += [Holder(*row) for row in connection.execute(query, (digest,))]
    return found


def forget(path: Path, digest: str) -> None:
    """Let everything know that these bytes are lost: files of runs are there no more, files of artifacts are told to
    be lost, and what is still being sent has to be sent again."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("pragma synchronous = full")
        connection.execute("begin immediate")
        for kind in _kinds(connection):
            connection.execute(kind.forget, {"digest": digest})
        connection.execute("commit")
    finally:
        connection.close()


def _kinds(connection: sqlite3.Connection) -> Iterator[_Kind]:
    there = {name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")}
    return (kind for kind in _KINDS if kind.table in there)
