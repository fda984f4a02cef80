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
from gnomon.server.storage.metrics.buckets import Blocks, Floats, Ints
from gnomon.server.storage.metrics.embedded import codec
from gnomon.server.storage.metrics.embedded.cache import Cache
from gnomon.server.storage.metrics.embedded.catalogue import (
    EVEN_STEPS,
    MIXED,
    Catalogue,
    Chunk,
    Totals,
    chunks_of_many,
    find_series,
    middles_of_many,
    sealed_run,
    series_of,
)
from gnomon.server.storage.metrics.embedded.lod import FINE, MIDDLE, STAT, Fine, decode_fine
from gnomon.server.storage.metrics.embedded.rows import RowsOfChunk
from gnomon.server.storage.metrics.embedded.segments import Segments
from gnomon.server.storage.metrics.embedded.tail import Waiting, points_waiting, step_cut
from gnomon.server.storage.metrics.embedded.zstandard import ZstdError
from gnomon.server.storage.metrics.points import Points, Values, as_numbers
from gnomon.server.storage.metrics.store import RunKey

T = TypeVar("T")


class SealedKey:
    """The chunks of a key as the catalogue had them when everything up to `lsn` was sealed."""

    def __init__(self, lsn: int, series: int | None, chunks: list[Chunk], middles: dict[int, bytes]) -> None:
        self.lsn = lsn
        self.series = series
        self.chunks = chunks
        self._middles = middles
        self.step_first = np.array([chunk.step_first for chunk in chunks], np.int64)
        self.step_last = np.array([chunk.step_last for chunk in chunks], np.int64)
        self.repeated = np.array([chunk.points != chunk.kept for chunk in chunks], np.bool_)
        self.flags = np.array([chunk.flags for chunk in chunks], np.int64)

    @property
    def size_bytes(self) -> int:
        return 500 + 700 * len(self.chunks) + sum(map(len, self._middles.values()))

    @cached_property
    def stats(self) -> NDArray[np.void]:
        """The upper level; a chunk without numbers has a row of nothing."""
        nothing = bytes(STAT.itemsize)
        return np.frombuffer(b"".join(chunk.stat or nothing for chunk in self.chunks), STAT)

    def middle(self, at: int) -> NDArray[np.void] | None:
        """The middle level of a chunk; None where it has none."""
        data = self._middles.get(self.chunks[at].step_first)
        return None if data is None else np.frombuffer(data, STAT)


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
        if held is not None and held[0] == version:
            sealed: SealedKey = held[1]
        else:
            with self._catalogue.reading() as connection:
                sealed = self._load(connection, stream, [(run, key)])[run, key]
            self._cache.put(name, (version, sealed), sealed.size_bytes)
        points = points_waiting(waiting, key, sealed.lsn)
        if waiting.cleared_lsn > sealed.lsn:
            return KeyView(SealedKey(sealed.lsn, None, [], {}), points, None)
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
            if (held := self._cache.peek(("key", run, stream, key))) is None or held[0] != versions[run]
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
        chunks = chunks_of_many(connection, [series for series, _ in found.values()])
        deep = [series for series, some in chunks.items() if any(chunk.kept > MIDDLE for chunk in some)]
        middles = middles_of_many(connection, deep)
        loaded = {}
        for run, key in keys:
            if (run, key) not in found:
                loaded[run, key] = SealedKey(marks[run], None, [], {})
                continue
            series, totals = found[run, key]
            own = chunks.get(series, [])
            if totals.points != sum(chunk.points for chunk in own):
                raise Unavailable(f"the catalogue of the metric store is damaged: run {run} lacks chunks of {key!r}")
            loaded[run, key] = SealedKey(marks[run], series, own, middles.get(series, {}))
        return loaded

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
            lambda fine: 72 * len(fine.low) + 400,
        )

    def fine_blocks(self, chunk: Chunk, over: str) -> Blocks:
        """The finest level of a chunk, which has more than one block of it, as blocks over `_step` or `_time`."""
        fine = self.fine(chunk)
        if over != "_time" and chunk.flags & EVEN_STEPS:
            first = even_steps(chunk, FINE)
            last = np.append(first[1:] - stride(chunk), chunk.step_last)
            return Blocks(first.astype(np.float64), last.astype(np.float64), first, last, *_columns(fine))
        rows = self.rows(chunk).fine
        if over == "_time":
            return Blocks(rows.time_first, rows.time_last, rows.step_first, rows.step_last, *_columns(fine))
        first, last = rows.step_first, rows.step_last
        return Blocks(first.astype(np.float64), last.astype(np.float64), first, last, *_columns(fine))

    def points(self, chunk: Chunk) -> Points:
        """All points of a chunk, in order of step and seq."""
        rows = self.rows(chunk)
        return Points(rows.steps, rows.times, rows.seqs, self.values(chunk))

    def numbers(self, chunk: Chunk, over: str) -> tuple[Floats, NDArray[np.int64], Floats]:
        """x, steps and values of the numbers that are the last of their step."""
        values = self.values(chunk)
        if over != "_time" and chunk.flags & (EVEN_STEPS | MIXED) == EVEN_STEPS:
            steps = even_steps(chunk, 1)
            return steps.astype(np.float64), steps, as_numbers(values)[0]
        rows = self.rows(chunk)
        steps = rows.steps
        x = rows.times if over == "_time" else None
        kept = rows.last
        if chunk.flags & MIXED:
            is_number = as_numbers(values)[1]
            kept = is_number if kept is None else kept & is_number
        if kept is not None:
            steps, values, x = steps[kept], values[kept], None if x is None else x[kept]
        return steps.astype(np.float64) if x is None else x, steps, as_numbers(values)[0]


def _columns(fine: Fine) -> tuple[Floats, Floats, Floats, Floats, Floats, Ints, Ints, Ints, Ints]:
    counts = fine.count, fine.nan, fine.pos_inf, fine.neg_inf
    return fine.low, fine.high, fine.total, fine.first, fine.last, *counts


def stride(chunk: Chunk) -> int:
    """The distance of the steps of a chunk with even steps."""
    return (chunk.step_last - chunk.step_first) // max(1, chunk.points - 1)


def even_steps(chunk: Chunk, per: int) -> Ints:
    """Each `per`-th step of a chunk with even steps."""
    apart = stride(chunk)
    return chunk.step_first + np.arange(0, chunk.points, per, dtype=np.int64) * apart


def _named(place: object, unpack: Callable[[], T]) -> T:
    """Says where the bytes are that cannot be unpacked although their checksum is right."""
    try:
        return unpack()
    except (ValueError, IndexError, zlib.error, ZstdError) as error:
        raise Unavailable(f"a part of the metric store cannot be read ({error}): {place}") from error
