"""The chunks of a long key, 64 rows of the catalogue in one: a first look at a key costs little, however long it is.

A pack is a copy of rows of the table `chunk`. Whatever changes one of these rows takes the pack away: triggers of the
catalogue see to that, so that whoever writes chunks need not think of packs. Sealing and compaction make them anew.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded.catalogue import Chunk
from gnomon.server.storage.metrics.embedded.lod import STAT

PACK = 64
"""Chunks in a pack. At the end of a key as many and more are left loose: they are still changing."""
LONG = 2 * PACK * 1024
"""Keys with fewer points are not looked at for packs."""

ROW = np.dtype(
    [
        ("step_first", "<i8"), ("step_last", "<i8"), ("points", "<i4"), ("kept", "<i4"),
        ("seq_first", "<i8"), ("seq_last", "<i8"), ("flags", "<i4"), ("file", "<i4"),
        ("rows_at", "<i8"), ("rows_size", "<u4"), ("fine_at", "<i8"), ("fine_size", "<u4"),
        ("values_at", "<i8"), ("values_size", "<u4"), ("stat", STAT),
    ]
)  # fmt: skip
"""A chunk. Where it has no numbers its statistic is all zeros."""
_row = struct.Struct("<qqiiqqiiqIqIqI")
_NO_STAT = bytes(STAT.itemsize)

_LEAST, _GREATEST = -(2**63), 2**63 - 1


class PackedChunks(Sequence[Chunk]):
    """Chunks as they lie in packs; each is made when it is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.table: NDArray[np.void] = np.frombuffer(data, ROW)

    def __len__(self) -> int:
        return len(self.table)

    @overload
    def __getitem__(self, at: int) -> Chunk: ...
    @overload
    def __getitem__(self, at: slice) -> list[Chunk]: ...
    def __getitem__(self, at: int | slice) -> Chunk | list[Chunk]:
        if isinstance(at, slice):
            return [self._chunk(place) for place in range(*at.indices(len(self)))]
        return self._chunk(range(len(self))[at])

    def _chunk(self, at: int) -> Chunk:
        end = (at + 1) * ROW.itemsize
        stat = self._data[end - STAT.itemsize : end]
        return Chunk._make((*_row.unpack_from(self._data, at * ROW.itemsize), b"" if stat == _NO_STAT else stat))


def table_of(chunks: Sequence[Chunk]) -> NDArray[np.void]:
    """Chunks as a table of `ROW`."""
    return chunks.table if isinstance(chunks, PackedChunks) else np.frombuffer(_rows(chunks), ROW)


def chunks_of_long(connection: sqlite3.Connection, series: int, points: int) -> Sequence[Chunk]:
    """The chunks of a key that has so many points, in order of step."""
    found = connection.execute(
        "select step_first, step_last, chunks from pack where series = ? order by step_first", (series,)
    )
    packs = [(first, last, data[:-4]) for first, last, data in found if cat.is_right(data, series, first, last)]
    if not packs:
        return cat.chunks_of(connection, series)
    gaps = _gaps([(first, last) for first, last, _ in packs])
    loose = [b""] * len(gaps)
    ends = 0, len(gaps) - 1
    for at in ends:
        loose[at] = _rows(cat.chunks_between(connection, series, *gaps[at]))
    chunks = _joined(packs, loose)
    if chunks.table["points"].sum() == points:
        return chunks
    for at in range(1, ends[1]):
        loose[at] = _rows(cat.chunks_between(connection, series, *gaps[at]))
    return _joined(packs, loose)


def pack(connection: sqlite3.Connection, series: int) -> None:
    """Puts the chunks of a key that are in no pack into packs, but for those at its end."""
    found = connection.execute("select step_first, step_last from pack where series = ? order by step_first", (series,))
    *gaps, end = _gaps(found.fetchall())
    for gap in (*gaps, end):
        count = cat.count_between(connection, series, *gap)
        packed = count if gap is not end else max(0, count // PACK - 1) * PACK
        chunks = cat.chunks_between(connection, series, *gap) if packed else []
        for at in range(0, packed, PACK):
            some = chunks[at : at + PACK]
            row = series, some[0].step_first, some[-1].step_last
            connection.execute("insert into pack values (?, ?, ?, ?)", (*row, cat.signed(_rows(some), *row)))


def pack_if_long(connection: sqlite3.Connection, series: int, points: int) -> None:
    """The same where the key has points enough: to look at each key would take long where there are many."""
    if points >= LONG:
        pack(connection, series)


def _gaps(packs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The steps before, between and after packs, both ends included."""
    bounds = [(_LEAST, _LEAST), *packs, (_GREATEST, _GREATEST)]
    gaps = [[before[1] + 1, after[0] - 1] for before, after in pairwise(bounds)]
    gaps[0][0], gaps[-1][1] = _LEAST, _GREATEST
    return [(first, last) if _LEAST <= first <= last <= _GREATEST else (0, -1) for first, last in gaps]


def _joined(packs: Sequence[tuple[int, int, bytes]], loose: Sequence[bytes]) -> PackedChunks:
    return PackedChunks(loose[0] + b"".join(data + rest for (_, _, data), rest in zip(packs, loose[1:], strict=True)))


def _rows(chunks: Sequence[Chunk]) -> bytes:
    return b"".join(_row.pack(*chunk[:-1]) + (chunk.stat or _NO_STAT) for chunk in chunks)
