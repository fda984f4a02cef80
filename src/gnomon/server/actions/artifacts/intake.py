"""What comes into a pending version: manifests, files, and parts of files that are too large for one request.

Each is announced first, and put then, at an address that was handed out for it. Bytes that an entity has already need
not be sent again; those of another entity count for nothing, as knowing a digest must not give the bytes.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from gnomon.model.errors import Conflict, NotFound, Rejected
from gnomon.model.manifest import artifact_id, check_path, md5_in
from gnomon.server.storage.blobs.store import BlobStore, Digest
from gnomon.server.storage.tables import garbage
from gnomon.server.storage.tables.artifacts import uploads, versions
from gnomon.server.storage.tables.artifacts.uploads import Announced, Known, ManifestRow, PartRow, UploadRow, Whose
from gnomon.server.storage.tables.artifacts.versions import COMMITTED, PENDING, ArtifactRow
from gnomon.server.storage.tables.database import Database

MOST_PARTS = 10_000
HASHED_BYTES = 1 << 20
"""So much is gathered before a thread hashes it: small pieces are not worth one."""
HEARD_EVERY_SECS = 60.0
"""How often a file that comes in counts as a sign of life of its sender."""
UNVERIFIED = "xxh128:"
"""Begins a digest that this server cannot compute: its bytes are taken as they come, and shared with nothing."""


@dataclass(frozen=True)
class FileWish:
    """A file that a sender is about to send; `parts` are the MD5s in hex of its parts, where it comes in parts."""

    path: str
    digest: str
    parts: tuple[str, ...] | None = None


def kept_as(digest: str, algorithm: str | None) -> str:
    """What a file's digest is called in the tables. Raises Rejected for an MD5 that is none."""
    if algorithm in ("XXH128", "MANIFEST_XXH128"):
        return UNVERIFIED + digest
    if md5_in(digest) is None:
        raise Rejected(f"{digest[:64]!r} is not the base64 of an MD5", field="md5")
    return digest


async def add_manifest(
    tables: Database, artifact: ArtifactRow, *, kind: str, name: str, digest: str, base: int | None, now: float
) -> ManifestRow:
    """A manifest of a version that is to come. Raises Conflict where the version has been committed."""

    def work(conn: Connection) -> ManifestRow:
        _check_pending(versions.by_key(conn, artifact.key))
        if kind == uploads.INCREMENTAL:
            _check_base(conn, base)
        versions.change(conn, artifact.key, updated_at=now)
        return uploads.add_manifest(conn, artifact.key, kind=kind, name=name, digest=digest, base=base, now=now)

    return await tables.write(work)


async def change_manifest(
    tables: Database, row: ManifestRow, *, digest: str | None, base: int | None, now: float
) -> ManifestRow:
    """The manifest with another digest, or another version that it adds to; what is None stays."""

    def work(conn: Connection) -> ManifestRow:
        _check_pending(versions.by_key(conn, row.artifact))
        if row.kind == uploads.INCREMENTAL:
            _check_base(conn, base)
        values = {name: value for name, value in (("digest", digest), ("base", base)) if value is not None}
        if values:
            uploads.change_manifest(conn, row.key, **values)
        versions.change(conn, row.artifact, updated_at=now)
        return uploads.manifest(conn, row.key) or row

    return await tables.write(work)


async def announce(
    tables: Database, artifact: ArtifactRow, files: Sequence[FileWish], *, now: float
) -> list[UploadRow]:
    """The files of a version that are to come, in the same order; `blob` is set where nothing has to be sent."""
    for file in files:
        check_path(file.path)
        if file.parts is not None and not 0 < len(file.parts) <= MOST_PARTS:
            raise Rejected(f"A file comes in 1 to {MOST_PARTS} parts, not {len(file.parts)}", field="uploadPartsInput")

    def work(conn: Connection) -> list[UploadRow]:
        row = versions.by_key(conn, artifact.key)
        known = uploads.known_bytes(conn, artifact.entity, {file.digest for file in files})
        if row is not None and row.state == COMMITTED and all(file.digest in known for file in files):
            # Another sender of the same content was quicker.
            return [_known_already(row, file, known[file.digest]) for file in files]
        _check_pending(row)
        versions.change(conn, artifact.key, updated_at=now)
        announced = [Announced(file.path, file.digest, file.parts, known.get(file.digest)) for file in files]
        return uploads.announce(conn, artifact.key, announced, now)

    return await tables.write(work)


