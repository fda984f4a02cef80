"""Grouping many runs at once; agrees with `gnomon.model.group_match` on every value."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gnomon.model.group_match import DAY_SECS, FIRST_DAY, LAST_DAY, values_in
from gnomon.model.groups import GroupSort, Numbers
from gnomon.model.query_match import TIME_FIELDS
from gnomon.server.actions.columns.column import NUMBER, Column, Grouped, grouped

MOST_EXPONENT = 400
"""Numbers between 2 to this power and its inverse are squared and summed as they are."""

MOST_CELLS = 1 << 22
"""Combinations of values that are counted by place; of more, those that occur are sorted."""


class Groups:
    """Groups of the chosen runs, numbered in the order of their values, and what their numbers come to."""

    def __init__(
        self, columns: Mapping[str, Column], chosen: NDArray[np.intp], by: Sequence[str], of: Sequence[str]
    ) -> None:
        members, keys = _members(columns, chosen, by)
        group = _dense(keys)
        self.counts = np.bincount(group)
        """How many runs each group has."""
        few = len(self.counts) < 1 << 16
        order = np.argsort(group.astype(np.uint16) if few else group, kind="stable")  # small numbers sort much faster
        starts = np.cumsum(self.counts) - self.counts
        first = order[starts]
        self._keys = {
            field: _Key(key.column, key.at[first], key.ranks[first], key.there) for field, key in keys.items()
        }
        members, group = members[order], group[order]
        self._numbers = {field: _numbers_of(columns[field], members, group, starts, self.counts) for field in of}
        self._same = {field: (columns[field], members[starts], _same(columns[field], members, starts)) for field in of}

    def __len__(self) -> int:
        return len(self.counts)

    def order(self, sort: Sequence[GroupSort]) -> NDArray[np.intp]:
        """The groups in the order asked for."""
        by: list[NDArray[Any]] = []
        for item in reversed(sort):
            values, last = self._sorted_by(item)
            by.append(np.where(last, values, -values) if item.descending else values)
            if last.any():
                by.append(last)
        return np.lexsort(by) if by else np.arange(len(self))  # equal ones stay in the order of their values

    def values(self, group: int) -> tuple[Any, ...]:
        """What the runs of a group have, in the order of the fields."""
        found = [(field, key.column.value(int(key.at[group]))) for field, key in self._keys.items()]
        return tuple(value if field == "tags" else values_in(field, value)[0] for field, value in found)

    def numbers(self, field: str, group: int) -> Numbers:
        """What the numbers that the runs of a group have in a field come to."""
        found = self._numbers[field]
        n = int(found.n[group])
        return Numbers(
            n=n,
            mean=float(found.mean[group]) if n else None,
            min=float(found.min[group]) if n else None,
            max=float(found.max[group]) if n else None,
            std=float(found.std[group]) if n > 1 else None,
            nan=int(found.nan[group]),
            pos_inf=int(found.pos_inf[group]),
            neg_inf=int(found.neg_inf[group]),
        )

    def shared(self, field: str, group: int) -> Any:
        """The one value that all runs of a group have in a field; None where they differ."""
        column, first, same = self._same[field]
        return column.value(int(first[group])) if same[group] else None

    def _sorted_by(self, item: GroupSort) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """What groups are sorted by, and which of them have no such value."""
        if item.how == "runs":
            return self.counts, np.zeros(len(self), np.bool_)
        if item.how == "value":
            key = self._keys[item.field]
            return key.ranks, key.ranks >= key.there
        found = self._numbers[item.field]
        last = found.n < {"n": 0, "std": 2}.get(item.how, 1)
        values: NDArray[Any] = getattr(found, item.how)
        return np.where(last, 0, values), last


class _Key(NamedTuple):
    """What rows have in one field: the value at `at` of the column, which is the `ranks`-th of all that there are."""

    column: Column
    at: NDArray[np.intp]
    ranks: NDArray[np.int32]
    there: int
    """Ranks below are of values that compare."""


class _Numbers(NamedTuple):
    """By group. Where `n` is too small for it, a statistic is any number."""

    n: NDArray[np.int64]
    mean: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]
    std: NDArray[np.float64]
    nan: NDArray[np.int64]
    pos_inf: NDArray[np.int64]
    neg_inf: NDArray[np.int64]


def _members(
    columns: Mapping[str, Column], chosen: NDArray[np.intp], by: Sequence[str]
) -> tuple[NDArray[np.intp], dict[str, _Key]]:
    """The runs, one several times where it has several tags, and what each has in the fields."""
    tags = None
    if "tags" in by:
        elements = columns["tags"].elements()
        chosen, at = elements.spread(chosen, columns["tags"].codes)
        known = elements.column.grouped()
        tags = _Key(elements.column, at, known.ranks[at], known.there)
    keys = {}
    for field in by:
        if field == "tags" and tags is not None:
            keys[field] = tags
            continue
        column = columns[field]
        ranks, there = _by_day(column, chosen) if field in TIME_FIELDS else column.grouped()
        keys[field] = _Key(column, chosen, ranks if field in TIME_FIELDS else ranks[chosen], there)
    return chosen, keys


def _by_day(column: Column, chosen: NDArray[np.intp]) -> Grouped:
    classes, places = column.order_keys()
    moments = places[chosen]
    dated = (moments >= FIRST_DAY * DAY_SECS) & (moments < (LAST_DAY + 1) * DAY_SECS)
    return grouped(classes[chosen], np.where(dated, np.floor(moments / DAY_SECS) * DAY_SECS, moments))


def _dense(keys: Mapping[str, _Key]) -> NDArray[np.int64]:
    """For each row which of the combinations that occur it has, in the order of the first field, then the second."""
    group = None
    for key in keys.values():
        ranks = key.ranks.astype(np.int64)
        size = int(ranks.max()) + 1 if len(ranks) else 0
        cells = (int(group.max()) + 1 if group is not None and len(group) else 1) * size
        group = ranks if group is None else group * size + ranks
        if cells > MOST_CELLS:
            group = np.unique(group, return_inverse=True)[1]
        elif cells:
            there = np.zeros(cells, np.bool_)
            there[group] = True
            group = (np.cumsum(there) - 1)[group]
    assert group is not None
    return group


def _same(column: Column, members: NDArray[np.intp], starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each group, whose runs follow each other, whether they all have the same value."""
    if not len(starts):
        return np.zeros(0, np.bool_)
    kinds = column.kinds[members]
    numbers = np.where(kinds == NUMBER, column.numbers[members], 0.0)
    codes = np.where(kinds > NUMBER, column.codes[members], 0)
    bad = np.isnan(numbers)
    alike = np.ones(len(starts), np.bool_)
    for values in (kinds, np.where(bad, 0.0, numbers), codes, bad):
        alike &= np.minimum.reduceat(values, starts) == np.maximum.reduceat(values, starts)
    return alike


