"""From memory into segments: what waits of a run becomes chunks. One thread does it, run by run."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.buckets import Floats, Ints
from gnomon.server.storage.metrics.cells import kinds_of
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded import codec, packs
from gnomon.server.storage.metrics.embedded.catalogue import Catalogue, Chunk, SealedRun, Totals
from gnomon.server.storage.metrics.embedded.few import few_floats, write_few
from gnomon.server.storage.metrics.embedded.lanes import lane_totals
from gnomon.server.storage.metrics.embedded.lod import levels
from gnomon.server.storage.metrics.embedded.reader import ChunkReader
from gnomon.server.storage.metrics.embedded.records import Piece
from gnomon.server.storage.metrics.embedded.rows import RowPart, encode_rows, part_of
from gnomon.server.storage.metrics.embedded.segments import Place, Segments
from gnomon.server.storage.metrics.embedded.selection import Selection
from gnomon.server.storage.metrics.embedded.tail import RunState
from gnomon.server.storage.metrics.embedded.totals import totals_in
from gnomon.server.storage.metrics.points import Values, as_numbers, joined_values
from gnomon.server.storage.metrics.store import RunKey

CHUNK_POINTS = 8192
CHUNK_TEXT_BYTES = 1 << 20
TRAILING = 14
"""Small chunks at the end of a key are merged in pairs of like size, so there are never more than about this many."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be sealed of a run: a snapshot, taken under the lock."""

    run: RunKey
    sealed: SealedRun
    """What the catalogue shall say afterwards."""
    cleared: bool
    streams: dict[str, list[tuple[dict[str, int], list[Piece]]]]
    cuts: dict[str, int]


def load_of(state: RunState) -> Load:
    """What waits of a run, or as much of it as is sealed at a time; call it under the lock."""
    sealed = state.marks[0] if state.marks else SealedRun(state.last_lsn, state.rows, dict(state.offsets))
    streams = {}
    for name, tail in state.streams.items():
        lanes = [(lane.columns, _up_to(lane.pieces, sealed.lsn)) for lane in tail.lanes.values()]
        streams[name] = [(columns, pieces) for columns, pieces in lanes if pieces]
    cuts = {name: min(cut.after_step for cut in tail.cuts) for name, tail in state.streams.items() if tail.cuts}
    return Load(state.run, sealed, state.cleared_lsn > state.sealed_lsn, streams, cuts)


def _up_to(pieces: list[Piece], lsn: int) -> list[Piece]:
    return pieces[: bisect_right(pieces, lsn, key=lambda piece: piece.lsn)]


@dataclass(slots=True)
class Rewrite:
    """Old chunks of a key, the new ones in their place with their middle levels, and what is known of the key then."""

    stream: str
    key: str
    old: list[Chunk]
    new: list[tuple[Chunk, bytes]]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Region:
    """Neighbouring chunks `[first, end)` that become one with the waiting rows `[low, high)`."""

    first: int
    end: int
    low: int
    high: int


