"""Numbers that JSON does not have: NaN and the infinities, in values that are kept or sent as JSON.

Where values are kept, such a number is `{"_type": "float", "value": "NaN"}`, so that a text "NaN" stays a text. Where
they are shown, it is its name alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

NUMBERS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
"""By name."""

MARK = '"_type":"float"'
"""JSON written by msgspec without this text holds no such number."""


def tagged(value: Any) -> Any:
    """The value with each such number as a dict that says what it is; the same object where there is none."""
    return _replaced(value, lambda number: {"_type": "float", "value": _name(number)})


def named(value: Any) -> Any:
    """The value with each such number as its name; the same object where there is none."""
    return _replaced(value, _name)


def untagged(value: Any) -> Any:
    """What `tagged` was given.

    >>> untagged(tagged({"a": [float("-inf"), "-Infinity"]}))
    {'a': [-inf, '-Infinity']}
    """
    if isinstance(value, dict):
        if len(value) == 2 and value.get("_type") == "float" and isinstance(name := value.get("value"), str):
            return NUMBERS.get(name, value)
        return {key: untagged(item) for key, item in value.items()}
    if isinstance(value, list):
        return [untagged(item) for item in value]
    return value


def _replaced(value: Any, spelled: Callable[[float], Any]) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else spelled(value)
    if isinstance(value, dict):
        for item in value.values():
            if isinstance(item, (float, dict, list, tuple)) and _replaced(item, spelled) is not item:
                return {key: _replaced(item, spelled) for key, item in value.items()}
        return value
    if isinstance(value, (list, tuple)):
        for item in value:
            if isinstance(item, (float, dict, list, tuple)) and _replaced(item, spelled) is not item:
                return [_replaced(item, spelled) for item in value]
        return value
    return value


def _name(number: float) -> str:
    return "NaN" if number != number else "Infinity" if number > 0 else "-Infinity"
