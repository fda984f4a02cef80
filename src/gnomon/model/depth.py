"""How deep values of others are nested: what walks over them one call a level must not be led too far."""

from __future__ import annotations

from typing import Any

MOST = 100


def too_deep(value: Any, most: int = MOST) -> bool:
    """Whether lists and dicts are nested deeper than `most`.

    >>> too_deep([[{"a": []}]], 4), too_deep([[{"a": []}]], 3)
    (False, True)
    """
    level = [value] if isinstance(value, (dict, list, tuple)) else []
    for _ in range(most):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list, tuple))
        ]
        if not level:
            return False
    return True