class Sealer:
    """Turns loads into chunks and commits them."""

    def __init__(self, catalogue: Catalogue, segments: Segments, reader: ChunkReader) -> None:
        self._catalogue = catalogue
        self._segments = segments
        self._reader = reader

    def seal(self, loads: Sequence[Load]) -> None:
        """Afterwards segments and catalogue hold everything of the runs up to their `sealed.lsn`, for good."""
        for load in loads:
            if load.cleared:
                with self._catalogue.writing() as connection:
                    cat.forget_run(connection, load.run)
            else:
                for stream, after_step in load.cuts.items():
                    self.cut(load.run, stream, after_step)
        rewrites = [
            (load.run, rewrite)
            for load in loads
            for stream, lanes in load.streams.items()
            for rewrite in self._stream(load.run, stream, lanes)
        ]
        self._segments.sync()
        with self._catalogue.writing() as connection:
            for run, rewrite in rewrites:
                series = cat.put_series(connection, run, rewrite.stream, rewrite.key, rewrite.totals)
                cat.replace_chunks(connection, series, rewrite.old, rewrite.new)
                packs.pack_if_long(connection, series, rewrite.totals.points)
            for load in loads:
                cat.put_last_lsn(connection, load.sealed.lsn)
                if load.sealed.offsets or load.sealed.rows:
                    cat.put_run(connection, load.run, load.sealed)

    def _stream(self, run: RunKey, stream: str, lanes: list[tuple[dict[str, int], list[Piece]]]) -> Iterator[Rewrite]:
        """Keys that were logged in the same rows, and are chunked alike, are written together."""
        connection = self._catalogue.connection
        known = cat.series_of(connection, run, stream)
        lanes_of: dict[str, list[int]] = defaultdict(list)
        for number, (columns, _) in enumerate(lanes):
            for key in columns:
                lanes_of[key].append(number)
        fresh: dict[str, Totals] = {}
        for columns, pieces in lanes:
            together = lane_totals(pieces)
            if together is not None:
                for key, totals in together.of_keys(list(columns)):
                    fresh[key] = fresh[key].plus(totals) if key in fresh else totals
        alike: dict[tuple[int, ...], list[str]] = defaultdict(list)
        for key, numbers in lanes_of.items():
            alike[tuple(numbers)].append(key)
        for lane_numbers, keys in alike.items():
            places = [piece.places() for number in lane_numbers for piece in lanes[number][1]]
            steps, times, seqs = (np.concatenate(parts) for parts in zip(*places, strict=True))
            order = np.lexsort((seqs, steps))
            rows = steps[order], times[order], seqs[order]
            groups: dict[tuple[Place, ...], list[tuple[str, list[Chunk]]]] = defaultdict(list)
            for key in keys:
                chunks = cat.chunks_from(connection, known[key][0], int(rows[0][0]), TRAILING) if key in known else []
                groups[tuple(chunk.rows for chunk in chunks)].append((key, chunks))
            for group in groups.values():
                self._segments.turn()
                few = few_floats(rows, group, [lanes[number] for number in lane_numbers])
                if few is not None:
                    for (key, _), chunk in zip(group, write_few(self._segments, rows, few[:, order]), strict=True):
                        totals = known[key][1].plus(fresh[key]) if key in known else fresh[key]
                        yield Rewrite(stream, key, [], [(chunk, b"")], totals)
                    continue
                writer = _GroupWriter(self._segments, self._reader, rows)
                writer.plan(group[0][1])
                for key, chunks in group:
                    parts = [
                        piece.values(lanes[number][0][key]) for number in lane_numbers for piece in lanes[number][1]
                    ]
                    values = joined_values(parts)[order]
                    totals = known[key][1].plus(fresh[key]) if key in known else fresh[key]
                    old, new = writer.write(chunks, values)
                    yield Rewrite(stream, key, old, new, totals)

    def cut(self, run: RunKey, stream: str, after_step: int) -> None:
        """Takes what is above a step out of segments; once or many times is the same."""
        connection = self._catalogue.connection
        rewrites: list[tuple[int, Rewrite | None]] = []
        for key, (series, totals) in cat.series_of(connection, run, stream).items():
            if totals.last_step <= after_step:
                continue
            chunks = cat.chunks_of(connection, series)
            rest = totals_in(self._reader, chunks, Selection(last=after_step))
            if rest is None:
                rewrites.append((series, None))
                continue
            old = [chunk for chunk in chunks if chunk.step_last > after_step]
            new: list[tuple[Chunk, bytes]] = []
            if old[0].step_first <= after_step:
                points = self._reader.points(old[0])
                points = points[points.steps <= after_step]
                self._segments.turn()
                writer = _GroupWriter(self._segments, self._reader, (points.steps, points.times, points.seqs))
                writer.plan([])
                new = writer.write([], points.values)[1]
            rewrites.append((series, Rewrite(stream, key, old, new, rest)))
        self._segments.sync()
        with self._catalogue.writing() as connection:
            for series, rewrite in rewrites:
                if rewrite is None:
                    cat.forget_series(connection, series)
                else:
                    cat.put_series(connection, run, stream, rewrite.key, rewrite.totals)
                    cat.replace_chunks(connection, series, rewrite.old, rewrite.new)