async def take_manifest(
    tables: Database, blobs: BlobStore, key: int, chunks: AsyncIterator[bytes], *, now: float
) -> None:
    """The file of a manifest, once its bytes are on disk and have the digest announced. Raises NotFound."""
    row = await tables.read(lambda conn: uploads.manifest(conn, key))
    if row is None:
        raise NotFound("The manifest is not there any more")
    blob, _ = await blobs.put(verified(chunks, md5_in(row.digest)))

    def work(conn: Connection) -> None:
        known = uploads.manifest(conn, key)
        version = versions.by_key(conn, row.artifact)
        if known is None or version is None or version.state != PENDING:
            garbage.drop(conn, [blob], now)  # another sender of the same content was quicker, or it was deleted
            return
        garbage.drop(conn, [known.blob], now)
        uploads.change_manifest(conn, key, blob=blob)
        versions.change(conn, row.artifact, updated_at=now)

    await tables.write(work)


async def take_file(
    tables: Database, blobs: BlobStore, artifact: int, key: int, chunks: AsyncIterator[bytes], *, now: float
) -> None:
    """A file of a version, once its bytes are on disk and have the digest announced.

    Where another sender of the same content has committed the version meanwhile, the bytes are needed no more.
    """
    row, whose = await tables.read(lambda conn: (uploads.upload(conn, key), uploads.whose(conn, key)))
    if row is None or whose is None:
        await _check_needless(tables, artifact)
        async for _ in chunks:
            pass
        return
    blob, size = await blobs.put(verified(chunks, md5_in(row.digest)))
    await tables.write(lambda conn: _received(conn, row, whose, Known(blob, size), now))


async def take_files(
    tables: Database, blobs: BlobStore, artifact: ArtifactRow, files: Sequence[tuple[int, bytes]], *, now: float
) -> None:
    """Many small files of a version, by the keys of their uploads, once all of them are on disk.

    Raises Rejected where one does not have the digest announced, and NotFound where one was not announced; then none
    of them counts as sent.
    """
    keys = [key for key, _ in files]
    rows = await tables.read(lambda conn: uploads.uploads_by_keys(conn, artifact.key, keys))
    if len(rows) < len(set(keys)):
        await _check_needless(tables, artifact.key)
        return
    await asyncio.to_thread(_check_digests, rows, files)
    digests = await blobs.put_all([data for _, data in files])
    got = {key: Known(blob, len(data)) for (key, data), blob in zip(files, digests, strict=True)}

    def work(conn: Connection) -> None:
        there = uploads.uploads_by_keys(conn, artifact.key, keys)
        lost = [one.blob for key, one in got.items() if key not in there]
        replaced = [row.blob for key, row in there.items() if row.blob not in (None, got[key].blob)]
        garbage.drop(conn, [*lost, *replaced], now)
        if not there:
            return
        uploads.received_all(conn, {key: got[key] for key in there})
        versions.change(conn, artifact.key, updated_at=now)
        shared = {row.digest: got[key] for key, row in there.items() if not row.digest.startswith(UNVERIFIED)}
        uploads.know_all(conn, artifact.entity, shared)

    await tables.write(work)


async def take_part(
    tables: Database, blobs: BlobStore, key: int, number: int, chunks: AsyncIterator[bytes], *, now: float
) -> str:
    """A part of a file; its MD5 in hex, which is what its sender wants to hear."""
    row = await tables.read(lambda conn: uploads.upload(conn, key))
    if row is None or row.parts is None or not 1 <= number <= len(row.parts):
        raise NotFound("The upload is not there any more")
    expected = row.parts[number - 1].lower()
    blob, size = await blobs.put(verified(chunks, expected))

    def work(conn: Connection) -> None:
        if uploads.upload(conn, key) is None:
            garbage.drop(conn, [blob], now)
            return
        garbage.drop(conn, [uploads.part_received(conn, key, PartRow(number, blob, size))], now)
        versions.change(conn, row.artifact, updated_at=now)

    await tables.write(work)
    return expected


