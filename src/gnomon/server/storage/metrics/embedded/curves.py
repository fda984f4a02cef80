"""A curve from levels of detail: what is read grows with the buckets, not with the points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.axes import curve, curve_over, within
from gnomon.server.storage.metrics.buckets import (
    Blocks,
    Floats,
    Ints,
    as_buckets,
    bucketed,
    grouped,
    joined_blocks,
    no_buckets,
    of_points,
    starts_on_grid,
)
from gnomon.server.storage.metrics.embedded.catalogue import MIXED, TIMES_FALL, Chunk
from gnomon.server.storage.metrics.embedded.lod import FINE, MIDDLE, as_blocks
from gnomon.server.storage.metrics.embedded.reader import ChunkReader, KeyView, SealedKey
from gnomon.server.storage.metrics.points import Points, in_order, joined, no_points, numeric, resolved
from gnomon.server.storage.metrics.store import Buckets, Repeats, Span

FILLED = 0.6
"""The coarsest level is used that has at least so many blocks a bucket."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Numbers in order of x."""

    x: Floats
    steps: Ints
    values: Floats


@dataclass(frozen=True, slots=True)
class Clean:
    """Chunks `[first, end)`, all of whose levels hold for the question asked."""

    first: int
    end: int


Part = Raw | Clean


def series(
    reader: ChunkReader, view: KeyView, x: str, x_view: KeyView | None, span: Span, buckets: int, repeats: Repeats
) -> Buckets:
    """The answer to a query; `x_view` is the key that is x, where x is one."""
    if x_view is not None:
        points = resolved(all_points(reader, view), repeats)
        return curve_over(points, all_points(reader, x_view), span, buckets)
    parts = list(_parts(reader, view, x, repeats))
    if x == "_time" and not _times_rise(view.sealed, parts):
        return curve(resolved(all_points(reader, view), repeats), x, span, buckets)
    return _bucketed(reader, view.sealed, x, list(_within(reader, view.sealed, parts, x, span)), buckets)


def all_points(reader: ChunkReader, view: KeyView, first: int = -(2**63), last: int = 2**63 - 1) -> Points:
    """Every point of a key whose step is in the range, in order of step and seq."""
    sealed, tail = view.sealed, view.waiting
    parts = []
    if view.cut is not None:
        last_sealed = min(last, view.cut)
    else:
        last_sealed = last
    low = int(np.searchsorted(sealed.step_last, first, "left"))
    high = int(np.searchsorted(sealed.step_first, last_sealed, "right"))
    for chunk in sealed.chunks[low:high]:
        points = reader.points(chunk)
        if chunk.step_first < first or chunk.step_last > last_sealed:
            points = points[(points.steps >= first) & (points.steps <= last_sealed)]
        parts.append(points)
    if len(tail):
        parts.append(tail[(tail.steps >= first) & (tail.steps <= last)])
    return in_order(joined(parts)) if parts else no_points()


def _parts(reader: ChunkReader, view: KeyView, x: str, repeats: Repeats) -> Iterator[Part]:
    """The key in order of step: stretches of clean chunks, and numbers where chunks and waiting points mix."""
    sealed, tail = view.sealed, view.waiting
    count = len(sealed.chunks)
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
            yield _raw(resolved(tail[taken : int(begins[at])], repeats), x)
            taken = int(begins[at])
        if unclean[at]:
            points = reader.points(sealed.chunks[at])
            if view.cut is not None:
                points = points[points.steps <= view.cut]
            points = in_order(joined([points, tail[taken : int(ends[at])]]))
            yield _raw(resolved(points, repeats), x)
            taken = int(ends[at])
            clean_from = at + 1
    if count > clean_from:
        yield Clean(clean_from, count)
    if len(tail) > taken:
        yield _raw(resolved(tail[taken:], repeats), x)


def _raw(points: Points, x: str) -> Raw:
    points, values = numeric(points)
    return Raw(points.times if x == "_time" else points.steps.astype(np.float64), points.steps, values)


def _times_rise(sealed: SealedKey, parts: list[Part]) -> bool:
    """Whether time never falls from step to step, so that what is in order of step is in order of time."""
    before = -np.inf
    for part in parts:
        if isinstance(part, Raw):
            firsts = lasts = part.x
        else:
            if (sealed.flags[part.first : part.end] & TIMES_FALL).any():
                return False
            stats = sealed.stats[part.first : part.end]
            stats = stats[stats["points"] > 0]
            firsts, lasts = stats["time_first"], stats["time_last"]
        if len(firsts):
            if not (firsts[0] >= before and bool((firsts[1:] >= lasts[:-1]).all())):
                return False
            before = lasts[-1]
    return True