class _GroupWriter:
    """Writes keys that have the same rows: order, splits and rows are found once, values are written key by key."""

    def __init__(self, segments: Segments, reader: ChunkReader, rows: tuple[Ints, Floats, Ints]) -> None:
        self._segments = segments
        self._reader = reader
        self._rows = rows
        self._regions: list[Region] = []
        self._merged: list[SortedRows] = []

    def plan(self, chunks: Sequence[Chunk]) -> None:
        """Which chunks become one with which rows, given the chunks of any key of the group."""
        self._regions = _regions(chunks, self._rows[0])
        for region in self._regions:
            old = [self._reader.rows(chunk) for chunk in chunks[region.first : region.end]]
            low, high = region.low, region.high
            steps = np.concatenate([*(rows.steps for rows in old), self._rows[0][low:high]])
            times = np.concatenate([*(rows.times for rows in old), self._rows[1][low:high]])
            seqs = np.concatenate([*(rows.seqs for rows in old), self._rows[2][low:high]])
            order = None
            if not bool((steps[1:] > steps[:-1]).all()):
                order = np.lexsort((seqs, steps))
                steps, times, seqs = steps[order], times[order], seqs[order]
            self._merged.append(SortedRows(steps, times, seqs, order))

    def write(self, chunks: Sequence[Chunk], waiting: Values) -> tuple[list[Chunk], list[tuple[Chunk, bytes]]]:
        """The chunks of a key that go, and those that come."""
        old: list[Chunk] = []
        new: list[tuple[Chunk, bytes]] = []
        for region, merged in zip(self._regions, self._merged, strict=True):
            parts = [self._reader.values(chunk) for chunk in chunks[region.first : region.end]]
            if region.high > region.low:
                parts.append(waiting[region.low : region.high])
            values = joined_values(parts)
            if merged.order is not None:
                values = values[merged.order]
            old += chunks[region.first : region.end]
            new += merged.write(self._segments, values)
        return old, new


class SortedRows:
    """Rows in order of step and seq, and where in the segments pieces of them are already.

    `order` is how values are put in that order. `written` has the places of rows by what their bytes are, where keys
    that have the same rows are not written by the same object.
    """

    def __init__(
        self, steps: Ints, times: Floats, seqs: Ints, order: NDArray[np.intp] | None = None,
        written: dict[bytes, Place] | None = None,
    ) -> None:  # fmt: skip
        self.steps, self.times, self.seqs, self.order = steps, times, seqs, order
        self._rows: dict[tuple[int, int], Place] = {}
        self._parts: dict[tuple[int, int], RowPart] = {}
        self._written = written

    def write(self, segments: Segments, values: Values) -> Iterator[tuple[Chunk, bytes]]:
        for low, high in _splits(self.steps, values):
            yield self._chunk(segments, low, high, values[low:high])

    def _chunk(self, segments: Segments, low: int, high: int, values: Values) -> tuple[Chunk, bytes]:
        part = self._parts.get((low, high))
        if part is None:
            part = self._parts[low, high] = part_of(self.steps[low:high], self.times[low:high], self.seqs[low:high])
        last, steps, times = part.last, part.steps, part.times
        flags = part.flags | kinds_of(values) * cat.FLOATS
        if values.dtype == object:
            numbers, is_number = as_numbers(values)
            if not is_number.all():
                flags |= cat.MIXED
                last = is_number if last is None else last & is_number
                steps, times = self.steps[low:high][last], self.times[low:high][last]
        else:
            numbers = values.astype(np.float64, copy=False)
        if last is None and _rise(numbers):
            flags |= cat.RISES
        made = None
        if len(steps):
            since = int(self.steps[low]) if flags & cat.AT_STEPS else None
            made = levels(steps, times, numbers if last is None else numbers[last], since)
        fine = made.fine if made is not None and not flags & cat.MIXED else b""
        payloads = [fine, codec.encode(values)]
        place = self._rows.get((low, high))
        if place is None:
            encoded = encode_rows(self.steps[low:high], self.times[low:high], self.seqs[low:high])
            digest = blake2b(encoded, digest_size=16).digest() if self._written is not None else b""
            known = self._written.get(digest) if self._written is not None else None
            if known is not None and known.file == segments.newest:
                place = self._rows[low, high] = known
            else:
                payloads.insert(0, encoded)
        *rows, fine_place, values_place = segments.put(payloads)
        if rows:
            place = self._rows[low, high] = rows[0]
            if self._written is not None:
                self._written[digest] = place
        assert place is not None
        chunk = Chunk(
            int(self.steps[low]), int(self.steps[high - 1]), high - low, part.kept, *part.seqs, flags, place.file,
            place.at, place.size, fine_place.at, fine_place.size, values_place.at, values_place.size,
            made.chunk if made else b"",
        )  # fmt: skip
        return chunk, made.middle if made is not None and not flags & cat.MIXED else b""


