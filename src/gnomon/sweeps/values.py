"""When two parameter values are the same."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any


def canonical(value: Any) -> Hashable:
    """A key that is equal for equal values, whatever road they came: 3 and 3.0 are, True and 1 are not.

    >>> canonical({"a": [1.0]}) == canonical({"a": (1,)})
    True
    >>> canonical(True) == canonical(1)
    False
    """
    if isinstance(value, bool) or value is None:
        return (type(value).__name__, value)
    if isinstance(value, (int, float)):
        return ("number", "nan" if value != value else value)
    if isinstance(value, str):
        return ("text", value)
    if isinstance(value, dict):
        return ("map", tuple(sorted((str(key), canonical(item)) for key, item in value.items())))
    if isinstance(value, (list, tuple)):
        return ("list", tuple(canonical(item) for item in value))
    return (type(value).__name__, repr(value))
