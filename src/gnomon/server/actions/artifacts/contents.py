"""What a version holds, as a whole: its manifest, and many of its files in one answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from sqlalchemy.engine import Connection

from gnomon.model.errors import NotFound, Rejected, Unavailable
from gnomon.model.manifest import Entry, render
from gnomon.server.storage.blobs.store import BlobStore, Digest
from gnomon.server.storage.tables.artifacts import entries
from gnomon.server.storage.tables.artifacts.entries import EntryRow
from gnomon.server.storage.tables.database import Database

MOST_AT_ONCE = 10_000
PIECE_BYTES = 256 << 10
TOGETHER_BYTES = 4 << 20
"""So much of small files is read in one go; a file that is larger comes in pieces."""


async def manifest(tables: Database, artifact: int) -> AsyncIterator[bytes]:
    """The manifest of a version in pieces."""
    rows = await tables.read(lambda conn: [one for page in entries.pages(conn, artifact) for one in page])
    return pieces(rows)


async def pieces(rows: Sequence[EntryRow]) -> AsyncIterator[bytes]:
    """The manifest of these entries in pieces."""
    waiting: list[bytes] = []
    size = 0
    for piece in render((row.path, as_entry(row)) for row in rows):
        waiting.append(piece)
        size += len(piece)
        if size >= PIECE_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def as_entry(row: EntryRow) -> Entry:
    """An entry as manifests have it."""
    return Entry(digest=row.digest, size_bytes=row.size_bytes, ref=row.ref, birth=row.birth, extra=row.extra or {})


async def files(tables: Database, artifact: int, paths: Sequence[str]) -> list[EntryRow]:
    """Files of a version, in this order. Raises NotFound where one is not there, or has no bytes here."""
    if len(paths) > MOST_AT_ONCE:
        raise Rejected(f"Up to {MOST_AT_ONCE} files are sent at once, not {len(paths)}", field="paths")

    def work(conn: Connection) -> dict[str, EntryRow]:
        found: dict[str, EntryRow] = {}
        for start in range(0, len(paths), 500):
            part = paths[start : start + 500]
            found.update((row.path, row) for row in entries.page(conn, artifact, names=part))
        return found

    rows = await tables.read(work)
    for path in paths:
        row = rows.get(path)
        if row is None:
            raise NotFound(f"The artifact has no file {path[:200]!r}")
        if row.blob is None:
            raise NotFound(f"The bytes of {path[:200]!r} are not here" + (f", but at {row.ref}" if row.ref else ""))
    return [rows[path] for path in paths]


async def joined(blobs: BlobStore, rows: Sequence[EntryRow]) -> AsyncIterator[bytes]:
    """The bytes of files, one after the other. Raises Unavailable where they are missing from the store."""
    group: list[Digest] = []
    size = 0
    try:
        for row in rows:
            assert row.blob is not None
            if group and size + row.size_bytes > TOGETHER_BYTES:
                yield b"".join(await blobs.read_all(group))
                group, size = [], 0
            if row.size_bytes > TOGETHER_BYTES:
                async for piece in await blobs.open(Digest(row.blob)):
                    yield piece
                continue
            group.append(Digest(row.blob))
            size += row.size_bytes
        if group:
            yield b"".join(await blobs.read_all(group))
    except NotFound as error:
        raise Unavailable(f"Bytes are missing from the store: {error}") from None
