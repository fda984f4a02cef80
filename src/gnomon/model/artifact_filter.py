"""Which artifacts are asked for, and in which order: documents of MongoDB and names of fields, as scripts for wandb's
`Api` write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, TypeVar

from gnomon.model.errors import Rejected
from gnomon.model.patterns import pattern
from gnomon.model.query_match import DEEPEST, compare

T = TypeVar("T")

_COMPARED = {
    "$eq": "=", "$ne": "!=", "$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<=", "$in": "in", "$nin": "not in",
    "$contains": "contains", "$regex": "matches",
}  # fmt: skip
_TIMES = ("created_at", "updated_at")

Values = Callable[[str], Any]
"""What a thing has at a field, whose name is in snake case. Raises KeyError for a field that there is not."""


def holds(document: Any, values: Values, *, depth: int = 1) -> bool:
    """Whether a document holds for what has these values. A list has what any of its items is.

    Raises Rejected for a field or an operator that there is not.

    >>> values = {"state": "COMMITTED", "tags": ["a", "b"], "size": 3}.__getitem__
    >>> holds({"state": "COMMITTED", "tags": "b", "$or": [{"size": {"$gt": 5}}, {"size": 3}]}, values)
    True
    """
    if depth > DEEPEST or not isinstance(document, Mapping):
        raise _wrong('a document such as {"state": "COMMITTED"} is expected')
    for name, given in document.items():
        if name in ("$and", "$or", "$nor"):
            if not isinstance(given, list):
                raise _wrong(f"{name} takes a list of documents")
            found = [holds(one, values, depth=depth + 1) for one in given]
            true = all(found) if name == "$and" else any(found) is (name == "$or")
        elif name == "$not":
            true = not holds(given, values, depth=depth + 1)
        else:
            true = _of_field(name, given, values, depth)
        if not true:
            return False
    return True


def ordered(things: list[T], order: str | None, values_of: Callable[[T], Values]) -> list[T]:
    """The things by a field: `+name` or `name` ascending, `-name` descending; those without a value last.

    Raises Rejected for a field that there is not.
    """
    for part in reversed([part.strip() for part in (order or "").split(",") if part.strip()]):
        field, descending = part.lstrip("+-"), part.startswith("-")
        keyed = [(_value(values_of(thing), field), thing) for thing in things]
        present = [pair for pair in keyed if pair[0] is not None]
        try:
            present.sort(key=lambda pair: pair[0], reverse=descending)
        except TypeError:
            present.sort(key=lambda pair: str(pair[0]), reverse=descending)
        things = [thing for _, thing in present] + [thing for value, thing in keyed if value is None]
    return things


def _of_field(name: str, given: Any, values: Values, depth: int) -> bool:
    if depth > DEEPEST:
        raise _wrong(f"it is nested deeper than {DEEPEST}")
    value = _value(values, name)
    if not (isinstance(given, Mapping) and any(str(one).startswith("$") for one in given)):
        return _compared("=", value, given, name)
    for operator, wanted in given.items():
        if operator == "$exists":
            true = (value is not None) is bool(wanted)
        elif operator == "$not":
            true = not _of_field(name, wanted, values, depth + 1)
        elif operator in _COMPARED:
            true = _compared(_COMPARED[operator], value, wanted, name)
        else:
            raise _wrong(f"there is no operator {operator!r} for a field")
        if not true:
            return False
    return True


def _compared(op: str, value: Any, given: Any, name: str) -> bool:
    if op in ("in", "not in") and not isinstance(given, list):
        raise _wrong(f"{name} is compared with a list")
    if op == "matches":
        if not isinstance(given, str):
            raise _wrong(f"{name} is matched with a pattern")
        pattern(given)
    if _snake(name) in _TIMES:
        given = [_moment(one) for one in given] if isinstance(given, list) else _moment(given)
    if isinstance(value, list) and op in ("=", "in"):
        return any(compare(op, one, given) for one in value) or compare(op, value, given)
    if isinstance(value, list) and op in ("!=", "not in"):
        return all(compare(op, one, given) for one in value)
    return compare(op, value, given)


def _moment(given: Any) -> Any:
    """Unix seconds of a date; what is none stays as it is."""
    if not isinstance(given, str):
        return given
    try:
        moment = datetime.fromisoformat(given.replace("Z", "+00:00"))
    except ValueError:
        return given
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _value(values: Values, name: str) -> Any:
    try:
        return values(_snake(name))
    except KeyError:
        raise _wrong(f"there is no field {name[:100]!r}") from None


def _snake(name: str) -> str:
    """
    >>> _snake("createdAt"), _snake("metadata.aB")
    ('created_at', 'metadata.aB')
    """
    head, dot, rest = name.partition(".")
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in head) + dot + rest


def _wrong(what: str) -> Rejected:
    return Rejected(f"The filter or order cannot be read: {what}", field="filters")
