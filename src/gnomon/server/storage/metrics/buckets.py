"""From points, or from statistics of blocks of points, to at most N exact buckets. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.store import Buckets

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Blocks:
    """Statistics of consecutive points, one block a row, in order of x; the columns mean what they mean in `Buckets`.

    `low`, `high`, `first`, `last` are NaN and `total` is 0 where a block has no finite value.
    """

    x_min: Floats
    x_max: Floats
    step_first: Ints
    step_last: Ints
    low: Floats
    high: Floats
    total: Floats
    first: Floats
    last: Floats
    count: Ints
    nan: Ints
    pos_inf: Ints
    neg_inf: Ints
    step_low: Ints
    step_high: Ints

    def __len__(self) -> int:
        return len(self.x_min)

    def __getitem__(self, which: slice) -> Blocks:
        return Blocks(*(getattr(self, name)[which] for name in _COLUMNS))


_COLUMNS = tuple(f.name for f in fields(Blocks))


def joined_blocks(parts: Sequence[Blocks]) -> Blocks:
    """The blocks of all parts, one part after another."""
    if len(parts) == 1:
        return parts[0]
    return Blocks(*(np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS))


def of_points(x: Floats, steps: Ints, values: Floats, starts: NDArray[np.intp]) -> Blocks:
    """The blocks that begin at `starts` (the first is 0) of points that are sorted by x; there is at least one."""
    ends = np.empty(len(starts), np.intp)
    ends[:-1] = starts[1:]
    ends[-1] = len(values)
    length = ends - starts
    lasts = ends - 1
    finite = np.isfinite(values)
    with np.errstate(over="ignore", invalid="ignore"):
        if finite.all():
            none = np.zeros(len(starts), np.int64)
            low, high = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
            return Blocks(
                x[starts], x[lasts], steps[starts], steps[lasts], low, high,
                np.add.reduceat(values, starts), values[starts], values[lasts],
                length.astype(np.int64), none, none, none,
                steps[_first_of(low, values, starts, length)], steps[_first_of(high, values, starts, length)],
            )  # fmt: skip
        count = np.add.reduceat(finite.astype(np.int64), starts)
        masked = np.where(finite, values, np.nan)
        low, high = np.fmin.reduceat(masked, starts), np.fmax.reduceat(masked, starts)
        total = np.add.reduceat(np.where(finite, values, 0.0), starts)
    first, last = np.full(len(starts), np.nan), np.full(len(starts), np.nan)
    some = np.flatnonzero(count)
    after = np.cumsum(count[some])
    good = values[finite]
    first[some], last[some] = good[after - count[some]], good[after - 1]
    return Blocks(
        x[starts], x[lasts], steps[starts], steps[lasts], low, high, total, first, last, count,
        np.add.reduceat(np.isnan(values).astype(np.int64), starts),
        np.add.reduceat((values == np.inf).astype(np.int64), starts),
        np.add.reduceat((values == -np.inf).astype(np.int64), starts),
        steps[_first_of(low, values, starts, length)], steps[_first_of(high, values, starts, length)],
    )  # fmt: skip


def _first_of(wanted: Floats, values: Floats, starts: NDArray[np.intp], length: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where in each group the value that is wanted of it is first; its start where NaN is wanted."""
    if len(starts) == len(values):
        return starts
    hits: NDArray[np.intp] = np.flatnonzero(values == np.repeat(wanted, length))
    if len(hits) == len(starts) and not np.isnan(wanted).any():
        return hits
    at: NDArray[np.intp] = starts.copy()
    some = np.flatnonzero(~np.isnan(wanted))
    at[some] = hits[np.searchsorted(hits, starts[some])]
    return at


