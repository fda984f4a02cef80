"""Foreign values to plain ones: numbers, text, None, lists and dicts, as the journal can hold them."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from gnomon.sdk.values.bins import counted

PLAIN = frozenset({float, int, bool, str, type(None)})
"""Types that go into the journal as they are (ints and strings as far as `plain` agrees)."""

MAX_DEPTH = 64
MAX_LIST = 32
"""Longer one-dimensional arrays of numbers become histograms, as users know it."""

HISTOGRAM_BINS = 64
INT_LIMIT = 1 << 63

_SEQUENCES = (list, tuple, set, frozenset, range)


class Unloggable(Exception):
    """This value cannot be kept; the message says why, for a person."""


def plain(value: Any, depth: int = 0) -> Any:
    """The plain value that says the same. Raises Unloggable where there is none.

    Numbers keep their exact value: narrow floats are widened, ints outside 64 bits become floats. Arrays of one
    element become that element, longer ones lists or histograms. Dicts come back with strings as keys.
    """
    kind = type(value)
    if kind is float or kind is bool or value is None:
        return value
    if kind is int:
        return value if -INT_LIMIT <= value < INT_LIMIT else _wide(value)
    if kind is str:
        return _text(value)
    if depth > MAX_DEPTH:
        raise Unloggable(f"it is nested more than {MAX_DEPTH} deep, or contains itself")
    try:
        return _plain(value, depth)
    except Unloggable:
        raise
    except RecursionError:
        raise Unloggable("it is nested too deep, or contains itself") from None
    except Exception as error:  # foreign code of any kind ran
        raise Unloggable(f"{type(error).__name__} while reading it: {_short(error)}") from None


def _plain(value: Any, depth: int) -> Any:
    if isinstance(value, Enum):
        return plain(value.value, depth + 1)
    if isinstance(value, str):
        return _text(str.__str__(value))
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, int):
        return plain(int(value), depth + 1)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {_key(name): plain(inner, depth + 1) for name, inner in pairs(value)}
    if isinstance(value, _SEQUENCES):
        return [plain(inner, depth + 1) for inner in list(value)]
    if is_array(value):
        return _array(value, depth)
    fields = getattr(type(value), "__dataclass_fields__", None)
    if fields is not None:
        return {name: plain(getattr(value, name), depth + 1) for name in fields}
    if isinstance(value, complex):
        raise Unloggable("it is a complex number; log its parts or its size")
    if hasattr(value, "__index__"):
        return plain(int(value.__index__()), depth + 1)
    if hasattr(value, "__float__"):
        return float(value)
    raise Unloggable(f"values of type {_type_name(value)} are not supported")


def is_array(value: Any) -> bool:
    """A numpy, torch, jax or tensorflow array or scalar, known by its shape and dtype."""
    return hasattr(value, "dtype") and hasattr(value, "shape")


def array_of(value: Any) -> Any:
    """The same values as a numpy array, from whatever library. Raises what that library raises."""
    if type(value).__module__ == "numpy":
        return value
    for step in ("detach", "cpu"):
        if hasattr(value, step):
            value = getattr(value, step)()
    if "bfloat16" in str(value.dtype) and hasattr(value, "float"):
        value = value.float()
    if hasattr(value, "numpy"):
        value = value.numpy()
    elif not hasattr(value, "__array_interface__") and hasattr(value, "__array__"):
        value = value.__array__()
    return value


def loaded_numpy() -> Any:
    """The module numpy, which is loaded where there is an array of it."""
    return sys.modules["numpy"]


def histogram(counts: Iterable[Any], edges: Iterable[Any]) -> dict[str, Any]:
    """The value of a histogram: `n` counts between `n + 1` edges."""
    return {"_type": "histogram", "values": list(counts), "bins": list(edges)}


def _array(value: Any, depth: int) -> Any:
    size = math.prod(value.shape)
    if size == 1:
        return _scalar(value, depth)
    if size == 0:
        return []
    numbers = array_of(value)
    if str(numbers.dtype) == "object":
        return [plain(inner, depth + 1) for inner in numbers.tolist()]
    if size <= MAX_LIST:
        return plain(numbers.tolist(), depth + 1)
    if numbers.dtype.kind not in "biuf":
        raise Unloggable(f"it is an array of {size} values of {numbers.dtype}; log a media object of it")
    counts, edges = counted(numbers, HISTOGRAM_BINS)
    if not any(counts):
        raise Unloggable(f"it is an array of {size} values, none of them finite")
    return histogram(counts, edges)


def _scalar(value: Any, depth: int) -> Any:
    """The one element of an array."""
    if hasattr(value, "item"):
        found = value.item()
    else:
        found = array_of(value).item()
    if type(found) is type(value):  # a long double's item is a long double
        return float(found)
    return plain(found, depth + 1)


def pairs(mapping: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    """The items at one moment, though another thread may be changing the mapping."""
    for _ in range(8):
        try:
            return list(mapping.items())
        except RuntimeError:  # it changed under our hands
            continue
    raise Unloggable("it is changed by another thread all the time")


def _key(name: Any) -> str:
    return _text(name) if isinstance(name, str) else _text(str(name))


def _wide(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        raise Unloggable(f"it is a whole number of {value.bit_length()} bits") from None


def _text(value: str) -> str:
    """Text that can be encoded: a lone surrogate becomes a question mark."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode()
    return value


def _type_name(value: Any) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _short(error: Exception) -> str:
    text = str(error)
    return text if len(text) < 200 else text[:200] + "…"
