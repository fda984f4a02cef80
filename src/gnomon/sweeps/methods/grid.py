"""Grid search: every combination once, parameters in the order of the space, the last one varying fastest."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from gnomon.model.errors import Rejected
from gnomon.sweeps.laws import spread
from gnomon.sweeps.space import MISSING, Point, Space
from gnomon.sweeps.values import canonical

LARGEST = 10**9
"""More combinations than this are taken for a mistake."""


def check(space: Space) -> None:
    """Raises Rejected where the space has no grid."""
    for parameter in space.parameters:
        if spread(parameter.law) is None:
            raise Rejected(
                f"{parameter.name}: a grid cannot go through a distribution {parameter.distribution}; "
                "use values, whole min and max, or q_uniform",
                field=parameter.name,
            )
    if size(space) > LARGEST:
        raise Rejected(f"The grid has {size(space):,} points; at most {LARGEST:,} can be tried", field="parameters")


def size(space: Space) -> int:
    """How many different points the grid has."""
    return math.prod(len(axis) for axis in _axes(space))


def next_point(space: Space, tried: Iterable[Point]) -> Point | None:
    """The first point of the grid that no run was at, or None. Values are compared, so 3 and 3.0 are one."""
    axes = _axes(space)
    known = _known_keys(space)
    seen = {tuple(_key(value, keys) for value, keys in zip(point, known, strict=True)) for point in tried}
    for keys in product(*axes):
        if keys not in seen:
            return tuple(axis[key] for axis, key in zip(axes, keys, strict=True))
    return None


def _axes(space: Space) -> list[dict[Hashable, Any]]:
    """For each parameter its different values in order, by what tells them apart."""
    axes: list[dict[Hashable, Any]] = []
    for parameter in space.parameters:
        axis: dict[Hashable, Any] = {}
        for value in spread(parameter.law) or ():
            axis.setdefault(canonical(value), value)
        axes.append(axis)
    return axes


def _known_keys(space: Space) -> list[frozenset[str] | None]:
    """For each parameter whose values are maps, the keys that these have: scripts add others to a run's config."""
    known: list[frozenset[str] | None] = []
    for parameter in space.parameters:
        maps: Sequence[Mapping[str, Any]] = [one for one in spread(parameter.law) or () if isinstance(one, Mapping)]
        known.append(frozenset(key for one in maps for key in one) if maps else None)
    return known


def _key(value: Any, known: frozenset[str] | None) -> Hashable:
    if value is MISSING:
        return ("missing",)
    if known is not None and isinstance(value, Mapping):
        value = {key: item for key, item in value.items() if key in known}
    return canonical(value)