def _numbers_of(
    column: Column,
    members: NDArray[np.intp],
    group: NDArray[np.int64],
    starts: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> _Numbers:
    """The numbers of rows that are in order of their group, each of which has a row."""
    if not len(counts):
        nothing, none = np.zeros(0, np.int64), np.zeros(0)
        return _Numbers(nothing, none, none, none, none, nothing, nothing, nothing)
    numbers, there = column.numbers[members], column.kinds[members] == NUMBER
    finite = there & np.isfinite(numbers)
    if len(counts) == len(members):  # each by itself
        nan, pos_inf, neg_inf = (
            (there & mask).astype(np.int64) for mask in (np.isnan(numbers), numbers == math.inf, numbers == -math.inf)
        )
        n = finite.astype(np.int64)
        return _Numbers(n, numbers, numbers, numbers, np.zeros(len(n)), nan, pos_inf, neg_inf)
    whole = bool(finite.all())
    low = np.minimum.reduceat(numbers if whole else np.where(finite, numbers, math.inf), starts)
    high = np.maximum.reduceat(numbers if whole else np.where(finite, numbers, -math.inf), starts)
    n = counts if whole else np.add.reduceat(finite, starts, dtype=np.int64)
    kept = numbers if whole else np.where(finite, numbers, 0.0)
    shift = _shift(np.where(n > 0, np.maximum(np.abs(low), np.abs(high)), 0.0))
    with np.errstate(under="ignore", over="ignore"):
        if shift is not None:
            kept = np.ldexp(kept, -shift[group])
        mean = np.add.reduceat(kept, starts) / np.maximum(n, 1)
        off = kept - mean[group]
        if not whole:
            off[~finite] = 0.0
        std = np.sqrt(np.add.reduceat(off * off, starts) / np.maximum(n - 1, 1))
        if shift is not None:
            mean, std = np.ldexp(mean, shift), np.ldexp(std, shift)
    odd = there & ~finite
    values, where = numbers[odd], group[odd]
    nan, pos_inf, neg_inf = (
        np.bincount(where[mask], minlength=len(counts)) for mask in (np.isnan(values), values > 0, values < 0)
    )
    return _Numbers(n, np.clip(mean, low, high), low, high, std, nan, pos_inf, neg_inf)


def _shift(peaks: NDArray[np.float64]) -> NDArray[np.int32] | None:
    """How often the numbers of each group are to be halved, so that no square is beyond all floats, or vanishes.

    None where all groups can stay as they are.
    """
    exponents = np.frexp(peaks)[1].astype(np.int32)
    return exponents if (np.abs(exponents) > MOST_EXPONENT).any() else None
