"""One key of one run as it is at a moment: its chunks in segments, and the points that wait in memory."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.buckets import Floats, Ints
from gnomon.server.storage.metrics.embedded import codec
from gnomon.server.storage.metrics.embedded.cache import Cache
from gnomon.server.storage.metrics.embedded.catalogue import (
    EVEN_STEPS,
    MIXED,
    Catalogue,
    Chunk,
    Totals,
    chunks_between,
    chunks_of_many,
    find_series,
    middles_between,
    sealed_run,
    series_of,
)
from gnomon.server.storage.metrics.embedded.lod import FINE, MIDDLE, STAT, Fine, decode_fine
from gnomon.server.storage.metrics.embedded.packs import LONG, PackedChunks, chunks_of_long, table_of
from gnomon.server.storage.metrics.embedded.rows import RowsOfChunk
from gnomon.server.storage.metrics.embedded.segments import Gone, Segments
from gnomon.server.storage.metrics.embedded.tail import Waiting, points_waiting, step_cut
from gnomon.server.storage.metrics.points import Points, Values, as_numbers, in_order, joined, no_points
from gnomon.server.storage.metrics.store import RunKey
from gnomon.server.zstandard import ZstdError

T = TypeVar("T")

NOTHING = no_points()


class SealedKey:
    """The chunks of a key as the catalogue had them when everything up to `lsn` was sealed."""

    def __init__(self, lsn: int, series: int | None, chunks: Sequence[Chunk]) -> None:
        self.lsn = lsn
        self.series = series
        self.chunks = chunks
        self.outdated = False
        """Set once the catalogue is seen to have other chunks."""

    def __len__(self) -> int:
        return len(self.chunks)

    @property
    def size_bytes(self) -> int:
        return 1000 + (250 if isinstance(self.chunks, PackedChunks) else 1000) * len(self.chunks)

    @cached_property
    def table(self) -> NDArray[np.void]:
        """The chunks as rows of `ROW`."""
        return table_of(self.chunks)

    @property
    def stats(self) -> NDArray[np.void]:
        """The upper level; a chunk without numbers has a row of nothing."""
        stats: NDArray[np.void] = self.table["stat"]
        return stats

    @cached_property
    def step_first(self) -> Ints:
        return np.array(self.table["step_first"], np.int64)

    @cached_property
    def step_last(self) -> Ints:
        return np.array(self.table["step_last"], np.int64)

    @cached_property
    def flags(self) -> Ints:
        return self.table["flags"].astype(np.int64)

    @property
    def repeated(self) -> NDArray[np.bool_]:
        """Chunks in which a step comes several times."""
        repeated: NDArray[np.bool_] = self.table["points"] != self.table["kept"]
        return repeated

    @property
    def rows(self) -> Ints:
        """Where the rows of each chunk are: two numbers that are the same for chunks with the same rows only."""
        return np.stack((self.table["file"].astype(np.int64), self.table["rows_at"]), axis=1)


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key at a moment. `cut` is the last step that segments still hold of it."""

    sealed: SealedKey
    waiting: Points
    cut: int | None


