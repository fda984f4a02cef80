"""A catalogue whose pages are damaged, read as far as it can be read: what cannot is missing, and nothing is invented.

Rows are taken as they are; whether they are right, their own checksums tell.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gnomon.server.storage.metrics.embedded.catalogue import Catalogue, Chunk

MOST_NUMBERS = 10_000
"""Numbers of keys that are tried although nothing that could be read names them."""

_CHUNK = ("series", *Chunk._fields)
_TABLES: dict[str, tuple[tuple[str, ...], int, str]] = {
    "meta": (("name", "value"), 1, "ti"),
    "run": (("run", "lsn", "rows", "offsets"), 1, "iiib"),
    "series": (("id", "run", "stream", "key", "stats"), 1, "iittb"),
    "chunk": (_CHUNK, 2, "i" * (len(_CHUNK) - 1) + "b"),
    "middle": (("series", "step_first", "stats"), 2, "iib"),
    "edited": (("run", "times"), 1, "ii"),
}
"""Columns, how many of them are the key, and their types. What is derived from these is left out."""
_TYPES = {"t": str, "i": int, "b": bytes}


def salvage(damaged: Path, to: Path, scratch: Path) -> list[str]:
    """Makes a new catalogue of what can be read of a damaged one; the tables that could not be read to the end.

    The folder `scratch` is made and taken away.
    """
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    try:
        rows, cut = _best(damaged, scratch)
        Catalogue(to).close()
        made = sqlite3.connect(to, isolation_level=None)
        try:
            made.execute("begin")
            for table, (columns, *_) in _TABLES.items():
                marks = ", ".join("?" * len(columns))
                made.executemany(f"insert or ignore into {table} ({', '.join(columns)}) values ({marks})", rows[table])
            made.execute("commit")
        finally:
            made.close()
        return cut
    finally:
        shutil.rmtree(scratch)


_Read = tuple[dict[str, list[tuple[Any, ...]]], list[str]]
"""Rows by table, and the tables that could not be read to the end."""


def _best(damaged: Path, scratch: Path) -> _Read:
    """As it is; or, where that gives nothing, with the first page of a new catalogue, which holds no rows."""
    Catalogue(scratch / "new").close()
    found = _attempt(damaged, scratch / "as-it-is", None)
    if not found[0]["series"] and not found[0]["run"]:
        found = _attempt(damaged, scratch / "first-page", (scratch / "new").read_bytes())
    return found


def _attempt(damaged: Path, copy: Path, first_page_of: bytes | None) -> _Read:
    shutil.copyfile(damaged, copy)
    log = damaged.with_name(damaged.name + "-wal")
    if log.exists():
        shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
    if first_page_of is not None:
        page = bytearray(first_page_of[: int.from_bytes(first_page_of[16:18], "big")])
        pages = copy.stat().st_size // len(page)
        page[28:32] = pages.to_bytes(4, "big")
        page[32:40] = bytes(8)  # free pages are not needed for reading
        with open(copy, "r+b") as file:
            file.write(page)
    connection = sqlite3.connect(copy, isolation_level=None)
    try:
        connection.execute(
            "pragma writable_schema = on"
        )  # a schema that is wrong in one table must not hide the others
        cut: list[str] = []
        found = {table: list(_rows(connection, table, cut)) for table in _TABLES}
        numbers = {row[0] for row in found["series"]} | {row[0] for row in found["chunk"]}
        for table in ("series", "chunk", "middle"):
            found[table] = _by_number(connection, table, found[table], numbers)
        return found, cut
    except sqlite3.DatabaseError:
        return {table: [] for table in _TABLES}, list(_TABLES)
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection, table: str, cut: list[str]) -> Iterator[tuple[Any, ...]]:
    """From both ends to where a page cannot be read."""
    columns, size, types = _TABLES[table]
    seen: set[tuple[Any, ...]] = set()
    for order in ("", " desc"):
        by = ", ".join(f"{column}{order}" for column in columns[:size])
        try:
            for row in connection.execute(f"select {', '.join(columns)} from {table} not indexed order by {by}"):
                if row[:size] in seen:
                    break
                seen.add(row[:size])
                if _typed(row, types):
                    yield row
            else:
                return
        except sqlite3.DatabaseError:
            cut.extend([] if table in cut else [table])


def _by_number(
    connection: sqlite3.Connection, table: str, found: Sequence[tuple[Any, ...]], numbers: set[int]
) -> list[tuple[Any, ...]]:
    """Key by key what lies between two damaged pages."""
    columns, size, types = _TABLES[table]
    rows = {row[:size]: row for row in found}
    most = min(max(numbers, default=0), MOST_NUMBERS + 2 * len(numbers))  # a damaged number may be any
    for number in sorted(numbers | set(range(1, most + 1))):
        try:
            query = f"select {', '.join(columns)} from {table} where {columns[0]} = ?"
            for row in connection.execute(query, (number,)):
                if _typed(row, types):
                    rows.setdefault(row[:size], row)
        except sqlite3.DatabaseError:
            continue
    return list(rows.values())


def _typed(row: tuple[Any, ...], types: str) -> bool:
    return all(isinstance(value, _TYPES[letter]) for value, letter in zip(row, types, strict=True))