def extremes(blocks: Blocks, starts: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which block of each of the groups that begin at `starts` has its least, and which its greatest value."""
    length = np.diff(starts, append=len(blocks))
    low, high = np.fmin.reduceat(blocks.low, starts), np.fmax.reduceat(blocks.high, starts)
    return _first_of(low, blocks.low, starts, length), _first_of(high, blocks.high, starts, length)


def grouped(blocks: Blocks, starts: NDArray[np.intp]) -> Blocks:
    """Blocks merged into the groups that begin at `starts`; there is at least one."""
    lasts = np.empty(len(starts), np.intp)
    lasts[:-1] = starts[1:] - 1
    lasts[-1] = len(blocks) - 1
    lowest, highest = extremes(blocks, starts)
    count = np.add.reduceat(blocks.count, starts)
    first, last = blocks.first[starts], blocks.last[lasts]
    if not blocks.count.all():
        first, last = np.full(len(starts), np.nan), np.full(len(starts), np.nan)
        filled = np.flatnonzero(blocks.count)
        group = np.searchsorted(starts, filled, side="right") - 1
        first[group[::-1]] = blocks.first[filled[::-1]]
        last[group] = blocks.last[filled]
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.add.reduceat(blocks.total, starts)
    nan, pos_inf, neg_inf = (
        np.add.reduceat(column, starts) for column in (blocks.nan, blocks.pos_inf, blocks.neg_inf)
    )  # fmt: skip
    return Blocks(
        blocks.x_min[starts], blocks.x_max[lasts], blocks.step_first[starts], blocks.step_last[lasts],
        blocks.low[lowest], blocks.high[highest], total, first, last, count, nan, pos_inf, neg_inf,
        blocks.step_low[lowest], blocks.step_high[highest],
    )  # fmt: skip


def starts_on_grid(x: Floats, ends: tuple[float, float], cells: int) -> NDArray[np.intp]:
    """Where a new cell of the even grid between two ends begins in sorted `x`; at most `cells` starts."""
    low, high = ends
    width = (high - low) / cells
    if not np.isfinite(width):
        width = high / cells - low / cells
    if not width > 0:
        return np.zeros(1, np.intp)
    with np.errstate(over="ignore", invalid="ignore"):
        cell = np.minimum((x / width - low / width) if not np.isfinite(high - low) else (x - low) / width, cells - 1)
    cell = np.maximum(cell, 0).astype(np.int64)
    fresh = np.empty(len(x), np.bool_)
    fresh[0] = True
    np.greater(cell[1:], cell[:-1], out=fresh[1:])
    return np.flatnonzero(fresh)


def as_buckets(blocks: Blocks, *, points: int, raw: bool) -> Buckets:
    """The blocks as the answer to a query."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        mean = np.where(blocks.count > 0, blocks.total / np.maximum(blocks.count, 1), np.nan)
    return Buckets(
        x_min=blocks.x_min, x_max=blocks.x_max, low=blocks.low, high=blocks.high, mean=mean, first=blocks.first,
        last=blocks.last, count=blocks.count, nan=blocks.nan, pos_inf=blocks.pos_inf, neg_inf=blocks.neg_inf,
        step_first=blocks.step_first, step_last=blocks.step_last, step_low=blocks.step_low, step_high=blocks.step_high,
        points=points, raw=raw,
    )  # fmt: skip


def no_buckets() -> Buckets:
    """The curve of a key without points."""
    empty, none = np.empty(0, np.float64), np.empty(0, np.int64)
    return Buckets(
        empty, empty, empty, empty, empty, empty, empty, none, none, none, none, none, none, none, none,
        points=0, raw=True,
    )  # fmt: skip


def _each(x: Floats, steps: Ints, values: Floats) -> Buckets:
    """Each point as a bucket."""
    finite = np.isfinite(values)
    if finite.all():
        one, none = np.ones(len(x), np.int64), np.zeros(len(x), np.int64)
        counts = one, none, none, none
    else:
        good, nan, pos_inf, neg_inf = finite, np.isnan(values), values == np.inf, values == -np.inf
        counts = good.astype(np.int64), nan.astype(np.int64), pos_inf.astype(np.int64), neg_inf.astype(np.int64)
        values = np.where(finite, values, np.nan)
    return Buckets(
        x, x, values, values, values, values, values, *counts, steps, steps, steps, steps, points=len(x), raw=True
    )  # fmt: skip


def bucketed(x: Floats, steps: Ints, values: Floats, buckets: int) -> Buckets:
    """The curve of points that are sorted by x: themselves when they fit, else even buckets over their range."""
    if len(x) == 0:
        return no_buckets()
    if len(x) <= buckets:
        return _each(x, steps, values)
    starts = starts_on_grid(x, (float(x[0]), float(x[-1])), buckets)
    return as_buckets(of_points(x, steps, values, starts), points=len(x), raw=False)
