"""Random search: every parameter by its own law, for ever.

A point that was tried already is drawn again only when there are no others: a space of a few values is gone through
once before anything comes twice.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable
from itertools import product
from random import Random

from gnomon.sweeps.laws import Choice, IntUniform, Law, Quantized, Uniform, spread
from gnomon.sweeps.space import Point, Space
from gnomon.sweeps.values import canonical

MOST_POINTS = 100_000
"""A space of more is not looked through for what is left of it."""
_DRAWS = 50


def repeats(space: Space) -> bool:
    """Whether the space has so few points that one may well be drawn twice."""
    return _size(space) <= MOST_POINTS


def key(point: Point) -> Hashable:
    """What tells a point from others, whatever road its values came."""
    return tuple(canonical(value) for value in point)


def next_point(space: Space, rng: Random, tried: Collection[Hashable] = ()) -> Point:
    """A point by the laws, none of those tried, given by their keys, as long as there are others."""
    point = space.sample(rng)
    for _ in range(_DRAWS if tried else 0):
        if key(point) not in tried:
            return point
        point = space.sample(rng)
    if not tried or key(point) not in tried or not repeats(space):
        return point
    left = [other for other in _points(space) if key(other) not in tried]
    return rng.choice(left) if left else point


def _size(space: Space) -> float:
    return math.prod(math.inf if axis is None else len(axis) for axis in _axes(space))


def _points(space: Space) -> list[Point]:
    return list(product(*(axis or () for axis in _axes(space))))


def _axes(space: Space) -> list[list[object] | None]:
    """The values of each parameter that may be drawn, where they can be counted."""
    return [_possible(parameter.law) for parameter in space.parameters]


def _possible(law: Law) -> list[object] | None:
    if isinstance(law, Choice) and law.probabilities is not None:
        return [value for value, share in zip(law.values, law.probabilities, strict=True) if share > 0]
    if isinstance(law, Quantized) and isinstance(law.law, Uniform):
        first, last = round(law.law.low / law.q), round(law.law.high / law.q)
        return [at * law.q for at in range(first, last + 1)] if last - first < MOST_POINTS else None
    if isinstance(law, IntUniform) and law.high - law.low >= MOST_POINTS:
        return None
    values = spread(law)
    return None if values is None else list(values)
