"""Whether a chunk is what its values make it: its row of the catalogue, its rows, and its levels. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.buckets import Floats, Ints
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded import lod
from gnomon.server.storage.metrics.embedded.catalogue import Chunk
from gnomon.server.storage.metrics.embedded.rows import RowsOfChunk
from gnomon.server.storage.metrics.points import Points, Values, as_numbers, last_of_step

CLOSE = 1e-9
"""Sums depend on the order of adding: so much of the sum of absolute values may two of them differ."""


@dataclass(frozen=True, slots=True)
class RowsSeen:
    """The rows of chunks, unpacked and looked at once for all keys that share them."""

    steps: Ints
    times: Floats
    seqs: Ints
    last: NDArray[np.bool_] | None
    """Which rows are the last of their step; None is all."""
    kept: int
    bounds: tuple[int, int]
    """The least and the greatest seq."""
    flags: int
    """What is true of the rows: that steps are even, that times fall."""
    wrong: str | None
    """What is wrong with their order or their fine level."""


def seen(rows: RowsOfChunk) -> RowsSeen:
    """Raises ValueError and the like where the bytes are no rows."""
    steps, times, seqs = rows.steps, rows.times, rows.seqs
    if not len(steps) == len(times) == len(seqs) == rows.count:
        raise ValueError(f"rows have {len(steps)} steps, {len(times)} times and {len(seqs)} seqs, not {rows.count}")
    ends_step = last_of_step(steps)
    last: NDArray[np.bool_] | None = ends_step
    kept = int(np.count_nonzero(ends_step))
    wrong = None
    if bool((steps[1:] < steps[:-1]).any()) or bool(((steps[1:] == steps[:-1]) & (seqs[1:] < seqs[:-1])).any()):
        wrong = "rows are not in order"
    kept_steps, kept_times = steps, times
    flags = 0
    if kept == len(steps):
        last = None
        if len(steps) == 1 or bool((np.diff(steps) == steps[1] - steps[0]).all()):
            flags |= cat.EVEN_STEPS
    else:
        kept_steps, kept_times = steps[last], times[last]
    if not bool((kept_times[1:] >= kept_times[:-1]).all()) or not bool(np.isfinite(kept_times).all()):
        flags |= cat.TIMES_FALL
    if rows.kept != kept:
        wrong = f"{kept} rows are the last of their step, not {rows.kept}"
    elif kept > lod.FINE:
        first = np.arange(0, kept, lod.FINE)
        ends = np.minimum(first + lod.FINE, kept) - 1
        fine = rows.fine
        right = kept_steps[first], kept_steps[ends], kept_times[first], kept_times[ends]
        if not all(_same(a, b) for a, b in zip(fine, right, strict=True)):
            wrong = "the finest level of steps and times differs from the rows"
    return RowsSeen(steps, times, seqs, last, kept, (int(seqs.min()), int(seqs.max())), flags, wrong)


def _same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Whether two columns of one length are equal, where not-a-number is equal to itself."""
    equal = a == b
    return bool(equal.all()) or (a.dtype.kind == "f" and bool((equal | (np.isnan(a) & np.isnan(b))).all()))


class Numbers(NamedTuple):
    """The points of a chunk that its levels speak of."""

    steps: Ints
    times: Floats
    values: Floats
    mixed: bool
    """Not all values of the chunk are numbers."""


def numbers_of(rows: RowsSeen, values: Values) -> Numbers:
    """The numbers that are the last of their step."""
    numbers, is_number = as_numbers(values)
    mixed = values.dtype == object and not bool(is_number.all())
    chosen = rows.last
    if mixed:
        chosen = is_number if chosen is None else chosen & is_number
    if chosen is None:
        return Numbers(rows.steps, rows.times, numbers, mixed)
    return Numbers(rows.steps[chosen], rows.times[chosen], numbers[chosen], mixed)


def wrong_columns(chunk: Chunk, rows: RowsSeen) -> str | None:
    """How the row of the catalogue differs from the rows that it names."""
    told = chunk.step_first, chunk.step_last, chunk.points, chunk.kept, chunk.seq_first, chunk.seq_last
    found = int(rows.steps[0]), int(rows.steps[-1]), len(rows.steps), rows.kept, *rows.bounds
    names = "first step", "last step", "points", "steps", "first seq", "last seq"
    return next((f"{name} is {b}, not {a}" for name, a, b in zip(names, told, found, strict=True) if a != b), None)