async def complete(
    tables: Database, blobs: BlobStore, row: UploadRow, given: Sequence[tuple[int, str]], *, now: float
) -> str:
    """The parts of a file become the file; its digest. Raises Rejected where parts are missing, or are others."""
    if row.blob is not None:
        return row.digest
    parts, whose = await tables.read(lambda conn: (uploads.parts_of(conn, row.key), uploads.whose(conn, row.key)))
    if whose is None:
        raise NotFound("The upload is not there any more")
    wanted = [md5.lower() for md5 in row.parts or []]
    told = {number: etag.strip('"').lower() for number, etag in given}
    if [part.number for part in parts] != list(range(1, len(wanted) + 1)):
        here = len(parts)
        raise Rejected(f"{here} of {len(wanted)} parts of {row.path!r} are here", field="completedParts")
    wrong = [number for number, md5 in enumerate(wanted, 1) if told.get(number) != md5]
    if wrong:
        raise Rejected(f"Part {wrong[0]} of {row.path!r} is not the one that was sent", field="completedParts")
    blob, size = await blobs.put(verified(_joined(blobs, parts), md5_in(row.digest)))

    def work(conn: Connection) -> None:
        garbage.drop(conn, uploads.drop_parts(conn, row.key), now)
        _received(conn, row, whose, Known(blob, size), now)

    await tables.write(work)
    return row.digest


async def abort(tables: Database, row: UploadRow, *, now: float) -> None:
    """Forget the parts of a file that came so far."""
    await tables.write(lambda conn: garbage.drop(conn, uploads.drop_parts(conn, row.key), now))


async def verified(chunks: AsyncIterator[bytes], md5: str | None) -> AsyncIterator[bytes]:
    """The same bytes. Raises Rejected at their end where they do not have this MD5; None is any."""
    digest = hashlib.md5(usedforsecurity=False)
    waiting: list[bytes] = []
    waiting_bytes = 0
    async for chunk in chunks:
        yield chunk
        waiting.append(chunk)
        waiting_bytes += len(chunk)
        if waiting_bytes >= HASHED_BYTES:
            await asyncio.to_thread(digest.update, b"".join(waiting))
            waiting, waiting_bytes = [], 0
    digest.update(b"".join(waiting))
    if md5 is not None and digest.hexdigest() != md5:
        raise Rejected(f"The bytes sent have the MD5 {digest.hexdigest()}, not {md5}", field="body")


async def _joined(blobs: BlobStore, parts: Sequence[PartRow]) -> AsyncIterator[bytes]:
    for part in parts:
        async for piece in await blobs.open(Digest(part.blob)):
            yield piece


def _check_digests(rows: Mapping[int, UploadRow], files: Sequence[tuple[int, bytes]]) -> None:
    for key, data in files:
        expected = md5_in(rows[key].digest)
        if expected is None:
            continue
        found = hashlib.md5(data, usedforsecurity=False).hexdigest()
        if found != expected:
            raise Rejected(f"The bytes sent for {rows[key].path!r} have the MD5 {found}, not {expected}", field="body")


def _received(conn: Connection, row: UploadRow, whose: Whose, bytes: Known, now: float) -> None:
    """The bytes of a file are named by its upload; where that is gone, by nothing. One of many: it asks little."""
    if not uploads.received(conn, row.key, bytes.blob, bytes.size_bytes):
        garbage.drop(conn, [bytes.blob], now)
        return
    if row.blob is not None and row.blob != bytes.blob:
        garbage.drop(conn, [row.blob], now)
    if now - whose.heard_at > HEARD_EVERY_SECS:
        versions.change(conn, row.artifact, updated_at=now)
    if not row.digest.startswith(UNVERIFIED):
        uploads.know_bytes(conn, whose.entity, row.digest, bytes)


def _known_already(row: ArtifactRow, file: FileWish, known: Known) -> UploadRow:
    return UploadRow(0, row.key, file.path, file.digest, known.blob, known.size_bytes, None)


async def _check_needless(tables: Database, artifact: int) -> None:
    row = await tables.read(lambda conn: versions.by_key(conn, artifact))
    if row is None or row.state != COMMITTED:
        raise NotFound("The artifact is not there any more")


def _check_base(conn: Connection, base: int | None) -> None:
    if base is not None:
        row = versions.by_key(conn, base)
        if row is None or row.state != COMMITTED:
            raise Rejected(f"There is no version {artifact_id(base)!r} to add to", field="baseArtifactID")


def _check_pending(row: ArtifactRow | None) -> None:
    if row is None or row.state not in (PENDING, COMMITTED):
        raise NotFound("The artifact was deleted")
    if row.state == COMMITTED:
        raise Conflict(f"The artifact {row.path} is committed; nothing in it changes any more")


__all__ = [
    "FileWish", "abort", "add_manifest", "announce", "change_manifest", "complete", "kept_as", "take_file",
    "take_files", "take_manifest", "take_part", "verified",
]  # fmt: skip
