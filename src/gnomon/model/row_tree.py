"""Rows as scripts logged them: dotted names, as they are kept, nested again. Pure.

Nobody has kept whether `a.b` was a name with a dot or a dict in a dict. Where a client has sent a summary, the row is
nested as that is; else at each dot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gnomon.model.paths import spellings
from gnomon.model.summary import nested


def tree(values: Mapping[str, Any], shape: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The row with its dotted names nested; those without a dot first.

    >>> tree({"m.acc": 1, "loss": 2, "a.b": 3}, {"a.b": 9})
    {'loss': 2, 'a.b': 3, 'm': {'acc': 1}}
    """
    dotted = {key: value for key, value in values.items() if "." in key}
    found = {key: value for key, value in values.items() if "." not in key}
    if dotted:
        found.update(_nested(dotted, found, shape))
    return found


def _nested(dotted: Mapping[str, Any], plain: Mapping[str, Any], shape: Mapping[str, Any] | None) -> dict[str, Any]:
    """Dotted keys as they stand in a summary of this shape; those that do not stand in it, nested at each dot."""
    kept: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for key, value in dotted.items():
        names = _path_in(key, shape or {})
        if names is None or (len(names) > 1 and names[0] in plain):
            rest[key] = value
        elif len(names) == 1:
            kept[key] = value
        else:
            at = kept
            for name in names[:-1]:
                at = at.setdefault(name, {})
            at[names[-1]] = value
    for key, value in nested({**dict.fromkeys(plain), **rest}).items():
        if key in plain:
            continue
        if isinstance(value, dict) and isinstance(kept.get(key), dict) and "_type" not in value:
            kept[key] = {**kept[key], **value}
        else:
            kept[key] = value
    return kept


def _path_in(key: str, shape: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The names under which a dotted key lies in a tree."""
    for names in spellings(key):
        at: Any = shape
        for name in names:
            if not isinstance(at, Mapping) or name not in at:
                break
            at = at[name]
        else:
            return names
    return None
