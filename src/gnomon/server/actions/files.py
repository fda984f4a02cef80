"""Files of a run: which there are, taking one, and under which safe type it is shown."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator, Sequence
from pathlib import PurePosixPath

from sqlalchemy.engine import Connection

from gnomon.model.errors import NotFound, Rejected, Unavailable
from gnomon.model.history import FileInfo
from gnomon.model.patterns_like import like as like
from gnomon.server.caller import Caller
from gnomon.server.live import Live
from gnomon.server.storage.blobs.store import BlobStore, Digest, as_digest
from gnomon.server.storage.tables import audit, files, garbage
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.files import FileRow
from gnomon.server.storage.tables.runs import RunRow

MAX_PATH = 1000

SHOWN = frozenset(
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif",
        "audio/wav", "audio/x-wav", "audio/mpeg", "audio/ogg", "audio/flac", "video/mp4", "video/webm", "video/ogg",
    }
)  # fmt: skip
"""Types a browser may show in place: none of them can run anything."""

_TEXTUAL = frozenset(
    {
        "application/json", "application/x-ndjson", "application/yaml", "application/toml", "application/xml",
        "application/javascript", "application/x-sh", "application/x-python-code", "application/sql",
    }
)  # fmt: skip
_TYPES = {
    ".patch": "text/x-diff", ".diff": "text/x-diff", ".yaml": "application/yaml", ".yml": "application/yaml",
    ".toml": "application/toml", ".md": "text/markdown", ".log": "text/plain", ".py": "text/x-python",
    ".jsonl": "application/x-ndjson", ".ipynb": "application/json", ".webp": "image/webp", ".avif": "image/avif",
    ".json": "application/json", ".glb": "model/gltf-binary", ".mp4": "video/mp4", ".wav": "audio/wav",
}  # fmt: skip


def check_path(path: str) -> str:
    """The path, if a file of a run may have it. Raises Rejected for one that points elsewhere or is no path."""
    parts = path.split("/")
    if (
        not path
        or len(path) > MAX_PATH
        or "\\" in path
        or any(part in ("", ".", "..") for part in parts)
        or any(ord(letter) < 32 or letter == "\x7f" or 0xD800 <= ord(letter) < 0xE000 for letter in path)
        or (len(parts[0]) == 2 and parts[0][1] == ":")
    ):
        raise Rejected(f"{path[:200]!r} is not the path of a file within a run", field="path")
    return path


def mime_of(path: str) -> str:
    """What a file is, judged by its name alone: nobody else is believed."""
    suffix = PurePosixPath(path).suffix.lower()
    return _TYPES.get(suffix) or mimetypes.guess_type(path, strict=True)[0] or "application/octet-stream"


def served_as(mime: str) -> tuple[str, bool]:
    """The type a file is sent under, and whether a browser may show it in place rather than store it."""
    if mime in SHOWN:
        return mime, True
    if mime.startswith("text/") or mime in _TEXTUAL:
        return "text/plain; charset=utf-8", True
    return "application/octet-stream", False


def as_info(row: FileRow) -> FileInfo:
    """The file as the API shows it."""
    return FileInfo(
        path=row.path, size_bytes=row.size_bytes, mime=row.mime, digest=row.digest, updated_at=row.updated_at
    )


async def listed(tables: Database, run: int) -> list[FileInfo]:
    """The files of a run, by path."""
    return [as_info(row) for row in await tables.read(lambda conn: files.of_run(conn, run))]


async def under(tables: Database, run: int, folder: str) -> list[FileRow]:
    """The files in a folder of the run, in those below it too; all of them where it is empty. Raises NotFound."""
    top = folder.rstrip("/")
    if top:
        check_path(top)
    rows = await tables.read(lambda conn: files.of_run(conn, run))
    found = [row for row in rows if not top or row.path.startswith(f"{top}/")]
    if not found:
        raise NotFound(f"The run has no files in {top[:200]!r}" if top else "The run has no files")
    return found


async def get(tables: Database, run: int, path: str) -> FileRow:
    """The file at this path. Raises NotFound."""
    check_path(path)
    row = await tables.read(lambda conn: files.find(conn, run, path))
    if row is None:
        raise NotFound(f"The run has no file {path!r}")
    return row


async def opened(blobs: BlobStore, row: FileRow, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
    """The bytes of a file. Raises Unavailable where they are missing from the store, which they never should."""
    try:
        return await blobs.open(Digest(row.digest), start=start, end=end)
    except NotFound:
        raise Unavailable(f"The bytes of {row.path!r} ({row.digest}) are missing from the store") from None


async def put(
    tables: Database, blobs: BlobStore, live: Live, run: RunRow, path: str, digest: str, chunks: AsyncIterator[bytes],
    *, now: float,
) -> None:  # fmt: skip
    """Let the path hold these bytes, once they are on disk and have the digest the sender claims."""
    check_path(path)
    expected = _digest(digest)
    _, size = await blobs.put(chunks, expect=expected)
    row = FileRow(path, expected, size, mime_of(path), now)
    await tables.write(lambda conn: files.upsert(conn, run.key, row))
    live.publish(run.project, "files", run.id)


async def take(
    tables: Database, blobs: BlobStore, live: Live, run: RunRow, path: str, chunks: AsyncIterator[bytes], *, now: float
) -> None:
    """Let the path hold these bytes, once they are on disk."""
    check_path(path)
    digest, size = await blobs.put(chunks)
    row = FileRow(path, digest, size, mime_of(path), now)
    await tables.write(lambda conn: files.upsert(conn, run.key, row))
    live.publish(run.project, "files", run.id)


async def offer(
    tables: Database, blobs: BlobStore, live: Live, run: RunRow, path: str, digest: str, *, now: float
) -> bool:
    """Let the path hold bytes that the run's project has already; whether it has them.

    Bytes of other projects do not count: knowing a digest must not give the bytes.
    """
    check_path(path)
    expected = _digest(digest)
    known = await tables.read(lambda conn: files.find_digest(conn, run.project, expected))
    if known is None or not await blobs.has(expected):
        return False
    row = FileRow(path, expected, known.size_bytes, mime_of(path), now)
    await tables.write(lambda conn: files.upsert(conn, run.key, row))
    live.publish(run.project, "files", run.id)
    return True


async def delete(
    tables: Database, live: Live, chosen: Sequence[tuple[RunRow, str]], caller: Caller, now: float
) -> None:
    """Delete files of runs, all or none of them. Raises NotFound where one is not there."""

    def work(conn: Connection) -> None:
        lost = []
        for run, path in chosen:
            digest = files.delete(conn, run.key, path)
            if digest is None:
                raise NotFound(f"The run {run.id!r} has no file {path[:200]!r}")
            lost.append(digest)
            audit.add(
                conn, at=now, user=caller.name, origin=caller.origin, operation="run.file.delete",
                target=f"{run.entity}/{run.project_name}/{run.id}", detail={"path": path},
            )  # fmt: skip
        garbage.drop(conn, lost, now)

    await tables.write(work)
    for project, id in {(run.project, run.id) for run, _ in chosen}:
        live.publish(project, "files", id)


def _digest(text: str) -> Digest:
    try:
        return as_digest(text)
    except ValueError as error:
        raise Rejected(f"X-Gnomon-Digest: {error}", field="X-Gnomon-Digest") from None