def _within(reader: ChunkReader, sealed: SealedKey, parts: list[Part], x: str, span: Span) -> Iterator[Part]:
    """What of the parts lies in the span; a chunk at its edge becomes numbers."""
    low = -np.inf if span.first is None else span.first
    high = np.inf if span.last is None else span.last
    for part in parts:
        if isinstance(part, Raw):
            inside = within(part.x, span)
            if inside.stop > inside.start:
                yield Raw(part.x[inside], part.steps[inside], part.values[inside])
            continue
        stats = sealed.stats[part.first : part.end]
        first, last = (
            (stats["time_first"], stats["time_last"]) if x == "_time" else (stats["step_first"], stats["step_last"])
        )
        some = stats["points"] > 0
        whole = some & (first >= low) & (last <= high)
        edges = some & ~whole & (last >= low) & (first <= high)
        at = 0
        places = np.flatnonzero(whole | edges)
        while at < len(places):
            place = int(places[at])
            if edges[place]:
                raw = Raw(*reader.numbers(sealed.chunks[part.first + place], x))
                inside = within(raw.x, span)
                yield Raw(raw.x[inside], raw.steps[inside], raw.values[inside])
                at += 1
                continue
            end = place
            while end < len(whole) and whole[end]:
                end += 1
            yield Clean(part.first + place, part.first + end)
            at += end - place


def _bucketed(reader: ChunkReader, sealed: SealedKey, x: str, parts: list[Part], buckets: int) -> Buckets:
    parts = [part for part in parts if isinstance(part, Clean) or len(part.x)]
    stretches = [sealed.stats["points"][part.first : part.end] for part in parts if isinstance(part, Clean)]
    clean = np.concatenate(stretches) if stretches else np.empty(0, np.int64)
    in_levels = int(clean.sum())
    total = in_levels + sum(len(part.x) for part in parts if isinstance(part, Raw))
    if total == 0:
        return no_buckets()
    level = _level(clean, FILLED * buckets * in_levels / total) if in_levels and total > buckets else 0
    if level == 0:
        flat = [part if isinstance(part, Raw) else raw for part in parts for raw in _numbers(reader, sealed, part, x)]
        return bucketed(
            _one([raw.x for raw in flat]),
            _one([raw.steps for raw in flat]),
            _one([raw.values for raw in flat]),
            buckets,
        )
    ends = _end(sealed, parts[0], x, 0), _end(sealed, parts[-1], x, -1)
    blocks = joined_blocks(
        [part for piece in parts for part in _blocks(reader, sealed, piece, x, level, ends, buckets)]
    )
    starts = starts_on_grid(blocks.x_min, ends, buckets)
    return as_buckets(grouped(blocks, starts), points=total, raw=False)


def _one(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _level(points: Ints, wanted: float) -> int:
    """How many points a block of the coarsest fitting level has; 0 is the points themselves, -1 whole chunks."""
    if len(points) >= wanted:
        return -1
    if int((-(-points // MIDDLE)).sum()) >= wanted:
        return MIDDLE
    return FINE if int((-(-points // FINE)).sum()) >= wanted else 0


def _numbers(reader: ChunkReader, sealed: SealedKey, part: Part, x: str) -> Iterator[Raw]:
    if isinstance(part, Raw):
        yield part
    else:
        for at in range(part.first, part.end):
            if sealed.chunks[at].stat:
                yield Raw(*reader.numbers(sealed.chunks[at], x))


def _end(sealed: SealedKey, part: Part, x: str, which: int) -> float:
    """The first or the last x of a part."""
    if isinstance(part, Raw):
        return float(part.x[which])
    row = sealed.stats[part.first if which == 0 else part.end - 1]
    return float(row[("time" if x == "_time" else "step") + ("_first" if which == 0 else "_last")])


def _blocks(
    reader: ChunkReader, sealed: SealedKey, part: Part, x: str, level: int, ends: tuple[float, float], buckets: int
) -> Iterator[Blocks]:
    if isinstance(part, Raw):
        yield of_points(part.x, part.steps, part.values, starts_on_grid(part.x, ends, buckets))
    elif level == -1:
        yield as_blocks(sealed.stats[part.first : part.end], x)
    else:
        for at in range(part.first, part.end):
            yield _chunk_blocks(reader, sealed, sealed.chunks[at], at, x, level, ends, buckets)


def _chunk_blocks(
    reader: ChunkReader,
    sealed: SealedKey,
    chunk: Chunk,
    at: int,
    x: str,
    level: int,
    ends: tuple[float, float],
    buckets: int,
) -> Blocks:
    if chunk.flags & MIXED:
        x_values, steps, values = reader.numbers(chunk, x)
        return of_points(x_values, steps, values, starts_on_grid(x_values, ends, buckets))
    if level == FINE and chunk.kept > FINE:
        return reader.fine_blocks(chunk, x)
    middle = sealed.middle(at) if level == MIDDLE else None
    return as_blocks(sealed.stats[at : at + 1] if middle is None else middle, x)
