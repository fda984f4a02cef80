"""A curve from levels of detail: what is read grows with the buckets, not with the points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.axes import within
from gnomon.server.storage.metrics.buckets import (
    Blocks,
    Ints,
    as_buckets,
    bucketed,
    grouped,
    joined_blocks,
    no_buckets,
    of_points,
    starts_on_grid,
)
from gnomon.server.storage.metrics.embedded import where
from gnomon.server.storage.metrics.embedded.axis import Axis, Clean, Part, Raw, axis_of, joined_pairs
from gnomon.server.storage.metrics.embedded.catalogue import MIXED
from gnomon.server.storage.metrics.embedded.lod import FINE, MIDDLE, fine_blocks, joined_fine, stat_blocks
from gnomon.server.storage.metrics.embedded.reader import ChunkReader, KeyView, SealedKey, all_points
from gnomon.server.storage.metrics.points import in_order, joined, resolved
from gnomon.server.storage.metrics.store import Buckets, Repeats, Span

FILLED = 0.6
"""The coarsest level is used that has at least so many blocks a bucket."""


def series(
    reader: ChunkReader, view: KeyView, x: str, x_view: KeyView | None, span: Span, buckets: int, repeats: Repeats
) -> Buckets:
    """The answer to a query; `x_view` is the key that is x, where x is one."""
    axis = axis_of(reader, view, x, x_view)
    parts = list(_parts(reader, view, axis, repeats))
    if not axis.rises(parts):
        return axis.scanned(resolved(all_points(reader, view), repeats), span, buckets)
    return _Curve(reader, view.sealed, axis, list(_within(view.sealed, axis, parts, span)), buckets).bucketed()


def _parts(reader: ChunkReader, view: KeyView, axis: Axis, repeats: Repeats) -> Iterator[Part]:
    """The key in order of step: stretches of clean chunks, and numbers where chunks and waiting points mix."""
    sealed, tail = view.sealed, view.waiting
    unclean = axis.unclean()
    count = len(sealed)
    if not len(tail) and view.cut is None and unclean is None and (repeats == "last" or not sealed.repeated.any()):
        if count:
            yield Clean(0, count)
        return
    if unclean is None:
        unclean = np.zeros(count, np.bool_)
    if view.cut is not None:
        count = int(np.searchsorted(sealed.step_first, view.cut, "right"))
        unclean |= sealed.step_last > view.cut
    if repeats != "last":
        unclean |= sealed.repeated
    begins = np.searchsorted(tail.steps, sealed.step_first, "left")
    ends = np.searchsorted(tail.steps, sealed.step_last, "right")
    unclean |= ends > begins
    clean_from = 0
    taken = 0
    # A stretch ends where a chunk is not clean, and where points wait in the gap before a chunk.
    breaks = np.flatnonzero(
        unclean[:count] | (begins[:count] > np.concatenate(([0], ends[: max(0, count - 1)]))[:count])
    )
    for at in breaks.tolist():
        if at > clean_from:
            yield Clean(clean_from, at)
        clean_from = at
        if begins[at] > taken:
            yield axis.of_points(resolved(tail[taken : int(begins[at])], repeats))
            taken = int(begins[at])
        if unclean[at]:
            points = reader.points(sealed.chunks[at])
            if view.cut is not None:
                points = points[points.steps <= view.cut]
            points = in_order(joined([points, tail[taken : int(ends[at])]]))
            yield axis.of_points(resolved(points, repeats))
            taken = int(ends[at])
            clean_from = at + 1
    if count > clean_from:
        yield Clean(clean_from, count)
    if len(tail) > taken:
        yield axis.of_points(resolved(tail[taken:], repeats))


def _within(sealed: SealedKey, axis: Axis, parts: Sequence[Part], span: Span) -> Iterator[Part]:
    """What of the parts lies in the span and has numbers; a chunk at its edge becomes numbers."""
    low = -np.inf if span.first is None else span.first
    high = np.inf if span.last is None else span.last
    for part in parts:
        if isinstance(part, Raw):
            yield from _cut(part, span)
            continue
        some = sealed.stats["points"][part.first : part.end] > 0
        if span.first is None and span.last is None and some.all():
            yield part
            continue
        first, last = axis.ends(part.first, part.end)
        whole = some & (first >= low) & (last <= high)
        inside = whole | (some & (last >= low) & (first <= high))
        for begin, end in _stretches(whole.astype(np.int8) + inside, part.first):
            if whole[begin - part.first]:
                yield Clean(begin, end)
            elif inside[begin - part.first]:
                for at in range(begin, end):
                    yield from _cut(axis.of_chunk(at), span)


def _cut(raw: Raw, span: Span) -> Iterator[Raw]:
    """What of numbers lies in the span, if any."""
    inside = within(raw.x, span)
    if inside.stop > inside.start:
        yield Raw(raw.x[inside], raw.steps[inside], raw.values[inside])


class _Curve:
    """Parts along a rising axis, all of which are in the span, on their way into buckets."""

    def __init__(
        self, reader: ChunkReader, sealed: SealedKey, axis: Axis, parts: Sequence[Part], buckets: int
    ) -> None:  # fmt: skip
        self._reader = reader
        self._sealed = sealed
        self._axis = axis
        self._parts = parts
        self._buckets = buckets

    def bucketed(self) -> Buckets:
        points = self._sealed.stats["points"]
        clean = [points[part.first : part.end] for part in self._parts if isinstance(part, Clean)]
        in_levels = sum(int(part.sum()) for part in clean)
        total = in_levels + sum(len(part.x) for part in self._parts if isinstance(part, Raw))
        if total == 0:
            return no_buckets()
        level = 0
        if in_levels and total > self._buckets:
            level = _level(_one(clean), FILLED * self._buckets * in_levels / total)
        if level == 0:
            raw = _one_raw([raw for part in self._parts for raw in self._numbers(part)])
            return bucketed(raw.x, raw.steps, raw.values, self._buckets)
        ends = self._end(self._parts[0], 0), self._end(self._parts[-1], -1)
        pieces = [piece for part in self._parts for piece in self._blocks(part, level, ends)]
        blocks = joined_blocks([piece for piece, _ in pieces])
        starts = starts_on_grid(blocks.x_min, ends, self._buckets)
        if any(chunks is not None for _, chunks in pieces):
            owners = [np.full(len(piece), -1) if chunks is None else chunks for piece, chunks in pieces]
            where.settle(self._reader, self._sealed, blocks, np.concatenate(owners), starts)
        return as_buckets(grouped(blocks, starts), points=total, raw=False)

    def _numbers(self, part: Part) -> Iterator[Raw]:
        if isinstance(part, Raw):
            yield part
        else:
            for at in range(part.first, part.end):
                yield self._axis.of_chunk(at)

    def _end(self, part: Part, which: int) -> float:
        """The first or the last x of a part."""
        if isinstance(part, Raw):
            return float(part.x[which])
        at = part.first if which == 0 else part.end - 1
        return float(self._axis.ends(at, at + 1)[which][0])

    def _blocks(self, part: Part, level: int, ends: tuple[float, float]) -> Iterator[tuple[Blocks, Ints | None]]:
        """The blocks of a part at a level, and of those of whose extremes only the place is known, the chunk."""
        if isinstance(part, Raw):
            yield self._of_raw(part, ends), None
        elif level == -1:
            yield self._of_stats(part.first, part.end)
        else:
            table = self._sealed.table[part.first : part.end]
            mixed, deep = table["flags"] & MIXED != 0, table["kept"] > FINE
            for first, end in _stretches(2 * mixed + deep, part.first):
                if mixed[first - part.first]:
                    yield from ((self._of_raw(self._axis.of_chunk(at), ends), None) for at in range(first, end))
                elif not deep[first - part.first]:
                    yield self._of_stats(first, end)
                elif level == MIDDLE:
                    yield self._of_middle(np.arange(first, end))
                else:
                    yield self._of_fine(first, end), None

    def _of_raw(self, raw: Raw, ends: tuple[float, float]) -> Blocks:
        return of_points(raw.x, raw.steps, raw.values, starts_on_grid(raw.x, ends, self._buckets))

    def _of_stats(self, first: int, end: int) -> tuple[Blocks, Ints | None]:
        stats = self._sealed.stats[first:end]
        at = where.of_stats(self._sealed, stats, np.arange(first, end))
        return stat_blocks(stats, self._axis.ends(first, end), (at.low, at.high)), at.chunk

    def _of_middle(self, chunks: Ints) -> tuple[Blocks, Ints | None]:
        rows, owners = self._reader.middle_rows(self._sealed, chunks)
        place = where.of_stats(self._sealed, rows, owners)
        return stat_blocks(rows, self._axis.middle_ends(chunks, rows), (place.low, place.high)), place.chunk

    def _of_fine(self, first: int, end: int) -> Blocks:
        chunks = self._sealed.chunks[first:end]
        levels = joined_fine([self._reader.fine(chunk) for chunk in chunks])
        steps = joined_pairs([self._reader.fine_steps(chunk) for chunk in chunks])
        ends = self._axis.fine_ends(first, end, steps)
        return fine_blocks(levels, ends, steps, where.of_fine(self._reader, chunks, levels, steps[0]))


def _stretches(which: NDArray[Any], first: int) -> Iterator[tuple[int, int]]:
    """Where neighbours are alike, counted from `first`."""
    bounds = [0, *(np.flatnonzero(which[1:] != which[:-1]) + 1).tolist(), len(which)]
    return ((first + low, first + high) for low, high in pairwise(bounds))


def _one(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _one_raw(parts: list[Raw]) -> Raw:
    if len(parts) == 1:
        return parts[0]
    return Raw(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("x", "steps", "values")))


def _level(points: Ints, wanted: float) -> int:
    """How many points a block of the coarsest fitting level has; 0 is the points themselves, -1 whole chunks."""
    if len(points) >= wanted:
        return -1
    if int((-(-points // MIDDLE)).sum()) >= wanted:
        return MIDDLE
    return FINE if int((-(-points // FINE)).sum()) >= wanted else 0
