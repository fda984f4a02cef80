"""Segment files, as far as the catalogue knows of them."""

from __future__ import annotations

import sqlite3


def end_of_files(connection: sqlite3.Connection) -> tuple[int, int]:
    """The newest file that some chunk is in, and where the last chunk in it ends; nothing is (0, 0)."""
    row = connection.execute(
        "select file, max(values_at + values_size) from chunk where file = (select max(file) from chunk) group by file"
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def is_in_use(connection: sqlite3.Connection, file: int) -> bool:
    """Whether some chunk is in a file."""
    return connection.execute("select 1 from chunk where file = ? limit 1", (file,)).fetchone() is not None


def dead_bytes(connection: sqlite3.Connection) -> dict[int, int]:
    """How many bytes of each file were let go of since it was begun."""
    return dict(connection.execute("select file, dead from file"))


def forget_file(connection: sqlite3.Connection, file: int) -> None:
    """The file is not there any more."""
    connection.execute("delete from file where file = ?", (file,))
