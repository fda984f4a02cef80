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
    end = 0
    for at, length in enumerate(lengths.tolist()):
        start, end = end, end + length
        part = values[start:end]
        finite = part[np.isfinite(part)]
        assert got.x_min[at] == raw.x_min[start:end].min()
        assert got.x_max[at] == raw.x_min[start:end].max()
        assert (got.step_first[at], got.step_last[at]) == (raw.step_first[start], raw.step_first[end - 1])
        assert got.count[at] == len(finite)
        assert got.nan[at] == np.isnan(part).sum()
        assert got.pos_inf[at] == (part == np.inf).sum()
        assert got.neg_inf[at] == (part == -np.inf).sum()
        for step, value in ((got.step_low[at], got.low[at]), (got.step_high[at], got.high[at])):
            places = np.flatnonzero(part == value)
            assert step == raw.step_first[start + (places[0] if len(places) else 0)]
        if len(finite):
            assert (got.low[at], got.high[at]) == (finite.min(), finite.max())
            assert (got.first[at], got.last[at]) == (finite[0], finite[-1])
            np.testing.assert_allclose(got.mean[at], finite.mean(), rtol=1e-9, atol=1e-12 * np.abs(finite).max())
        else:
            for column in (got.low, got.high, got.mean, got.first, got.last):
                assert np.isnan(column[at])


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
