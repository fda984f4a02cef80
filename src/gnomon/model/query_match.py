"""What a filter means: the plain evaluation that every faster one must agree with.

A value is looked up by field; None is "no value", and so is a field the run does not have.

    = !=            equal, or not. Numbers compare as numbers, text as text; true and false equal only themselves
    < <= > >=       numbers with numbers and text with text; anything else does not hold
    in, not in      equal to one of a list, or to none
    contains        text within text, whatever the case; or an element of a list
    matches         a pattern found in the text, or in an element of a list
    exists          there is a value (with the value `false`: there is none)
    is              of a kind: number, nan (a number too), text, bool, list or dict

With no value only `!=`, `not in` and `= null` hold. NaN equals nothing, and no comparison with it holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any, get_args

import msgspec

from gnomon.model.errors import Rejected
from gnomon.model.floats import tagged
from gnomon.model.patterns import pattern
from gnomon.model.query import EXTENTS, LOGGED, PLACE_FIELDS, RUN_FIELDS, Every, Filter, Kind, Not, Some, Where

DEEPEST = 20
MOST_PARTS = 500
LONGEST_LIST = 10_000
LONGEST_FIELD = 1000
TIME_FIELDS = ("created_at", "updated_at")


def holds(filter: Filter, value_of: Callable[[str], Any]) -> bool:
    """Whether the filter, which `checked` let pass, holds for what has these values."""
    if isinstance(filter, Where):
        return compare(filter.op, value_of(filter.field), filter.value)
    if isinstance(filter, Every):
        return all(holds(part, value_of) for part in filter.parts)
    if isinstance(filter, Some):
        return any(holds(part, value_of) for part in filter.parts)
    return not holds(filter.part, value_of)


def compare(op: str, value: Any, given: Any) -> bool:
    """One comparison of a stored value with what the filter gives."""
    if op == "=":
        return equal(value, given)
    if op == "!=":
        return not equal(value, given)
    if op == "in":
        return any(equal(value, one) for one in given)
    if op == "not in":
        return not any(equal(value, one) for one in given)
    if op == "exists":
        return (value is not None) is (given is not False)
    if op == "is":
        return given in kinds_of(value)
    if value is None:
        return False
    if op == "contains":
        if isinstance(value, list):
            return any(equal(one, given) for one in value)
        return isinstance(value, str) and isinstance(given, str) and given.casefold() in value.casefold()
    if op == "matches":
        texts = value if isinstance(value, list) else (value,)
        return any(isinstance(text, str) and pattern(given).found_in(text) for text in texts)
    if is_number(value) and is_number(given):
        left, right = as_float(value), as_float(given)
        return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op]
    if isinstance(value, str) and isinstance(given, str):
        return {"<": value < given, "<=": value <= given, ">": value > given, ">=": value >= given}[op]
    return False


def kinds_of(value: Any) -> tuple[str, ...]:
    """What `is` finds a value to be; of no value, nothing."""
    if is_number(value):
        return ("number", "nan") if value != value else ("number",)
    names: dict[type, str] = {str: "text", bool: "bool", list: "list", dict: "dict"}
    name = names.get(type(value))
    return (name,) if name else ()


def equal(value: Any, given: Any) -> bool:
    """Equality as filters know it; true is not 1."""
    if is_number(value) and is_number(given):
        return as_float(value) == as_float(given)
    if isinstance(value, (dict, list)) and isinstance(given, (dict, list)):
        return spelled(value) == spelled(given)
    return type(value) is type(given) and value == given


def spelled(value: Any) -> bytes:
    """A list or a dict as the bytes it is compared by."""
    return msgspec.json.encode(tagged(value))


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def as_float(value: float) -> float:
    """The number as a float; an int beyond all floats is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def checked(filter: Filter) -> Filter:
    """The filter with dates turned into Unix seconds. Raises Rejected where it makes no sense, or is too large."""
    if sum(1 for _ in _parts(filter, 1)) > MOST_PARTS:
        raise Rejected(f"The filter has more than {MOST_PARTS} parts", field="filter")
    return _checked(filter)


def check_field(name: str) -> str:
    """The name, if runs can have such a field. Raises Rejected with what might be meant."""
    if name in RUN_FIELDS or name in PLACE_FIELDS:
        return name
    prefix, dot, path = name.partition(".")
    if dot and path and prefix in ("config", "summary", *EXTENTS):
        if len(name) > LONGEST_FIELD:
            raise Rejected(f"A field name has at most {LONGEST_FIELD} characters", field="filter")
        return name
    raise Rejected(f"There is no field {name!r}; perhaps config.{name} or summary.{name}", field=name)


def _checked(filter: Filter) -> Filter:
    if isinstance(filter, Every):
        return Every(tuple(_checked(part) for part in filter.parts))
    if isinstance(filter, Some):
        return Some(tuple(_checked(part) for part in filter.parts))
    if isinstance(filter, Not):
        return Not(_checked(filter.part))
    field, op, value = _filtered(filter.field), filter.op, filter.value
    if op in ("in", "not in"):
        if not isinstance(value, (list, tuple)) or len(value) > LONGEST_LIST:
            raise Rejected(f"`{field} {op}` takes a list of at most {LONGEST_LIST} values", field=field)
        value = [_scalar(field, one) for one in value]
    elif op == "matches":
        if not isinstance(value, str):
            raise Rejected(f"`{field} matches` takes a pattern in quotes", field=field)
        pattern(value)
    elif op == "exists":
        if value not in (None, True, False) or is_number(value):
            raise Rejected(f"`{field} exists` takes true or false", field=field)
    elif op == "is":
        if value not in get_args(Kind):
            raise Rejected(f"`{field} is` takes one of {', '.join(get_args(Kind))}", field=field)
    elif op in ("=", "!=", "contains"):
        value = value if isinstance(value, (list, dict)) else _scalar(field, value)
    else:
        value = _scalar(field, value)
        if value is None or isinstance(value, bool):
            raise Rejected(f"`{field} {op}` takes a number or a text", field=field)
    return Where(field, op, value)


def _filtered(name: str) -> str:
    """The name of a field that a filter may speak of."""
    return name if name.startswith(LOGGED) and name != LOGGED and len(name) <= LONGEST_FIELD else check_field(name)


def _scalar(field: str, value: Any) -> Any:
    if isinstance(value, (list, dict)):
        raise Rejected(f"{field} is compared with one value, not with {type(value).__name__}", field=field)
    if field in TIME_FIELDS and isinstance(value, str):
        return _moment(field, value)
    return value


def _moment(field: str, text: str) -> float:
    """Unix seconds of a date such as 2026-11-20 or 2026-11-20T18:00; UTC where it does not say."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        return moment.timestamp()
    except (ValueError, OverflowError):
        raise Rejected(f"{field} is a time; {text!r} is none (try 2026-11-20T18:00)", field=field) from None


def _parts(filter: Filter, depth: int) -> Iterator[Filter]:
    if depth > DEEPEST:
        raise Rejected(f"The filter is nested deeper than {DEEPEST}", field="filter")
    yield filter
    if isinstance(filter, (Every, Some)):
        for part in filter.parts:
            yield from _parts(part, depth + 1)
    elif isinstance(filter, Not):
        yield from _parts(filter.part, depth + 1)
