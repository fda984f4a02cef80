"""Files of runs: which path holds which bytes. The bytes themselves lie in the blob store under their digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete as delete_rows
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables import garbage
from gnomon.server.storage.tables.schema import files, runs


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a run; `digest` is the SHA-256 of its bytes in hex."""

    path: str
    digest: str
    size_bytes: int
    mime: str
    updated_at: float


_files = select(files.c.path, files.c.digest, files.c.size_bytes, files.c.mime, files.c.updated_at)


def of_run(conn: Connection, run: int) -> list[FileRow]:
    """All files of a run, by path."""
    return [FileRow(*row) for row in conn.execute(_files.where(files.c.run == run).order_by(files.c.path))]


def find(conn: Connection, run: int, path: str) -> FileRow | None:
    row = conn.execute(_files.where(files.c.run == run, files.c.path == path)).first()
    return FileRow(*row) if row else None


def find_digest(conn: Connection, project: int, digest: str) -> FileRow | None:
    """Some file of the project with these bytes: what may be linked without sending them again."""
    row = conn.execute(
        _files.join(runs, runs.c.key == files.c.run)
        .where(files.c.digest == digest, runs.c.project == project, runs.c.deleted_at.is_(None))
        .limit(1)
    ).first()
    return FileRow(*row) if row else None


def upsert(conn: Connection, run: int, file: FileRow) -> bool:
    """Let the path hold these bytes; says whether it is new."""
    values = {
        "digest": file.digest,
        "size_bytes": file.size_bytes,
        "mime": file.mime,
        "updated_at": file.updated_at,
    }
    place = (files.c.run == run) & (files.c.path == file.path)
    old = conn.execute(select(files.c.digest).where(place)).scalar()
    if old is not None:
        conn.execute(update(files).where(place).values(**values))
        if old != file.digest:
            garbage.drop(conn, [old], file.updated_at)
        return False
    conn.execute(insert(files).values(run=run, path=file.path, **values))
    return True


def add_all(conn: Connection, run: int, given: Sequence[FileRow]) -> None:
    """Give a run that has no files these."""
    values = [{"run": run, **asdict(file)} for file in given]
    if values:
        conn.execute(insert(files), values)


def delete(conn: Connection, run: int, path: str) -> str | None:
    """Remove a file; the digest it named, or None where there was none."""
    found = conn.execute(select(files.c.digest).where(files.c.run == run, files.c.path == path)).scalar()
    conn.execute(delete_rows(files).where(files.c.run == run, files.c.path == path))
    return found


def forget_run(conn: Connection, run: int) -> list[str]:
    """Remove all files of a run; the digests they named."""
    digests = list(conn.execute(select(files.c.digest).where(files.c.run == run).distinct()).scalars())
    conn.execute(delete_rows(files).where(files.c.run == run))
    return digests
