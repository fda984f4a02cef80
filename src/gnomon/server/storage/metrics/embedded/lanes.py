"""What is known of all keys of the rows that wait, kept up as rows arrive: each point is looked at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.buckets import Floats
from gnomon.server.storage.metrics.embedded.catalogue import Totals
from gnomon.server.storage.metrics.embedded.records import Piece

CELLS_TOGETHER = 1 << 20
"""So many values of neighbouring pieces are looked at in one go."""


class Spread(NamedTuple):
    """Of the rows of pieces, which all their keys share."""

    rows: int
    first_step: int
    last_step: int
    first_time: float
    last_time: float
    first_seq: int
    last_seq: int


@dataclass(frozen=True, slots=True)
class LaneTotals:
    """What is known of the keys of pieces that have the same keys, a column a key."""

    spread: Spread
    first: list[Any]
    last: list[Any]
    """The values logged first and last; text is JSON."""
    numeric: NDArray[np.bool_]
    finite: NDArray[np.int64]
    low: Floats
    high: Floats
    """NaN where no value is finite."""
    total: Floats

    def plus(self, later: LaneTotals) -> LaneTotals:
        """Of the pieces of both, where the others were logged later."""
        a, b = self.spread, later.spread
        with np.errstate(over="ignore", invalid="ignore"):
            total = self.total + later.total
        return LaneTotals(
            Spread(
                a.rows + b.rows, min(a.first_step, b.first_step), max(a.last_step, b.last_step),
                min(a.first_time, b.first_time), max(a.last_time, b.last_time), a.first_seq, b.last_seq,
            ),
            self.first, later.last, self.numeric | later.numeric, self.finite + later.finite,
            np.fmin(self.low, later.low), np.fmax(self.high, later.high), total,
        )  # fmt: skip

    def of_keys(self, keys: Sequence[str]) -> Iterator[tuple[str, Totals]]:
        """Key by key, in the order of the columns."""
        rows, first_step, last_step, first_time, last_time, first_seq, last_seq = self.spread
        columns = (
            self.first, self.last, self.numeric.tolist(), self.finite.tolist(), self.low.tolist(), self.high.tolist(),
            self.total.tolist(),
        )  # fmt: skip
        for key, first, last, numeric, finite, low, high, total in zip(keys, *columns, strict=True):
            yield key, Totals(
                numeric, rows, first_step, last_step, first_time, last_time, first_seq, first, last_seq, last, finite,
                low if finite else None, high if finite else None, total,
            )  # fmt: skip


def lane_totals(pieces: Sequence[Piece], before: LaneTotals | None = None) -> LaneTotals | None:
    """Of pieces with the same keys in the order of logging, and of those before them."""
    found = before
    for some in _together(pieces):
        fresh = _of_pieces(some)
        found = fresh if found is None else found.plus(fresh)
    return found


def _together(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Neighbours whose columns have the same types, not too much of them at once."""
    for kinds, alike in groupby(pieces, key=lambda piece: piece.part.kinds):
        group: list[Piece] = []
        cells = 0
        for piece in alike:
            size = piece.rows * len(kinds)
            if group and cells + size > CELLS_TOGETHER:
                yield group
                group, cells = [], 0
            group.append(piece)
            cells += size
        yield group


def _of_pieces(pieces: list[Piece]) -> LaneTotals:
    kinds = pieces[0].part.kinds
    size = len(kinds)
    rows = [piece.places() for piece in pieces]
    steps, times = (np.concatenate([one[at] for one in rows]) for at in (0, 1))
    spread = Spread(
        len(steps), int(steps.min()), int(steps.max()), float(times.min()), float(times.max()),
        int(rows[0][2][0]), int(rows[-1][2][-1]),
    )  # fmt: skip
    found = LaneTotals(
        spread, [None] * size, [None] * size, np.array([kind != "t" for kind in kinds]), np.zeros(size, np.int64),
        np.full(size, np.nan), np.full(size, np.nan), np.zeros(size),
    )  # fmt: skip
    start = 0
    for kind, run in groupby(kinds):
        end = start + len(list(run))
        if kind == "t":
            for column in range(start, end):
                found.first[column] = pieces[0].texts(column, first=True)
                found.last[column] = pieces[-1].texts(column, first=False)
        elif kind == "b":
            for column in range(start, end):
                _note(found, column, column + 1, np.concatenate([piece.values(column) for piece in pieces])[None])
        else:
            _note(found, start, end, np.concatenate([piece.columns(start, end) for piece in pieces], axis=1))
        start = end
    return found


def _note(found: LaneTotals, start: int, end: int, values: NDArray[Any]) -> None:
    """Takes up the values of neighbouring columns, a row of `values` a column."""
    found.first[start:end], found.last[start:end] = values[:, 0].tolist(), values[:, -1].tolist()
    numbers = values.astype(np.float64, copy=False)
    finite = np.isfinite(numbers)
    with np.errstate(over="ignore", invalid="ignore"):
        if finite.all():
            found.finite[start:end] = numbers.shape[1]
            found.low[start:end], found.high[start:end] = numbers.min(axis=1), numbers.max(axis=1)
            found.total[start:end] = numbers.sum(axis=1)
            return
        count = finite.sum(axis=1)
        found.finite[start:end] = count
        found.low[start:end] = np.where(count, np.where(finite, numbers, np.inf).min(axis=1), np.nan)
        found.high[start:end] = np.where(count, np.where(finite, numbers, -np.inf).max(axis=1), np.nan)
        found.total[start:end] = np.where(finite, numbers, 0.0).sum(axis=1)