def wrong_flags(chunk: Chunk, rows: RowsSeen, values: Values, numbers: Numbers) -> str | None:
    """A flag that would make a reader take a way that is not right for the chunk."""
    if chunk.flags & cat.EVEN_STEPS and not rows.flags & cat.EVEN_STEPS:
        return "steps are not even, and the catalogue says so"
    if rows.flags & cat.TIMES_FALL and not chunk.flags & cat.TIMES_FALL:
        return "times fall, and the catalogue does not say so"
    if bool(chunk.flags & cat.MIXED) != numbers.mixed:
        return f"the chunk has {'' if numbers.mixed else 'no '}text, and the catalogue says otherwise"
    if chunk.flags & cat.RISES and not _rises(rows, numbers):
        return "values do not rise, and the catalogue says so"
    types = cat.FLOATS | cat.INTS | cat.BOOLS | cat.STRINGS | cat.JSONS
    if chunk.flags & types and chunk.flags & types & ~(cat.STRINGS | cat.JSONS) != types_of(values):
        return "the catalogue names other types of values"
    return None


def types_of(values: Values) -> int:
    """Which flags of types of numbers are true of values."""
    kinds = {"f": cat.FLOATS, "i": cat.INTS, "b": cat.BOOLS}
    if values.dtype != object:
        return kinds[values.dtype.kind]
    by_type = {float: cat.FLOATS, int: cat.INTS, bool: cat.BOOLS}
    return sum(by_type[kind] for kind in {type(value) for value in values.tolist()} if kind in by_type)


def _rises(rows: RowsSeen, numbers: Numbers) -> bool:
    values = numbers.values
    return (
        rows.last is None
        and not numbers.mixed
        and bool(np.isfinite(values).all())
        and bool((values[1:] >= values[:-1]).all())
    )


def wrong_levels(chunk: Chunk, middle: bytes | None, fine: bytes, numbers: Numbers) -> str | None:
    """How the levels of a chunk differ from what is computed from its values; None where they do not."""
    size = len(numbers.values)
    if size == 0:
        return None if not chunk.stat and not fine and not middle else "a chunk without numbers has levels"
    at_steps = bool(chunk.flags & cat.AT_STEPS)
    if wrong := _wrong_stats(chunk.stat, numbers, size, chunk.step_first if at_steps else None):
        return f"its statistic: {wrong}"
    deep = not numbers.mixed
    if deep and size > lod.MIDDLE:
        if not middle:
            return "its middle level is missing"
        if wrong := _wrong_stats(middle, numbers, lod.MIDDLE, chunk.step_first if at_steps else None):
            return f"its middle level: {wrong}"
    elif middle:
        return "it has a middle level that it does not need"
    if deep and size > lod.FINE:
        if wrong := _wrong_fine(fine, numbers):
            return f"its finest level: {wrong}"
    elif fine:
        return "it has a finest level that it does not need"
    return None


def _wrong_stats(data: bytes, numbers: Numbers, per: int, steps_from: int | None) -> str | None:
    """Rows of statistics against every `per` points; `steps_from`: places of extremes count steps from this one."""
    starts = np.arange(0, len(numbers.values), per)
    if len(data) != len(starts) * lod.STAT.itemsize:
        return f"has {len(data)} bytes for {len(starts)} blocks"
    stats = np.frombuffer(data, lod.STAT)
    ends = np.append(starts[1:], len(numbers.values))
    exact = {
        "step_first": numbers.steps[starts], "step_last": numbers.steps[ends - 1],
        "time_first": numbers.times[starts], "time_last": numbers.times[ends - 1],
        "points": ends - starts,
    }  # fmt: skip
    for name, right in exact.items():
        if not _same(stats[name], right):
            return f"{name} is not what the rows say"
    if wrong := _wrong_values(stats, numbers.values, starts):
        return wrong
    some = stats["count"] > 0
    for name, extreme in (("low_at", "low"), ("high_at", "high")):
        places = stats[name].astype(np.int64)
        if steps_from is not None:
            wanted = places + steps_from
            places = np.minimum(np.searchsorted(numbers.steps, wanted), len(numbers.steps) - 1)
            if not np.array_equal(numbers.steps[places][some], wanted[some]):
                return f"{name} is at a step that is not there"
        elif bool(((places < starts) | (places >= ends))[some].any()):
            return f"{name} is outside of its block"
        if not np.array_equal(numbers.values[places][some], stats[extreme][some]):
            return f"{name} is not where the value is"
    return None


