"""Chunks of keys: where their bytes are, with their statistics."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from gnomon.server.storage.metrics.embedded.catalogue.checksums import checked, signed
from gnomon.server.storage.metrics.embedded.segments import Place

MIXED = 1
"""The chunk holds values that are no numbers: its points and those of its levels differ."""

TIMES_FALL = 2
"""Somewhere in the chunk a time is less than one before it, or is not a number."""

EVEN_STEPS = 4
"""Each step of the chunk is the same distance after the one before it."""

AT_STEPS = 8
"""`low_at` and `high_at` of its statistics count steps from the chunk's first step, not points."""

RISES = 16
"""One finite number a step, none less than the one before it: the key can be an x axis by its levels."""

FLOATS, INTS, BOOLS, STRINGS, JSONS = 32, 64, 128, 256, 512
"""Which types of values the chunk holds; `JSONS` is text that is no JSON string. A chunk of format 1 says nothing."""


class Chunk(NamedTuple):
    """A row of the table of the same name. `kept` counts the points that are the last of their step."""

    step_first: int
    step_last: int
    points: int
    kept: int
    seq_first: int
    seq_last: int
    flags: int
    file: int
    rows_at: int
    rows_size: int
    fine_at: int
    fine_size: int
    values_at: int
    values_size: int
    stat: bytes
    """Empty where the chunk has no numbers."""

    @property
    def rows(self) -> Place:
        return Place(self.file, self.rows_at, self.rows_size)

    @property
    def fine(self) -> Place:
        return Place(self.file, self.fine_at, self.fine_size)

    @property
    def values(self) -> Place:
        return Place(self.file, self.values_at, self.values_size)


_COLUMNS = ", ".join(Chunk._fields)

_MARKS = ", ".join("?" * (len(Chunk._fields) + 1))


def chunks_of(connection: sqlite3.Connection, series: int) -> list[Chunk]:
    """The chunks of a key in order of step; they do not overlap."""
    found = connection.execute(f"select {_COLUMNS} from chunk where series = ? order by step_first", (series,))
    return [_chunk(series, row) for row in found]


def chunks_between(connection: sqlite3.Connection, series: int, first: int, last: int) -> list[Chunk]:
    """The chunks of a key that begin within a range of steps, both ends included, in order of step."""
    found = connection.execute(
        f"select {_COLUMNS} from chunk where series = ? and step_first between ? and ? order by step_first",
        (series, first, last),
    )
    return [_chunk(series, row) for row in found]


def count_between(connection: sqlite3.Connection, series: int, first: int, last: int) -> int:
    """How many chunks of a key begin within a range of steps."""
    found = connection.execute(
        "select count(*) from chunk where series = ? and step_first between ? and ?", (series, first, last)
    )
    return int(found.fetchone()[0])


def _chunk(series: int, row: tuple[Any, ...]) -> Chunk:
    return Chunk._make((*row[:-1], checked(row[-1], series, *row[:-1])))


def _chunk_row(series: int, chunk: Chunk) -> tuple[Any, ...]:
    return (series, *chunk[:-1], signed(chunk.stat, series, *chunk[:-1]))


def chunks_from(connection: sqlite3.Connection, series: int, step: int, trailing: int) -> list[Chunk]:
    """The chunks of a key from the one that `step` may belong to, and at least the last few."""
    found = connection.execute(
        "select min(step_first) from (select step_first from chunk where series = ? order by step_first desc limit ?)"
        " union all select max(step_first) from chunk where series = ? and step_first <= ?",
        (series, trailing, series, step),
    ).fetchall()
    if found[0][0] is None:
        return []
    start = found[0][0] if found[1][0] is None else min(found[0][0], found[1][0])
    if found[1][0] is None:
        start = -(2**63)
    rows = connection.execute(
        f"select {_COLUMNS} from chunk where series = ? and step_first >= ? order by step_first", (series, start)
    )
    return [_chunk(series, row) for row in rows]


def chunks_of_many(connection: sqlite3.Connection, series: Sequence[int]) -> dict[int, list[Chunk]]:
    """The chunks of many keys, by key, each in order of step."""
    chunks: dict[int, list[Chunk]] = {}
    for some, marks in _batches(series):
        query = f"select series, {_COLUMNS} from chunk where series in ({marks}) order by series, step_first"
        for row in connection.execute(query, some):
            chunks.setdefault(row[0], []).append(_chunk(row[0], row[1:]))
    return chunks