def _rise(numbers: Floats) -> bool:
    """Whether all are finite and none is less than the one before it."""
    return bool(np.isfinite(numbers[0]) and np.isfinite(numbers[-1]) and (numbers[1:] >= numbers[:-1]).all())


def _regions(chunks: Sequence[Chunk], steps: Ints) -> list[Region]:
    """How sorted waiting steps meet the chunks at the end of a key."""
    if not chunks:
        return [Region(0, 0, 0, len(steps))] if len(steps) else []
    bounds = [*np.searchsorted(steps, [chunk.step_first for chunk in chunks], "left").tolist(), len(steps)]
    regions = [Region(0, 0, 0, bounds[0])] if bounds[0] else []
    end = first = len(chunks)
    low, size = bounds[-2], bounds[-1] - bounds[-2]
    if size:
        while first and (
            (first == end and int(steps[low]) <= chunks[-1].step_last)
            or (_is_small(chunks[first - 1]) and chunks[first - 1].points <= 2 * size)
        ):
            first -= 1
            low = bounds[first]
            size = bounds[-1] - low + sum(chunk.points for chunk in chunks[first:])
    for at in range(min(first, end - 1)):
        if bounds[at + 1] > bounds[at]:
            regions.append(Region(at, at + 1, bounds[at], bounds[at + 1]))
    if size:
        regions.append(Region(first, end, low, bounds[-1]))
    return regions


def _is_small(chunk: Chunk) -> bool:
    return chunk.points < CHUNK_POINTS // 2 and chunk.values_size < CHUNK_TEXT_BYTES // 4


def _splits(steps: Ints, values: Values) -> Iterator[tuple[int, int]]:
    """Where chunks begin and end: not within a step, and not much over the largest size."""
    sizes = None
    if values.dtype == object:
        sizes = np.cumsum([len(value) if isinstance(value, str) else 8 for value in values])
    low = 0
    while low < len(steps):
        left = len(steps) - low
        high = low + -(-left // -(-left // CHUNK_POINTS))  # alike, so that none is small and has to be merged later
        if sizes is not None:
            before = int(sizes[low - 1]) if low else 0
            high = max(low + 1, min(high, int(np.searchsorted(sizes, before + CHUNK_TEXT_BYTES, "right"))))
        if high < len(steps) and steps[high] == steps[high - 1]:
            start = int(np.searchsorted(steps, steps[high], "left"))
            high = start if start > low else int(np.searchsorted(steps, steps[high], "right"))
        yield low, high
        low = high
