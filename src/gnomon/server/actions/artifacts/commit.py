"""A version becomes what it is: its manifests are read and merged, and every byte that they name has to be here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.engine import Connection

from gnomon.model.artifact_name import LATEST
from gnomon.model.errors import NotFound, Rejected, Unavailable
from gnomon.model.manifest import Entry, digest_of, parse
from gnomon.server.actions.artifacts.intake import UNVERIFIED
from gnomon.server.actions.artifacts.sight import sees
from gnomon.server.caller import Caller
from gnomon.server.storage.blobs.store import BlobStore, Digest
from gnomon.server.storage.tables import garbage
from gnomon.server.storage.tables.artifacts import collections, entries, uploads, versions
from gnomon.server.storage.tables.artifacts.entries import EntryRow
from gnomon.server.storage.tables.artifacts.uploads import FULL, INCREMENTAL, PATCH, Known, ManifestRow
from gnomon.server.storage.tables.artifacts.versions import COMMITTED, PENDING, ArtifactRow
from gnomon.server.storage.tables.database import Database

ENTRIES_A_WRITE = 2000
"""So many entries are written in one transaction: others wait for it."""
MOST_MISSING_TOLD = 3


async def commit(tables: Database, blobs: BlobStore, artifact: int, caller: Caller, *, now: float) -> ArtifactRow:
    """The version, committed: from now on it is there for everybody, and never changes.

    Committing twice is the same as once. Raises Rejected, naming the first of them, where bytes are missing; then
    nothing has changed, and they may still come. Entries are written while nobody can see them, so a crash in the
    middle leaves a version that is as pending as before.
    """
    row, manifests = await tables.read(
        lambda conn: (versions.by_key(conn, artifact), uploads.manifests_of(conn, artifact))
    )
    if row is None or row.state not in (PENDING, COMMITTED):
        raise NotFound("The artifact was deleted")
    if row.state == COMMITTED:
        return row
    counted = chosen(manifests)
    merged: dict[str, Entry] = {}
    for manifest in counted:
        merged.update(await asyncio.to_thread(parse, await _content(blobs, manifest)))  # it may have 100 MB
    kept = await _base(tables, counted[-1]) if counted[-1].kind == INCREMENTAL else {}
    base = {path: row for path, row in kept.items() if path not in merged}
    await tables.write(lambda conn: _clear_entries(conn, artifact))
    totals = await _write(tables, row, merged, base, caller)
    whole = counted[-1].kind == FULL
    digest = row.digest if whole else digest_of({**{path: _as_entry(one) for path, one in base.items()}, **merged})
    return await tables.write(lambda conn: _settle(conn, artifact, digest, totals, now))


def chosen(manifests: Sequence[ManifestRow]) -> list[ManifestRow]:
    """The manifests that count, of those whose files came: the last, or every patch where the last is one.

    Raises Rejected where none came.
    """
    here = [one for one in manifests if one.blob is not None]
    if not here:
        raise Rejected("No manifest of this artifact was sent", field="artifactID")
    last = here[-1]
    return [one for one in here if one.kind == PATCH] if last.kind == PATCH else [last]


class _Totals(NamedTuple):
    size_bytes: int
    files: int


async def _content(blobs: BlobStore, manifest: ManifestRow) -> bytes:
    assert manifest.blob is not None
    try:
        return b"".join([piece async for piece in await blobs.open(Digest(manifest.blob))])
    except NotFound:
        raise Unavailable(f"The bytes of the manifest ({manifest.blob}) are missing from the store") from None


async def _base(tables: Database, manifest: ManifestRow) -> dict[str, EntryRow]:
    """What the version has that an incremental manifest adds to."""
    base = manifest.base
    if base is None:
        return {}

    def work(conn: Connection) -> dict[str, EntryRow]:
        row = versions.by_key(conn, base)
        if row is None or row.state != COMMITTED:
            raise Rejected("The version that this one adds to was deleted", field="baseArtifactID")
        return {entry.path: entry for page in entries.pages(conn, base) for entry in page}

    return await tables.read(work)


async def _write(
    tables: Database, row: ArtifactRow, merged: Mapping[str, Entry], base: Mapping[str, EntryRow], caller: Caller
) -> _Totals:
    """Write the entries in parts. Each part is looked up and written in one transaction: a blob that is found in it is
    named by it, and not collected."""
    sent: dict[tuple[str, str], Known] = {
        (one.path, one.digest): Known(one.blob, one.size_bytes)
        for one in await tables.read(lambda conn: uploads.uploads_of(conn, row.key))
        if one.blob is not None
    }
    paths = sorted({*merged, *base})
    size = 0
    for start in range(0, len(paths), ENTRIES_A_WRITE):
        part = paths[start : start + ENTRIES_A_WRITE]

        def work(conn: Connection, part: Sequence[str] = part) -> int:
            _still_pending(conn, row.key)
            kept = [_kept(conn, row, base[path]) for path in part if path in base]
            new = {path: merged[path] for path in part if path not in base}
            rows = [*kept, *_found(conn, row, new, sent, caller)]
            entries.add_all(conn, row.key, rows)
            return sum(one.size_bytes for one in rows)

        size += await tables.write(work)
    return _Totals(size, len(paths))


def _found(
    conn: Connection, row: ArtifactRow, wanted: Mapping[str, Entry], sent: Mapping[tuple[str, str], Known],
    caller: Caller,
) -> list[EntryRow]:  # fmt: skip
    """The entries with their bytes: what was sent for this version, what its entity has, or what another artifact
    has that the caller may read."""
    known = uploads.known_bytes(conn, row.entity, {_kept_as(entry) for entry in wanted.values() if entry.ref is None})
    rows, missing = [], []
    for path, entry in wanted.items():
        if entry.ref is not None:
            rows.append(EntryRow(path, entry.digest, entry.size_bytes or 0, None, entry.ref, None, entry.extra or None))
            continue
        name = _kept_as(entry)
        bytes = sent.get((path, name)) or known.get(name) or _born(conn, row, entry, caller)
        if bytes is None:
            missing.append(path)
            continue
        birth = entry.birth if entry.birth is not None else row.key
        rows.append(EntryRow(path, entry.digest, bytes.size_bytes, bytes.blob, None, birth, entry.extra or None))
    if missing:
        more = f" and {len(missing) - MOST_MISSING_TOLD} more" if len(missing) > MOST_MISSING_TOLD else ""
        told = ", ".join(map(repr, missing[:MOST_MISSING_TOLD]))
        raise Rejected(f"The bytes of {told}{more} were not sent", field="artifactID")
    return rows


def _born(conn: Connection, row: ArtifactRow, entry: Entry, caller: Caller) -> Known | None:
    """Bytes of another entity's artifact that a draft was made of; its entity has them, too, from now on."""
    birth = None if entry.birth is None else versions.by_key(conn, entry.birth)
    if birth is None or birth.state != COMMITTED or not sees(caller, birth.entity_name):
        return None
    found = entries.of_digest(conn, birth.key, entry.digest)
    if found is None or found.blob is None:
        return None
    known = Known(found.blob, found.size_bytes)
    if not _kept_as(entry).startswith(UNVERIFIED):
        uploads.know_bytes(conn, row.entity, entry.digest, known)
    return known


