"""What grouping means: the plain evaluation that every faster one must agree with.

A run is in the group of its value in a field. Values that a filter calls equal are one group: numbers by what they are
as floats, texts letter by letter, true and false, lists and dicts by their JSON. All NaN are a group, and so are the
runs without a value. In `tags` a run is in the group of each of its tags, and those without tags are a group. Times are
grouped by their day in UTC.

Groups of a field are in the order in which runs are sorted by it: numbers, texts whatever the case, the rest, NaN, and
what has no value.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from gnomon.model.floats import tagged
from gnomon.model.groups import Numbers
from gnomon.model.query import Every, Filter, Where
from gnomon.model.query_match import TIME_FIELDS, as_float, is_number, spelled

DAY_SECS = 86400
FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""The days that are dates, counted from 1970; a time before or after them is a group by itself."""


class Place(NamedTuple):
    """Where a value stands among the groups of a field; equal for values of one group."""

    rank: int
    number: float
    folded: str
    text: str


def values_in(field: str, value: Any) -> list[Any]:
    """The values whose groups a run is in that has this value in the field."""
    if field == "tags" and isinstance(value, list):
        return list({place_of(one): one for one in value}.values()) or [None]
    if field in TIME_FIELDS and is_number(value):
        day = day_of(as_float(value))
        return [value if day is None else float(day * DAY_SECS)]
    return [value]


def day_of(moment: float) -> int | None:
    """The day of these Unix seconds in UTC, counted from 1970; None where there is no such date."""
    if not FIRST_DAY * DAY_SECS <= moment < (LAST_DAY + 1) * DAY_SECS:
        return None
    return math.floor(moment / DAY_SECS)


def place_of(value: Any) -> Place:
    """Where the group of a value stands."""
    if value is None:
        return Place(9, 0.0, "", "")
    if is_number(value):
        number = as_float(value)
        return Place(8, 0.0, "", "") if number != number else Place(1, number + 0.0, "", "")
    if isinstance(value, str):
        return Place(2, 0.0, value.casefold(), value)
    text = spelled(value).decode()
    return Place(3, 0.0, text.casefold(), text)


def shown(field: str, value: Any) -> Any:
    """The value of a group as an answer has it."""
    if is_number(value):
        number = as_float(value)
        if field in TIME_FIELDS and (day := day_of(number)) is not None:
            return (date(1970, 1, 1) + timedelta(days=day)).isoformat()
        return int(number) if number.is_integer() and abs(number) < 1 << 53 else number
    return value


def wheres_of(field: str, value: Any) -> tuple[Where, ...]:
    """What holds for exactly the runs of the value's group, in words that JSON has."""
    if field == "tags":
        return (Where("tags", "=", []) if value is None else Where("tags", "contains", value),)
    if value is None:
        return (Where(field, "exists", False),)
    if is_number(value):
        number = as_float(value)
        if number != number:
            return (Where(field, "is", "nan"),)
        if math.isinf(number):
            most = math.copysign(sys.float_info.max, number)
            return (Where(field, ">" if number > 0 else "<", most),)
        if field in TIME_FIELDS and day_of(number) is not None:
            return Where(field, ">=", number), Where(field, "<", number + DAY_SECS)
        return (Where(field, "=", shown("", number)),)
    return (Where(field, "=", tagged(value)),)


def within(filter: Filter, by: Sequence[str], values: Sequence[Any]) -> Filter:
    """The filter of one group among the runs for which a filter holds."""
    before = filter.parts if isinstance(filter, Every) else (filter,)
    return Every((*before, *(where for pair in zip(by, values, strict=True) for where in wheres_of(*pair))))


def grouped(runs: Iterable[Callable[[str], Any]], by: Sequence[str]) -> dict[tuple[Place, ...], list[int]]:
    """Which runs (by number, from 0) are in which group, in the order of the groups' values."""
    groups: dict[tuple[Place, ...], list[int]] = {}
    for number, value_of in enumerate(runs):
        names: list[tuple[Place, ...]] = [()]
        for field in by:
            names = [(*name, place_of(one)) for name in names for one in values_in(field, value_of(field))]
        for name in names:
            groups.setdefault(name, []).append(number)
    return dict(sorted(groups.items()))


def numbers_of(values: Iterable[Any]) -> Numbers:
    """What the numbers among the values come to."""
    numbers = [as_float(value) for value in values if is_number(value)]
    finite = [number for number in numbers if math.isfinite(number)]
    mean = Fraction(sum(map(Fraction, finite)), len(finite)) if finite else None
    return Numbers(
        n=len(finite),
        mean=None if mean is None else float(mean),
        min=min(finite, default=None),
        max=max(finite, default=None),
        std=_std(finite, mean) if mean is not None and len(finite) > 1 else None,
        nan=sum(number != number for number in numbers),
        pos_inf=sum(number == math.inf for number in numbers),
        neg_inf=sum(number == -math.inf for number in numbers),
    )


def _std(finite: Sequence[float], mean: Fraction) -> float:
    """Of a sample; infinite where it is beyond all floats."""
    variance = sum(((Fraction(number) - mean) ** 2 for number in finite), Fraction(0)) / (len(finite) - 1)
    if not variance:
        return 0.0
    # The root of a fraction whose float may be beyond all floats, or nothing: taken of its middle bits.
    shift = (variance.numerator.bit_length() - variance.denominator.bit_length()) // 2
    try:
        return math.ldexp(math.sqrt(variance / Fraction(4) ** shift), shift)
    except OverflowError:
        return math.inf
