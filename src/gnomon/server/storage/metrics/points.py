"""Points of one key as columns, and what is made of steps that were logged more than once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.store import Block, Column, Repeats

Values = NDArray[Any]
"""float64, int64, bool, or object: JSON text as str, and where a key changed its type, numbers beside it."""

_json = msgspec.json.Decoder()


@dataclass(frozen=True, slots=True)
class Points:
    """Points of one key. `seqs` numbers the logged rows of the run: points with one seq were logged together."""

    steps: NDArray[np.int64]
    times: NDArray[np.float64]
    seqs: NDArray[np.int64]
    values: Values

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, which: Any) -> Points:
        return Points(self.steps[which], self.times[which], self.seqs[which], self.values[which])


def no_points() -> Points:
    """The points of a key nobody logged."""
    whole = np.empty(0, np.int64)
    return Points(whole, np.empty(0, np.float64), whole, np.empty(0, np.float64))


def joined(parts: Sequence[Points]) -> Points:
    """The parts, one after another; values of different types stay what they were."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return no_points()
    return Points(
        np.concatenate([part.steps for part in parts]),
        np.concatenate([part.times for part in parts]),
        np.concatenate([part.seqs for part in parts]),
        joined_values([part.values for part in parts]),
    )


def joined_values(parts: Sequence[Values]) -> Values:
    """Like `np.concatenate`, but True and 1 and 1.0 stay three different values."""
    if len({part.dtype for part in parts}) > 1:
        parts = [part.astype(object) for part in parts]
    return np.concatenate(parts)


def in_order(points: Points) -> Points:
    """Sorted by step, and within a step in the order of logging."""
    steps, seqs = points.steps, points.seqs
    if len(steps) < 2:
        return points
    rises = steps[1:] > steps[:-1]
    if bool(rises.all()) or bool((rises | ((steps[1:] == steps[:-1]) & (seqs[1:] > seqs[:-1]))).all()):
        return points
    return points[np.lexsort((seqs, steps))]


def last_of_step(steps: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the sorted points is the last of its step."""
    last = np.ones(len(steps), np.bool_)
    np.not_equal(steps[1:], steps[:-1], out=last[:-1])
    return last


def as_rows(
    steps: NDArray[np.int64], times: NDArray[np.float64], seqs: NDArray[np.int64], repeats: Repeats
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.intp]]:
    """The rows that points of several keys make, in order of step, and which row each point is in.

    A row has the time of what was logged last. There is one a step, or with `repeats="all"` one for each logged row.
    """
    order = np.lexsort((seqs, steps))
    steps, seqs, times = steps[order], seqs[order], times[order]
    end_of_row = last_of_step(steps)
    if repeats == "all":
        end_of_row[:-1] |= seqs[1:] != seqs[:-1]
    row_of = np.empty(len(order), np.intp)
    row_of[order] = np.cumsum(end_of_row) - end_of_row
    return steps[end_of_row], times[end_of_row], row_of


def resolved(points: Points, repeats: Repeats) -> Points:
    """What is read of sorted points: for `last` and `mean` one a step. A mean is a float, and of finite values."""
    if repeats == "all" or len(points) == 0:
        return points
    last = last_of_step(points.steps)
    kept = points if bool(last.all()) else points[last]
    if repeats == "last":
        return kept
    return Points(kept.steps, kept.times, kept.seqs, _means(points.values, np.flatnonzero(last)))


def _means(values: Values, ends: NDArray[np.intp]) -> Values:
    starts = np.concatenate(([0], ends[:-1] + 1))
    numbers, is_number = as_numbers(values)
    finite = np.isfinite(numbers) & is_number
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.add.reduceat(np.where(finite, numbers, 0.0), starts)
        count = np.add.reduceat(finite.astype(np.int64), starts)
        mean: Values = np.where(count > 0, total / np.maximum(count, 1), numbers[ends])
    if is_number.all():
        return mean
    out = mean.astype(object)
    text = ~is_number[ends]
    out[text] = values[ends][text]
    return out


def as_numbers(values: Values) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The values as floats (NaN for text), and which of them are numbers."""
    if values.dtype != object:
        return values.astype(np.float64, copy=False), np.ones(len(values), np.bool_)
    is_number = np.fromiter((not isinstance(value, str) for value in values), np.bool_, len(values))
    numbers = np.full(len(values), np.nan)
    numbers[is_number] = values[is_number].astype(np.float64)
    return numbers, is_number


def numeric(points: Points) -> tuple[Points, NDArray[np.float64]]:
    """The points that are numbers, and these as floats."""
    numbers, is_number = as_numbers(points.values)
    if is_number.all():
        return points, numbers
    return points[is_number], numbers[is_number]


def plain(values: Values) -> list[Any]:
    """The values as Python values: numbers as they were logged, text as the JSON it is."""
    out: list[Any] = values.tolist()
    if values.dtype == object:
        return [parsed(value) if isinstance(value, str) else value for value in out]
    return out


def parsed(text: str) -> Any:
    """The value of JSON text; text that is no JSON stands for itself."""
    try:
        return _json.decode(text)
    except msgspec.DecodeError:
        pass
    try:
        return json.loads(text)  # takes bare NaN and Infinity
    except ValueError:
        return text


def column_values(column: Column) -> tuple[Values, NDArray[np.intp] | None]:
    """A logged column as values, and the rows that have one (None: all do). Raises ValueError for foreign types."""
    if isinstance(column, list):
        rows = [at for at, value in enumerate(column) if value is not None]
        values = np.empty(len(rows), object)
        for to, at in enumerate(rows):
            value = column[at]
            if not isinstance(value, str):
                raise ValueError(f"a text column holds {value!r}, which is no str")
            values[to] = value
        return values, None if len(rows) == len(column) else np.array(rows, np.intp)
    if column.dtype not in (np.float64, np.int64, np.bool_):
        raise ValueError(f"a column has type {column.dtype}; it must be float64, int64, bool or a list of text")
    return column, None


def checked(block: Block) -> None:
    """Raises ValueError where the parts of a block do not fit together."""
    rows = len(block.steps)
    if len(block.times) != rows or any(len(column) != rows for column in block.columns):
        raise ValueError(f"the columns of a block of {block.stream!r} have different lengths")
    if len(block.keys) != len(block.columns):
        raise ValueError(f"a block of {block.stream!r} has {len(block.keys)} keys and {len(block.columns)} columns")
    if len(set(block.keys)) != len(block.keys):
        raise ValueError(f"a block of {block.stream!r} names a key twice")


def check_names(names: Mapping[str, str] | None, *, within_stream: bool) -> None:
    """Raises ValueError where keys cannot be moved to these names at once."""
    if names is None:
        if within_stream:
            raise ValueError("within a stream, points move to other names; none are given")
        return
    if len(set(names.values())) != len(names):
        raise ValueError("two keys cannot be moved to one name at once")
    if within_stream and (both := names.keys() & set(names.values())):
        raise ValueError(f"{sorted(both)[0]!r} cannot be moved, and moved to, at once")
