"""A catalogue whose pages are damaged, read as far as it can be read: what cannot is missing, and nothing is invented.

Rows are taken as they are; whether they are right, their own checksums tell.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from gnomon.server.storage.metrics.embedded.catalogue import Catalogue, Chunk
from gnomon.server.storage.metrics.embedded.checks.judge import any_text

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


class Salvaged(NamedTuple):
    """What could be read of a catalogue."""

    rows: dict[str, list[tuple[Any, ...]]]
    """By table."""
    cut: list[str]
    """Tables that may have had more."""
    unread: list[tuple[int, str, str]]
    """Run, stream and key of which an index tells, and whose own row could not be read."""


def salvage(damaged: Path, to: Path, scratch: Path) -> Salvaged:
    """Makes a new catalogue of what can be read of a damaged one. The folder `scratch` is made and taken away."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    try:
        found = _best(damaged, scratch)
        Catalogue(to).close()
        made = sqlite3.connect(to, isolation_level=None)
        try:
            made.execute("begin")
            for table, (columns, *_) in _TABLES.items():
                marks = ", ".join("?" * len(columns))
                made.executemany(
                    f"insert or ignore into {table} ({', '.join(columns)}) values ({marks})", found.rows[table]
                )
            made.execute("commit")
        finally:
            made.close()
        return found
    finally:
        shutil.rmtree(scratch)


def _best(damaged: Path, scratch: Path) -> Salvaged:
    """As it is; or, where that gives nothing, with the first page of a new catalogue, which holds no rows."""
    Catalogue(scratch / "new").close()
    found = _attempt(damaged, scratch / "as-it-is", None)
    if not found.rows["series"] and not found.rows["run"]:
        found = _attempt(damaged, scratch / "first-page", (scratch / "new").read_bytes())
    return found


def _attempt(damaged: Path, copy: Path, first_page_of: bytes | None) -> Salvaged:
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
    connection.text_factory = any_text
    try:
        # A schema that is wrong in one table must not hide the others.
        connection.execute("pragma writable_schema = on")
        cut: list[str] = list(_TABLES) if _is_short(copy) else []
        found = {table: list(_rows(connection, table, cut)) for table in _TABLES}
        numbers = {row[0] for row in found["series"]} | {row[0] for row in found["chunk"]}
        for table in ("series", "chunk", "middle"):
            found[table] = _by_number(connection, table, found[table], numbers)
        return Salvaged(found, cut, _unread(connection, {row[0] for row in found["series"]}, cut))
    except sqlite3.DatabaseError:
        return Salvaged({table: [] for table in _TABLES}, list(_TABLES), [])
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
                    cut.append(table)
            else:
                return
        except sqlite3.DatabaseError:
            cut.append(table)


def _unread(connection: sqlite3.Connection, numbers: set[int], cut: list[str]) -> list[tuple[int, str, str]]:
    """Keys that the index of names has, and the table has not."""
    query = "select id, run, stream, key from series indexed by sqlite_autoindex_series_1 order by run, stream, key"
    unread = []
    try:
        for number, *name in connection.execute(query):
            if number not in numbers and _typed(tuple(name), "itt"):
                unread.append((name[0], name[1], name[2]))
    except sqlite3.DatabaseError:
        cut.append("series")
    return unread


def _is_short(path: Path) -> bool:
    """Whether the file has fewer pages than its head tells."""
    with open(path, "rb") as file:
        head = file.read(32)
    size = int.from_bytes(head[16:18], "big")
    return len(head) < 32 or int.from_bytes(head[28:32], "big") * (65536 if size == 1 else size) > path.stat().st_size


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
