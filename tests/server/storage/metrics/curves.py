"""What it means that buckets are exact, and blocks to log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gnomon.server.storage.metrics.memory import values_of
from gnomon.server.storage.metrics.store import Block, Buckets, MetricStore, RunKey, Source


def numbers_in(raw: Buckets) -> np.ndarray[Any, Any]:
    """The values of a curve whose buckets are single points."""
    assert raw.raw
    values: np.ndarray[Any, Any] = raw.first.copy()
    values[raw.nan == 1] = np.nan
    values[raw.pos_inf == 1] = np.inf
    values[raw.neg_inf == 1] = -np.inf
    return values


def assert_exact(got: Buckets, raw: Buckets, limit: int) -> None:
    """The buckets are what a scan of the points finds."""
    values = numbers_in(raw)
    assert got.points == len(values)
    assert len(got.count) <= limit
    assert got.raw == (len(values) <= limit)
    lengths = got.count + got.nan + got.pos_inf + got.neg_inf
    assert lengths.sum() == len(values)
    assert (lengths > 0).all()
    if not len(values):
        return
    starts, bucket = np.cumsum(lengths) - lengths, np.repeat(np.arange(len(lengths)), lengths)
    size, places, finite = len(values), np.arange(len(values)), np.isfinite(values)
    assert (got.x_min == np.minimum.reduceat(raw.x_min, starts)).all()
    assert (got.x_max == np.maximum.reduceat(raw.x_max, starts)).all()
    assert (got.step_first == raw.step_first[starts]).all()
    assert (got.step_last == raw.step_first[starts + lengths - 1]).all()
    assert (got.count == np.add.reduceat(finite.astype(np.int64), starts)).all()
    assert (got.nan == np.add.reduceat(np.isnan(values).astype(np.int64), starts)).all()
    for counted, infinity in ((got.pos_inf, np.inf), (got.neg_inf, -np.inf)):
        assert (counted == np.add.reduceat((values == infinity).astype(np.int64), starts)).all()
    for step, value in ((got.step_low, got.low), (got.step_high, got.high)):
        found = np.minimum.reduceat(np.where(values == value[bucket], places, size), starts)
        assert (step == raw.step_first[np.where(found < size, found, starts)]).all()
    some = got.count > 0
    for column in (got.low, got.high, got.mean, got.first, got.last):
        assert np.isnan(column[~some]).all()
    assert (got.low == np.minimum.reduceat(np.where(finite, values, np.inf), starts))[some].all()
    assert (got.high == np.maximum.reduceat(np.where(finite, values, -np.inf), starts))[some].all()
    first = np.minimum.reduceat(np.where(finite, places, size), starts)[some]
    last = np.maximum.reduceat(np.where(finite, places, -1), starts)[some]
    assert (got.first[some] == values[first]).all()
    assert (got.last[some] == values[last]).all()
    sums = np.add.reduceat(np.where(finite, values, 0).astype(np.longdouble), starts)
    greatest = np.maximum.reduceat(np.where(finite, np.abs(values), 0), starts)
    mean = (sums[some] / got.count[some]).astype(np.float64)
    assert (np.abs(got.mean[some] - mean) <= 1e-9 * np.abs(mean) + 1e-12 * greatest[some]).all()


def a_block(
    columns: Mapping[str, Any], *, first: int = 0, steps: Sequence[int] | None = None,
    times: Sequence[float] | None = None, stream: str = "history",
) -> Block:  # fmt: skip
    """Rows with these columns; a column with text or None is a column of text."""
    size = len(next(iter(columns.values())))
    at = np.arange(first, first + size) if steps is None else np.array(steps, np.int64)
    when = np.array(at * 0.5 + 1.7e9 if times is None else times, np.float64)
    return Block(stream, tuple(columns), at, when, tuple(a_column(column) for column in columns.values()))


def a_column(values: Any) -> Any:
    """The column of a block for these values."""
    if isinstance(values, np.ndarray):
        return values
    if any(value is None or isinstance(value, str) for value in values):
        return list(values)
    return values_of(list(values))


class Logger:
    """Appends to one run, as one journal, and keeps count of its bytes."""

    def __init__(self, store: MetricStore, run: int = 1, journal: str = "j") -> None:
        self.store, self.run, self.journal, self.taken = store, RunKey(run), journal, 0

    async def log(self, *blocks: Block, size: int = 100) -> Source:
        """Appends blocks as the next `size` bytes of the journal."""
        source = Source(self.journal, self.taken, self.taken + size)
        self.taken = await self.store.append(self.run, source, blocks)
        assert self.taken == source.end
        return source
