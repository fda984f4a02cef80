"""Cells to what a stored table holds, and back: dates as milliseconds, NaN as null, arrays as lists."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

BIG_INT = 1
"""The msgpack extension that holds an int of more than 64 bits, as decimal text."""
INT_LIMIT = 1 << 63
MAX_TEXT = 10_000
MAX_DEPTH = 64

Put = Callable[[Any], dict[str, Any]]
"""Brings a media value to where the table goes; the object that stands for it."""

_AS_IT_IS = frozenset({int, bool, type(None)})
_UTC = datetime.timezone.utc
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=_UTC)
_MILLISECOND = datetime.timedelta(milliseconds=1)


def said(value: Any, put: Put, depth: int = 0) -> Any:
    """The plain value for a cell: JSON types, ints of any size."""
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is float:
        return None if math.isnan(value) else value
    if isinstance(value, str):
        return text(value)
    if depth > MAX_DEPTH:
        return "..."
    if is_media(value):
        return put(value)
    if isinstance(value, Mapping):
        return {_key(key): said(inner, put, depth + 1) for key, inner in list(value.items())}
    for step in ("detach", "cpu"):  # a tensor with a gradient, or on a GPU
        if callable(getattr(value, step, None)):
            value = getattr(value, step)()
    if callable(getattr(value, "tolist", None)):
        found = value.tolist()
        if type(value).__name__ == "datetime64" and isinstance(found, int):
            return found / 1e6  # one of nanoseconds has no other form
        return str(found)[:MAX_TEXT] if type(found) is kind else said(found, put, depth + 1)
    if isinstance(value, datetime.datetime):
        return _milliseconds(value)
    if isinstance(value, datetime.date):
        return _milliseconds(datetime.datetime(value.year, value.month, value.day))
    if isinstance(value, (list, tuple, set, frozenset, range)):
        return [said(inner, put, depth + 1) for inner in list(value)]
    return _other(value, put, depth)


def _other(value: Any, put: Put, depth: int) -> Any:
    kind: Any = type(value)
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, (float, Decimal)):
        return said(float(value), put, depth + 1)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    if callable(getattr(value, "item", None)):
        return said(value.item(), put, depth + 1)
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    try:
        return text(str(value)[:MAX_TEXT])
    except Exception:  # it cannot say what it is
        return f"<{kind.__name__}>"


def has_plain_form(value: Any) -> bool:
    """Whether `said` gives more of a value than its text: a number, text, a date, an array, …"""
    if isinstance(value, _PLAIN_FORMS):
        return True
    if callable(value) and hasattr(value, "__qualname__"):
        return True
    return not is_media(value) and any(callable(getattr(type(value), name, None)) for name in ("tolist", "item"))


_PLAIN_FORMS = (str, int, float, Decimal, bytes, datetime.date, Enum, Mapping, list, tuple, set, frozenset, type(None))


def is_media(value: Any) -> bool:
    """Whether a value is kept as a file or an object of its own, not as a plain value."""
    kind = type(value)
    return hasattr(kind, "stored") or hasattr(kind, "bound")


def packed(value: Any) -> Any:
    """A plain value as msgpack can hold it."""
    if type(value) is int and not -INT_LIMIT <= value < 2 * INT_LIMIT:
        return msgspec.msgpack.Ext(BIG_INT, str(value).encode())
    if type(value) is list:
        return [packed(inner) for inner in value]
    if type(value) is dict:
        return {key: packed(inner) for key, inner in value.items()}
    return value


def unpacked(value: Any) -> Any:
    """The plain value back, with NaN as null and whatever else msgpack may hold as JSON has it."""
    kind = type(value)
    if kind is float:
        return value if value == value else None
    if kind in _AS_IT_IS or kind is str:
        return value
    if kind is list:
        return [unpacked(inner) for inner in value]
    if kind is dict:
        return {key: unpacked(inner) for key, inner in value.items()}
    if kind is msgspec.msgpack.Ext:
        return int(bytes(value.data)) if value.code == BIG_INT else None
    return said(value, lambda media: {})


def read(value: Any, restore: Callable[[dict[str, Any]], Any]) -> Any:
    """A cell back from JSON: objects with a `_type` become what they stand for."""
    if isinstance(value, dict) and "_type" in value:
        return restore(value)
    return value


def moment(value: Any) -> Any:
    """A date back from its milliseconds."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _EPOCH + datetime.timedelta(milliseconds=value)
    return value


def _milliseconds(value: datetime.datetime) -> Any:
    if value != value:  # pandas' NaT
        return None
    if value.tzinfo is None:
        value = value.replace(tzinfo=_UTC)
    return (value - _EPOCH) // _MILLISECOND


def _key(key: Any) -> Any:
    if isinstance(key, str):
        return text(key)
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    return str(key)


def text(value: str) -> str:
    """Text that can be encoded: a lone surrogate becomes a question mark."""
    value = str.__str__(value)
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode()
    return value