def _wrong_fine(data: bytes, numbers: Numbers) -> str | None:
    if not data:
        return "is missing"
    fine = lod.decode_fine(data, len(numbers.values))
    starts = np.arange(0, len(numbers.values), lod.FINE)
    if len(fine.low) != len(starts):
        return f"has {len(fine.low)} blocks, not {len(starts)}"
    columns = {name: getattr(fine, name) for name in _VALUES}
    return _wrong_values(columns, numbers.values, starts)


_VALUES = ("low", "high", "total", "first", "last", "count", "nan", "pos_inf", "neg_inf")


def _wrong_values(told: dict[str, NDArray[np.generic]] | NDArray[np.void], values: Floats, starts: Ints) -> str | None:
    """Least, greatest, sum, first, last and counts of the blocks that begin at `starts`."""
    finite = np.isfinite(values)
    if whole := bool(finite.all()):
        ends = np.append(starts[1:], len(values))
        none = np.zeros(len(starts), np.int64)
        right = {
            "low": np.minimum.reduceat(values, starts), "high": np.maximum.reduceat(values, starts),
            "first": values[starts], "last": values[ends - 1],
            "count": ends - starts, "nan": none, "pos_inf": none, "neg_inf": none,
        }  # fmt: skip
    else:
        masked = np.where(finite, values, np.nan)
        count = np.add.reduceat(finite.astype(np.int64), starts)
        some = count > 0
        good = values[finite]
        after = np.cumsum(count)
        first, last = np.full(len(starts), np.nan), np.full(len(starts), np.nan)
        first[some], last[some] = good[(after - count)[some]], good[after[some] - 1]
        right = {
            "low": np.fmin.reduceat(masked, starts), "high": np.fmax.reduceat(masked, starts),
            "first": first, "last": last, "count": count,
            "nan": np.add.reduceat(np.isnan(values).astype(np.int64), starts),
            "pos_inf": np.add.reduceat((values == np.inf).astype(np.int64), starts),
            "neg_inf": np.add.reduceat((values == -np.inf).astype(np.int64), starts),
        }  # fmt: skip
    for name, column in right.items():
        if not _same(told[name], column):
            return f"{name} is not what the values say"
    with np.errstate(over="ignore", invalid="ignore"):
        plain = values if whole else np.where(finite, values, 0.0)
        total, size = np.add.reduceat(plain, starts), np.add.reduceat(np.abs(plain), starts)
        off = np.abs(told["total"] - total) > CLOSE * size
    return "total is not what the values say" if bool((off & np.isfinite(size)).any()) else None


_TOTALS = tuple(cat.Totals.__annotations__)


def same_totals(told: cat.Totals, found: cat.Totals, size: float) -> str | None:
    """How what is known of a key differs from what its points say; `size` is the sum of their absolute values."""
    for name in cat.Totals.__struct_fields__:
        a, b = getattr(told, name), getattr(found, name)
        if name == "total":
            if math.isfinite(size) and not abs(a - b) <= CLOSE * size:
                return f"total is {b}, not {a}"
        elif name in ("first_time", "last_time") and (math.isnan(a) or math.isnan(b)):
            continue  # the least of times of which some are no number depends on their order
        elif type(a) is not type(b) or (a != b and not (a != a and b != b)):
            return f"{name} is {b!r:.100}, not {a!r:.100}"
    return None


def sum_of_sizes(points: Points) -> float:
    """The sum of the absolute values that are finite."""
    numbers, _ = as_numbers(points.values)
    with np.errstate(over="ignore"):
        return float(np.abs(numbers[np.isfinite(numbers)]).sum())
