"""What a model knows of a parameter: a number between two others, on a straight or a logarithmic axis, or one of some.

A law that is none of these is searched by its share: a number from 0 to 1 which the law makes a value of.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gnomon.sweeps.laws import Choice, IntUniform, InverseLogUniform, Law, LogUniform, Quantized, Uniform
from gnomon.sweeps.space import MISSING, Parameter, Point, Space


@dataclass(frozen=True)
class Category:
    """One of some values, by its place among them."""

    values: tuple[Any, ...]
    law: Choice

    def place(self, value: Any) -> int | None:
        share = self.law.cdf(value)
        return None if share != share else self.values.index(self.law.inverse(share))

    def value(self, place: float) -> Any:
        return self.values[int(place)]


@dataclass(frozen=True)
class Number:
    """A number from `low` to `high`; with `q`, what is chosen is rounded to multiples of it."""

    low: float
    high: float
    log: bool = False
    whole: bool = False
    q: float | None = None

    def place(self, value: Any) -> float | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            return None
        within = min(max(float(value), self.low), self.high)
        return round(within) if self.whole else within

    def value(self, place: float) -> Any:
        if self.q is not None:
            return round(place / self.q) * self.q  # half to even
        return int(place) if self.whole else float(place)


@dataclass(frozen=True)
class Share:
    """The share of a law's values that a value comes after."""

    law: Law

    def place(self, value: Any) -> float | None:
        share = self.law.cdf(value)
        return None if share != share else share

    def value(self, place: float) -> Any:
        return self.law.inverse(place)


Axis = Category | Number | Share


def axis_of(law: Law) -> Axis:
    """The axis a law is searched on.

    >>> axis_of(IntUniform(1, 8))
    Number(low=1, high=8, log=False, whole=True, q=None)
    """
    match law:
        case Choice(values=values):
            return Category(values, law)
        case IntUniform(low=low, high=high):
            return Number(low, high, whole=True)
        case Uniform(low=low, high=high):
            return Number(float(low), float(high))
        case Quantized(law=Uniform(low=low, high=high), q=q):
            return Number(float(low), float(high), q=q)
        case LogUniform() | InverseLogUniform():
            return Number(law.inverse(0.0), law.inverse(1.0), log=True)
        case Quantized(law=LogUniform() as inner, q=q):
            return Number(inner.inverse(0.0), inner.inverse(1.0), log=True, q=q)
    return Share(law)


def axes_of(space: Space) -> dict[str, Axis]:
    """The axis of each parameter that has something to choose, by its name."""
    return {space.parameters[at].name: axis_of(space.parameters[at].law) for at in space.searched}


def places(space: Space, axes: dict[str, Axis], point: Point) -> dict[str, Any] | None:
    """Where a point lies on the axes; None where it lies beside them."""
    found: dict[str, Any] = {}
    for at in space.searched:
        name, value = space.parameters[at].name, point[at]
        place = None if value is MISSING else axes[name].place(value)
        if place is None:
            return None
        found[name] = place
    return found


def point_at(space: Space, axes: dict[str, Axis], found: dict[str, Any]) -> Point:
    """The point at these places; what has nothing to choose has its one value."""
    return tuple(_value(parameter, axes, found) for parameter in space.parameters)


def shares(space: Space, point: Point) -> list[float] | None:
    """The point in the unit cube, by the shares of the laws; None where it lies beside the space."""
    found = [math.nan if point[at] is MISSING else space.parameters[at].law.cdf(point[at]) for at in space.searched]
    return None if any(share != share for share in found) else found


def point_of_shares(space: Space, found: Sequence[float]) -> Point:
    """The inverse of `shares`."""
    by_place = dict(zip(space.searched, found, strict=True))
    return tuple(
        parameter.law.inverse(min(max(by_place.get(at, 0.0), 0.0), 1.0))
        for at, parameter in enumerate(space.parameters)
    )


def _value(parameter: Parameter, axes: dict[str, Axis], found: dict[str, Any]) -> Any:
    if not parameter.searched:
        return parameter.law.inverse(0.0)
    return axes[parameter.name].value(found[parameter.name])
