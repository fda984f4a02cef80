"""Dotted paths into config and summary, whose own keys may hold dots too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any

MOST_SPLIT = 4


@lru_cache(maxsize=4096)
def spellings(path: str) -> tuple[tuple[str, ...], ...]:
    """The ways a dotted path can be meant, in the order in which they are tried: as one key first.

    >>> spellings("a.b")
    (('a.b',), ('a', 'b'))
    """
    parts = path.split(".")
    if len(parts) > MOST_SPLIT:
        return ((path,), tuple(parts))
    found = []
    for cuts in range(len(parts)):
        for places in combinations(range(1, len(parts)), cuts):
            edges = [0, *places, len(parts)]
            found.append(tuple(".".join(parts[a:b]) for a, b in pairwise(edges)))
    return tuple(found)


def look_up(values: Mapping[str, Any], path: str) -> Any:
    """What lies at the path, or None.

    >>> look_up({"a": {"b": 1}, "a.c": 2}, "a.b"), look_up({"a": {"b": 1}, "a.c": 2}, "a.c")
    (1, 2)
    """
    for names in spellings(path):
        at: Any = values
        for name in names:
            at = at.get(name) if isinstance(at, Mapping) else None
            if at is None:
                break
        if at is not None:
            return at
    return None


def only(values: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """What lies at these paths, where it lies.

    >>> only({"a": {"b": 1, "c": 2}, "a.d": 3, "e": 4}, ["a.b", "a.d", "x"])
    {'a': {'b': 1}, 'a.d': 3}
    """
    found: dict[str, Any] = {}
    for path in paths:
        for names in spellings(path):
            at: Any = values
            for name in names:
                at = at.get(name) if isinstance(at, Mapping) else None
                if at is None:
                    break
            if at is not None:
                _put(found, names, at)
                break
    return found


def _put(values: dict[str, Any], names: Sequence[str], value: Any) -> None:
    *within, last = names
    for name in within:
        inner = values.get(name)
        if inner is None:
            inner = values[name] = {}
        values = inner
    values[last] = dict(value) if isinstance(value, Mapping) else value


def leaves(values: Mapping[str, Any]) -> list[str]:
    """The dotted paths of all values; a dict that says what it is (`_type`) or lies too deep is one value.

    >>> leaves({"a": {"b": 1, "c": {}}, "d": [1]})
    ['a.b', 'a.c', 'd']
    """
    return [path for path, _ in leaf_items(values)]


def leaf_items(values: Mapping[str, Any], prefix: str = "", depth: int = 6) -> list[tuple[str, Any]]:
    """What `leaves` names, each with what lies there.

    >>> leaf_items({"a": {"b": 1}, "d": [1]})
    [('a.b', 1), ('d', [1])]
    """
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, Mapping) and value and depth > 1 and "_type" not in value:
            found += leaf_items(value, f"{prefix}{key}.", depth - 1)
        else:
            found.append((prefix + key, value))
    return found