def middles_of_many(connection: sqlite3.Connection, series: Sequence[int]) -> dict[int, dict[int, bytes]]:
    """The middle levels of chunks, by key and first step of the chunk."""
    middles: dict[int, dict[int, bytes]] = {}
    for some, marks in _batches(series):
        found = connection.execute(f"select series, step_first, stats from middle where series in ({marks})", some)
        for number, step_first, stats in found:
            middles.setdefault(number, {})[step_first] = checked(stats, number, step_first)
    return middles


def middles_between(
    connection: sqlite3.Connection, series: int, first: int, last: int
) -> dict[int, tuple[bytes, bytes]]:  # fmt: skip
    """The statistic and the middle level of chunks that begin within a range of steps, by their first step."""
    found = connection.execute(
        "select step_first, chunk.stat, middle.stats from middle join chunk using (series, step_first)"
        " where series = ? and step_first between ? and ?",
        (series, first, last),
    )
    return {step: (stat[:-4], checked(stats, series, step)) for step, stat, stats in found}


def _batches(numbers: Sequence[int]) -> Iterator[tuple[Sequence[int], str]]:
    """Some at a time, with as many question marks."""
    for at in range(0, len(numbers), 500):
        some = numbers[at : at + 500]
        yield some, ", ".join("?" * len(some))


def replace_chunks(
    connection: sqlite3.Connection, series: int, old: Sequence[Chunk], new: Sequence[tuple[Chunk, bytes]]
) -> None:
    """Puts chunks with their middle levels in the place of others, whose bytes are counted as dead."""
    gone = [(series, chunk.step_first) for chunk in old]
    if gone:
        connection.executemany("delete from chunk where series = ? and step_first = ?", gone)
        connection.executemany("delete from middle where series = ? and step_first = ?", gone)
        count_dead(connection, old)
    connection.executemany(f"insert into chunk values ({_MARKS})", [_chunk_row(series, chunk) for chunk, _ in new])
    middles = [(series, chunk.step_first, signed(stats, series, chunk.step_first)) for chunk, stats in new if stats]
    if middles:
        connection.executemany("insert into middle values (?, ?, ?)", middles)


def hand_over(connection: sqlite3.Connection, series: int, to_series: int, chunks: Sequence[Chunk]) -> None:
    """Makes chunks of one key chunks of another."""
    share(connection, series, to_series, chunks)
    gone = [(series, chunk.step_first) for chunk in chunks]
    connection.executemany("delete from chunk where series = ? and step_first = ?", gone)
    connection.executemany("delete from middle where series = ? and step_first = ?", gone)


def share(connection: sqlite3.Connection, series: int, to_series: int, chunks: Sequence[Chunk]) -> None:
    """Makes chunks of one key chunks of another too: both name the same bytes."""
    connection.executemany(f"insert into chunk values ({_MARKS})", [_chunk_row(to_series, chunk) for chunk in chunks])
    steps = {chunk.step_first for chunk in chunks}
    middles = [
        (to_series, step, signed(stats, to_series, step))
        for step, stats in middles_of_many(connection, [series]).get(series, {}).items()
        if step in steps
    ]
    connection.executemany("insert into middle values (?, ?, ?)", middles)


def move_chunks(connection: sqlite3.Connection, moved: Sequence[tuple[int, Chunk]]) -> None:
    """Notes where the bytes of chunks are now."""
    connection.executemany(f"insert or replace into chunk values ({_MARKS})", [_chunk_row(*one) for one in moved])


def count_dead(connection: sqlite3.Connection, chunks: Sequence[Chunk]) -> None:
    """Notes that bytes of chunks which are not in the table any more are not needed, where no other chunk has them."""
    dead: dict[int, int] = {}
    for chunk in chunks:
        if not _named(connection, chunk):
            dead[chunk.file] = dead.get(chunk.file, 0) + chunk.fine_size + chunk.values_size
    connection.executemany(
        "insert into file values (?, ?) on conflict do update set dead = dead + excluded.dead", list(dead.items())
    )


def _named(connection: sqlite3.Connection, chunk: Chunk) -> bool:
    """Whether a row of the table has the bytes of the chunk: of a run that was forked, or of the fork."""
    where = chunk.file, chunk.rows_at, chunk.values_at
    query = "select 1 from chunk where file = ? and rows_at = ? and values_at = ? limit 1"
    return connection.execute(query, where).fetchone() is not None


def chunks_in(connection: sqlite3.Connection, file: int, limit: int) -> list[tuple[int, Chunk]]:
    """Some chunks whose bytes are in a file, with their keys: those with the same rows, or bytes, side by side."""
    found = connection.execute(
        f"select series, {_COLUMNS} from chunk where file = ? order by rows_at, values_at limit ?", (file, limit)
    )
    return [(row[0], _chunk(row[0], row[1:])) for row in found]