def _kept(conn: Connection, row: ArtifactRow, entry: EntryRow) -> EntryRow:
    """An entry of the version that this one adds to; its bytes must not have been collected since they were read."""
    if entry.blob is not None and not garbage.used(conn, entry.blob):
        raise Rejected("The version that this one adds to was deleted", field="baseArtifactID")
    return entry


def _settle(conn: Connection, artifact: int, digest: str, totals: _Totals, now: float) -> ArtifactRow:
    row = _still_pending(conn, artifact)
    version = collections.take_version(conn, row.collection, now)
    versions.join(conn, row.collection, artifact, version, now)
    for alias in dict.fromkeys((*row.aliases, LATEST)):
        versions.set_alias(conn, row.collection, alias, artifact, now)
    garbage.drop(conn, uploads.forget(conn, artifact), now)
    versions.change(
        conn, artifact, state=COMMITTED, digest=digest, size_bytes=totals.size_bytes, file_count=totals.files,
        distributed=None, updated_at=now,
    )  # fmt: skip
    made = versions.by_key(conn, artifact)
    assert made is not None
    return made


def _still_pending(conn: Connection, artifact: int) -> ArtifactRow:
    row = versions.by_key(conn, artifact)
    if row is None or row.state != PENDING:
        raise NotFound("The artifact was deleted while it was committed")
    return row


def _clear_entries(conn: Connection, artifact: int) -> None:
    """Take away what a commit left that was interrupted; the uploads still name the bytes."""
    while entries.take_away(conn, artifact):
        pass


def _as_entry(row: EntryRow) -> Entry:
    return Entry(digest=row.digest)


def _kept_as(entry: Entry) -> str:
    return UNVERIFIED + entry.digest if entry.extra.get("alg") == "XXH128" else entry.digest