class ChunkReader:
    """Unpacks what chunks hold, and remembers it."""

    def __init__(self, catalogue: Catalogue, segments: Segments, cache: Cache) -> None:
        self._catalogue = catalogue
        self._segments = segments
        self._cache = cache

    def view(self, run: RunKey, stream: str, key: str, waiting: Waiting, version: tuple[int, int]) -> KeyView:
        """The key as it is; `version` counts the changes of the run in the catalogue."""
        name = ("key", run, stream, key)
        held = self._cache.peek(name)
        if held is not None and held[0] == version and not held[1].outdated:
            sealed: SealedKey = held[1]
        else:
            with self._catalogue.reading() as connection:
                sealed = self._load(connection, stream, [(run, key)])[run, key]
            self._cache.put(name, (version, sealed), sealed.size_bytes)
        points = points_waiting(waiting, key, sealed.lsn) if waiting.lanes else NOTHING
        if waiting.cleared_lsn > sealed.lsn:
            return KeyView(SealedKey(sealed.lsn, None, []), points, None)
        return KeyView(sealed, points, step_cut(waiting, sealed.lsn))

    def known_totals(self, run: RunKey, stream: str, version: tuple[int, int]) -> tuple[int, dict[str, Totals]]:
        """What the catalogue knows of each key of a stream, and up to which lsn the run was sealed then."""
        name = ("totals", run, stream)
        held = self._cache.peek(name)
        if held is not None and held[0] == version:
            lsn, totals = held[1]
            return lsn, totals
        with self._catalogue.reading() as connection:
            lsn = sealed_run(connection, run).lsn
            totals = {key: totals for key, (_, totals) in series_of(connection, run, stream).items()}
        texts = sum(len(text) for one in totals.values() for text in (one.first, one.last) if isinstance(text, str))
        self._cache.put(name, (version, (lsn, totals)), 500 + 600 * len(totals) + texts)
        return lsn, totals

    def preload(
        self, stream: str, keys: Sequence[tuple[RunKey, str]], versions: Mapping[RunKey, tuple[int, int]]
    ) -> None:
        """Reads what the catalogue has of many keys at one time, so that `view` finds it."""
        missing = [
            (run, key)
            for run, key in dict.fromkeys(keys)
            if (held := self._cache.peek(("key", run, stream, key))) is None
            or held[0] != versions[run]
            or held[1].outdated
        ]
        if len(missing) < 2:
            return
        with self._catalogue.reading() as connection:
            loaded = self._load(connection, stream, missing)
        for (run, key), sealed in loaded.items():
            self._cache.put(("key", run, stream, key), (versions[run], sealed), sealed.size_bytes)

    @staticmethod
    def _load(
        connection: sqlite3.Connection, stream: str, keys: Sequence[tuple[RunKey, str]]
    ) -> dict[tuple[RunKey, str], SealedKey]:
        marks = {run: sealed_run(connection, run).lsn for run in {run for run, _ in keys}}
        found = {
            (run, key): known for run, key in keys if (known := find_series(connection, run, stream, key)) is not None
        }
        short = [series for series, totals in found.values() if totals.points < LONG]
        chunks: dict[int, Sequence[Chunk]] = dict(chunks_of_many(connection, short))
        for series, totals in found.values():
            if totals.points >= LONG:
                chunks[series] = chunks_of_long(connection, series, totals.points)
        loaded = {}
        for run, key in keys:
            if (run, key) not in found:
                loaded[run, key] = SealedKey(marks[run], None, [])
                continue
            series, totals = found[run, key]
            sealed = loaded[run, key] = SealedKey(marks[run], series, chunks.get(series, []))
            if totals.points != sealed.table["points"].sum():
                raise Unavailable(f"the catalogue of the metric store is damaged: run {run} lacks chunks of {key!r}")
        return loaded

    def middle_rows(self, sealed: SealedKey, chunks: Ints) -> tuple[NDArray[np.void], Ints]:
        """The middle levels of chunks, which ascend, one after another, and which chunk each row is of.

        A chunk that has none stands there with its statistic. Raises Gone where the catalogue has other chunks now.
        """
        table = sealed.table[chunks]
        deep = np.flatnonzero((table["kept"] > MIDDLE) & (table["flags"] & MIXED == 0)).tolist()
        names = [
            ("middle", file, at) for file, at in zip(table["file"].tolist(), table["values_at"].tolist(), strict=True)
        ]
        found: dict[int, bytes] = {at: data for at in deep if (data := self._cache.peek(names[at])) is not None}
        missing = [at for at in deep if at not in found]
        if missing and sealed.series is not None:
            steps = table["step_first"].tolist()
            with self._catalogue.reading() as connection:
                read = middles_between(connection, sealed.series, steps[missing[0]], steps[missing[-1]])
                for at in missing:
                    stat, middle = read.get(steps[at], (b"", b""))
                    if stat != table["stat"][at].tobytes():
                        sealed.outdated = True
                        raise _gone(connection, sealed.series, sealed.chunks[int(chunks[at])])
                    found[at] = middle
                    self._cache.put(names[at], middle, len(middle) + 300)
        parts = [found.get(at) or table["stat"][at].tobytes() for at in range(len(table))]
        sizes = [len(part) // STAT.itemsize for part in parts]
        return np.frombuffer(b"".join(parts), STAT), np.repeat(chunks, sizes)

    def rows(self, chunk: Chunk) -> RowsOfChunk:
        """The rows of a chunk, shared by the keys that were logged with it."""
        place = chunk.rows
        return self._cache.get(
            ("rows", place),
            lambda: _named(place, lambda: RowsOfChunk(self._segments.get(place))),
            lambda rows: rows.size_bytes,
        )

    def values(self, chunk: Chunk) -> Values:
        """All values of a chunk."""
        place = chunk.values
        return self._cache.get(
            ("values", place),
            lambda: _named(place, lambda: codec.decode(self._segments.get(place), chunk.points)),
            lambda values: values.nbytes * (12 if values.dtype == object else 1) + 200,
        )

    def fine(self, chunk: Chunk) -> Fine:
        """The finest level of a chunk."""
        place = chunk.fine
        return self._cache.get(
            ("fine", place),
            lambda: _named(place, lambda: decode_fine(self._segments.get(place), chunk.kept)),
            lambda fine: 88 * len(fine.low) + 400,
        )

    def fine_steps(self, chunk: Chunk) -> tuple[Ints, Ints]:
        """The first and the last step of each block of the finest level, of which the chunk has more than one."""
        if chunk.flags & EVEN_STEPS:
            first = even_steps(chunk, FINE)
            return first, np.append(first[1:] - stride(chunk), chunk.step_last)
        rows = self.rows(chunk).fine
        return rows.step_first, rows.step_last

    def points(self, chunk: Chunk) -> Points:
        """All points of a chunk, in order of step and seq."""
        rows = self.rows(chunk)
        return Points(rows.steps, rows.times, rows.seqs, self.values(chunk))

    def numbers(self, chunk: Chunk) -> tuple[Ints, Floats, NDArray[np.bool_] | None]:
        """Steps and values of the numbers that are the last of their step, and which rows have them (None: all)."""
        values = self.values(chunk)
        if chunk.flags & (EVEN_STEPS | MIXED) == EVEN_STEPS and values.dtype != object:
            return even_steps(chunk, 1), values.astype(np.float64, copy=False), None
        rows = self.rows(chunk)
        kept = rows.last
        numbers, is_number = as_numbers(values)
        if chunk.flags & MIXED:
            kept = is_number if kept is None else kept & is_number
        return (rows.steps, numbers, None) if kept is None else (rows.steps[kept], numbers[kept], kept)


def all_points(reader: ChunkReader, view: KeyView, first: int = -(2**63), last: int = 2**63 - 1) -> Points:
    """Every point of a key whose step is in the range, in order of step and seq."""
    sealed, tail = view.sealed, view.waiting
    parts = []
    last_sealed = last if view.cut is None else min(last, view.cut)
    low = int(np.searchsorted(sealed.step_last, first, "left"))
    high = int(np.searchsorted(sealed.step_first, last_sealed, "right"))
    for chunk in sealed.chunks[low:high]:
        points = reader.points(chunk)
        if chunk.step_first < first or chunk.step_last > last_sealed:
            points = points[(points.steps >= first) & (points.steps <= last_sealed)]
        parts.append(points)
    if len(tail):
        parts.append(tail[int(np.searchsorted(tail.steps, first)) : int(np.searchsorted(tail.steps, last, "right"))])
    return in_order(joined(parts)) if parts else no_points()


def stride(chunk: Chunk) -> int:
    """The distance of the steps of a chunk with even steps."""
    return (chunk.step_last - chunk.step_first) // max(1, chunk.points - 1)


def even_steps(chunk: Chunk, per: int) -> Ints:
    """Each `per`-th step of a chunk with even steps."""
    apart = stride(chunk)
    if chunk.step_first > -(2**50) and chunk.step_last < 2**50:  # `arange` counts in floats
        return np.arange(chunk.step_first, chunk.step_last + 1, max(1, apart * per), dtype=np.int64)
    return chunk.step_first + np.arange(0, chunk.points, per, dtype=np.int64) * apart


def _gone(connection: sqlite3.Connection, series: int, chunk: Chunk) -> Exception:
    """Why the middle level of a chunk is not there: the chunk is another now, or the catalogue is damaged."""
    now = chunks_between(connection, series, chunk.step_first, chunk.step_first)
    if [(one.points, one.stat) for one in now] != [(chunk.points, chunk.stat)]:
        return Gone(f"the chunk at step {chunk.step_first} of series {series}")
    return Unavailable(
        "the catalogue of the metric store is damaged:"
        f" series {series} lacks the middle level of the chunk at step {chunk.step_first}"
    )


def _named(place: object, unpack: Callable[[], T]) -> T:
    """Says where the bytes are that cannot be unpacked although their checksum is right."""
    try:
        return unpack()
    except (ValueError, IndexError, zlib.error, ZstdError) as error:
        raise Unavailable(f"a part of the metric store cannot be read ({error}): {place}") from error
