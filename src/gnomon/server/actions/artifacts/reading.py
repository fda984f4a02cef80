"""Artifacts as the API shows them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from sqlalchemy.engine import Connection

from gnomon.model.artifact import (
    ArtifactCollection,
    ArtifactEntry,
    ArtifactEntryPage,
    ArtifactPlace,
    ArtifactRef,
    ArtifactTypeInfo,
    ArtifactVersion,
    ArtifactVersionPage,
    RunArtifacts,
    RunRef,
)
from gnomon.model.artifact_name import LATEST
from gnomon.model.errors import NotFound, Rejected, Unavailable
from gnomon.model.floats import named
from gnomon.model.manifest import artifact_id, referenced
from gnomon.server.actions.artifacts import names
from gnomon.server.actions.artifacts.names import Found
from gnomon.server.actions.artifacts.sight import seen, sees
from gnomon.server.actions.files import mime_of
from gnomon.server.caller import Caller
from gnomon.server.storage.blobs.store import BlobStore, Digest
from gnomon.server.storage.tables import runs
from gnomon.server.storage.tables.artifacts import collections, entries, lineage, versions
from gnomon.server.storage.tables.artifacts.collections import CollectionRow
from gnomon.server.storage.tables.artifacts.entries import EntryRow
from gnomon.server.storage.tables.artifacts.versions import COMMITTED, ArtifactRow, MembershipRow
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.runs import RunRow

MOST_A_PAGE = 1000
CLIENT_SCHEME = "wandb-client-artifact://"


async def types(tables: Database, project: ProjectRow) -> list[ArtifactTypeInfo]:
    """The types of a project that have collections, by name."""
    rows = await tables.read(lambda conn: collections.types_of(conn, project.key))
    return [
        ArtifactTypeInfo(
            name=row.name, description=row.description, collections=row.collections, created_at=row.created_at
        )
        for row in rows
        if row.collections
    ]


async def listed(
    tables: Database, project: ProjectRow, caller: Caller, *, type: str | None = None
) -> list[ArtifactCollection]:
    """The collections of a project, those of one type with `type`; the one changed last first."""

    def work(conn: Connection) -> list[ArtifactCollection]:
        wanted = None
        if type is not None:
            found = collections.find_type(conn, project.key, type)
            if found is None:
                return []
            wanted = found.key
        return as_collections(conn, collections.of_project(conn, project.key, type=wanted), caller)

    return await tables.read(work)


async def get_collection(tables: Database, project: ProjectRow, name: str, caller: Caller) -> ArtifactCollection:
    """A collection. Raises NotFound."""
    return await tables.read(lambda conn: as_collections(conn, [names.the_collection(conn, project, name)], caller)[0])


async def page_of_versions(
    tables: Database, project: ProjectRow, name: str, caller: Caller, *, limit: int, cursor: str | None
) -> ArtifactVersionPage:
    """Versions of a collection, newest first. Raises NotFound, and Rejected for a cursor that is none."""
    before = _number(cursor)

    def work(conn: Connection) -> ArtifactVersionPage:
        collection = names.the_collection(conn, project, name)
        members = versions.members(conn, collection.key)
        left = [one for one in members if before is None or one.version < before]
        page = left[: _limit(limit)]
        cursor = str(page[-1].version) if len(page) < len(left) else None
        return ArtifactVersionPage(
            versions=as_versions(conn, [(collection, one) for one in page], caller), total=len(members), cursor=cursor
        )

    return await tables.read(work)


async def get_version(
    tables: Database, project: ProjectRow, name: str, version: str, caller: Caller
) -> ArtifactVersion:
    """A version by its number, an alias or its digest. Raises NotFound."""

    def work(conn: Connection) -> ArtifactVersion:
        found = names.the_version(conn, project, name, version)
        return as_versions(conn, [(found.collection, found.membership)], caller)[0]

    return await tables.read(work)


async def of_run(tables: Database, run: RunRow, caller: Caller) -> RunArtifacts:
    """What a run used and what it logged, of that what the caller may see."""

    def work(conn: Connection) -> RunArtifacts:
        return RunArtifacts(
            used=_in_their_sequences(conn, lineage.used_by(conn, run.key), caller),
            logged=_in_their_sequences(conn, lineage.logged_by(conn, run.key), caller),
        )

    return await tables.read(work)


async def page_of_entries(
    tables: Database, artifact: int, caller: Caller, *, prefix: str, limit: int, cursor: str | None
) -> ArtifactEntryPage:
    """Entries of a version by path, those below a prefix. The path of the last one fetches the next."""

    def work(conn: Connection) -> ArtifactEntryPage:
        most = _limit(limit)
        rows = entries.page(conn, artifact, after=cursor, limit=most + 1, prefix=prefix)
        return ArtifactEntryPage(
            entries=tuple(as_entry(conn, row, caller) for row in rows[:most]),
            total=entries.count(conn, artifact, prefix=prefix),
            cursor=rows[most - 1].path if len(rows) > most else None,
        )

    return await tables.read(work)


async def entry(tables: Database, artifact: int, path: str) -> EntryRow:
    """A file of a version, with bytes. Raises NotFound, also for a reference and where the bytes are lost."""
    row = await tables.read(lambda conn: entries.find(conn, artifact, path))
    if row is None:
        raise NotFound(f"The artifact has no file {path!r}")
    if row.ref is not None:
        raise NotFound(f"{path!r} is a reference; its bytes are at {row.ref}")
    if row.blob is None:
        raise NotFound(f"The bytes of {path!r} are lost")
    return row


async def opened(blobs: BlobStore, row: EntryRow, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
    """The bytes of a file. Raises Unavailable where they are missing from the store, which they never should."""
    assert row.blob is not None
    try:
        return await blobs.open(Digest(row.blob), start=start, end=end)
    except NotFound:
        raise Unavailable(f"The bytes of {row.path!r} ({row.blob}) are missing from the store") from None


async def place(tables: Database, uri: str, caller: Caller) -> ArtifactPlace:
    """What `wandb-client-artifact://<client id>[:latest]/<path>` or `wandb-artifact://<hex id>/<path>` means.

    Raises NotFound where the caller may see no such thing, and Rejected for another kind of address.
    """

    def work(conn: Connection) -> ArtifactPlace:
        key, path = _named(conn, uri)
        row = None if key is None else versions.by_key(conn, key)
        if row is None or row.version is None or row.state != COMMITTED or not seen(conn, caller, [row]):
            raise NotFound(f"There is no artifact {uri[:200]!r} here, or it is not yours to see")
        return ArtifactPlace(artifact=as_ref(row), path=path)

    return await tables.read(work)


def as_collections(conn: Connection, rows: Sequence[CollectionRow], caller: Caller) -> list[ArtifactCollection]:
    """Collections with their latest versions."""
    keys = [row.key for row in rows]
    counts = versions.counts(conn, keys)
    named = versions.aliased(conn, keys, LATEST)
    latest = [(row, named[row.key]) for row in rows if row.key in named]
    shown = {row.key: told for (row, _), told in zip(latest, as_versions(conn, latest, caller), strict=True)}
    return [
        ArtifactCollection(
            entity=row.entity_name,
            project=row.project_name,
            name=row.name,
            kind="portfolio" if row.kind == "portfolio" else "sequence",
            type=row.type_name,
            description=row.description or "",
            tags=tuple(row.tags),
            versions=counts.get(row.key, 0),
            latest=shown.get(row.key),
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in rows
    ]


def as_versions(
    conn: Connection, found: Sequence[tuple[CollectionRow, MembershipRow]], caller: Caller
) -> tuple[ArtifactVersion, ...]:
    """Versions as their collections have them."""
    keys = {membership.artifact for _, membership in found}
    rows = versions.by_keys(conn, keys)
    aliases: dict[tuple[int, int], list[str]] = {}
    for one in versions.aliases_of(conn, keys):
        aliases.setdefault((one.collection, one.artifact), []).append(one.alias)
    makers = runs.by_keys(conn, {row.run for row in rows.values() if row.run is not None})
    told = []
    for collection, membership in found:
        row = rows[membership.artifact]
        linked = collection.key != row.collection
        maker = None if row.run is None else makers.get(row.run)
        told.append(
            ArtifactVersion(
                id=artifact_id(row.key),
                entity=collection.entity_name,
                project=collection.project_name,
                collection=collection.name,
                type=collection.type_name,
                version=f"v{membership.version}",
                digest=row.digest,
                aliases=tuple(aliases.get((collection.key, row.key), ())),
                tags=tuple(row.tags),
                description=row.description,
                metadata=named(row.metadata),
                ttl_secs=row.ttl_secs or None,
                expires_at=row.created_at + row.ttl_secs if row.ttl_secs else None,
                size_bytes=row.size_bytes,
                file_count=row.file_count,
                created_at=row.created_at,
                updated_at=row.updated_at,
                history_step=row.history_step,
                user=row.user,
                run=as_run_ref(maker) if maker is not None and _shown(maker, caller) else None,
                source=as_ref(row) if linked and sees(caller, row.entity_name) else None,
            )
        )
    return tuple(told)


def as_entry(conn: Connection, row: EntryRow, caller: Caller) -> ArtifactEntry:
    """An entry, with what a reference to another artifact means."""
    target, path = (None, None) if row.ref is None else _target(conn, row.ref, caller)
    return ArtifactEntry(
        path=row.path,
        digest=row.digest,
        size_bytes=row.size_bytes,
        mime=mime_of(row.path),
        ref=row.ref,
        target=target,
        target_path=path,
        available=row.ref is not None or row.blob is not None,
    )


def as_ref(row: ArtifactRow) -> ArtifactRef:
    """Where a version is, in its own sequence."""
    return ArtifactRef(
        entity=row.entity_name,
        project=row.project_name,
        type=row.type_name,
        collection=row.collection_name,
        version="" if row.version is None else f"v{row.version}",
    )


def as_run_ref(row: RunRow) -> RunRef:
    """Where a run is."""
    return RunRef(entity=row.entity, project=row.project_name, id=row.id, name=row.name)


def in_sequence(conn: Connection, row: ArtifactRow) -> Found | None:
    """The version in the sequence it was logged to; None while it is pending."""
    collection = collections.by_key(conn, row.collection)
    membership = versions.membership(conn, row.collection, row.key)
    return None if collection is None or membership is None else Found(collection, membership, row)


def _in_their_sequences(conn: Connection, keys: Sequence[int], caller: Caller) -> tuple[ArtifactVersion, ...]:
    rows = versions.by_keys(conn, keys)
    found = [in_sequence(conn, row) for row in seen(conn, caller, [rows[key] for key in keys if key in rows])]
    return as_versions(conn, [(one.collection, one.membership) for one in found if one is not None], caller)


def _shown(run: RunRow, caller: Caller) -> bool:
    return run.deleted_at is None and sees(caller, run.entity)


def _target(conn: Connection, ref: str, caller: Caller) -> tuple[ArtifactRef | None, str | None]:
    meant = referenced(ref)
    row = None if meant is None else versions.by_key(conn, meant[0])
    if meant is None or row is None or row.state != COMMITTED or not seen(conn, caller, [row]):
        return None, None
    return as_ref(row), meant[1]


def _named(conn: Connection, uri: str) -> tuple[int | None, str]:
    """The artifact that an address names, and the path within it."""
    meant = referenced(uri)
    if meant is not None:
        return meant
    if not uri.startswith(CLIENT_SCHEME):
        raise Rejected(f"{uri[:200]!r} is no address of an artifact", field="uri")
    client, _, path = uri.removeprefix(CLIENT_SCHEME).partition("/")
    client, _, version = client.partition(":")
    known = versions.find_client(conn, client)
    if known is None:
        return None, path
    artifact, collection = known
    if collection is not None:
        row = collections.by_key(conn, collection)
        found = None if row is None else names.find_in(conn, row, version or LATEST)
        artifact = None if found is None else found.artifact.key
    return artifact, path


def _limit(limit: int) -> int:
    if limit < 1:
        raise Rejected(f"limit is {limit}; ask for at least one", field="limit")
    return min(limit, MOST_A_PAGE)


def _number(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise Rejected(f"The cursor {cursor[:40]!r} is not one that this server gave", field="cursor")
    return int(cursor)
