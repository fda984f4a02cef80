"""How a parameter's values are spread: each law maps a number u from 0 to 1 to a value, and a value back.

A law is a plain value. `inverse(u)` with a uniform `u` is a sample; `cdf` is where in [0, 1] a value lies, NaN for one
that is none of the law's.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Any, Protocol

from gnomon.sweeps import beta
from gnomon.sweeps.values import canonical

_MOST_EXPONENT = math.log(1.7e308)
_SMALLEST = 5e-324
_EDGE = 2.0**-53
"""A normal distribution has no value at 0 and 1; samples stay this far inside."""


class Law(Protocol):
    """What a parameter's values obey."""

    def inverse(self, u: float) -> Any:
        """The value at a share `u` of the way through all values; rising where values are ordered."""

    def cdf(self, value: Any) -> float:
        """The share of samples up to the value, or NaN."""


@dataclass(frozen=True)
class Constant:
    value: Any

    def inverse(self, u: float) -> Any:
        return self.value

    def cdf(self, value: Any) -> float:
        return 0.0


@dataclass(frozen=True)
class Choice:
    """One of some values, each as likely as the next, or with a probability of its own."""

    values: tuple[Any, ...]
    probabilities: tuple[float, ...] | None = None

    @cached_property
    def _ends(self) -> list[float]:
        """The share of samples up to each value."""
        if self.probabilities is None:
            return [(at + 1) / len(self.values) for at in range(len(self.values))]
        total, ends = 0.0, []
        for probability in self.probabilities:
            total += probability
            ends.append(total)
        return ends

    @cached_property
    def _places(self) -> dict[Any, int]:
        places: dict[Any, int] = {}
        for at, value in enumerate(self.values):
            places.setdefault(canonical(value), at)
        return places

    def inverse(self, u: float) -> Any:
        at = bisect_left(self._ends, max(u, _SMALLEST))
        return self.values[min(at, len(self.values) - 1)]

    def cdf(self, value: Any) -> float:
        at = self._places.get(canonical(value))
        return math.nan if at is None else self._ends[at]


@dataclass(frozen=True)
class IntUniform:
    """Whole numbers from `low` to `high`, both included."""

    low: int
    high: int

    def inverse(self, u: float) -> int:
        return self.low + min(int(u * self._count), self._count - 1)

    def cdf(self, value: Any) -> float:
        number = _number(value)
        # The middle of the number's share, so that it leads back to it whatever the rounding.
        return _within((math.floor(number) - self.low + 0.5) / self._count) if math.isfinite(number) else math.nan

    @property
    def _count(self) -> int:
        return self.high - self.low + 1


@dataclass(frozen=True)
class Uniform:
    low: float
    high: float

    def inverse(self, u: float) -> float:
        return self.low + u * (self.high - self.low)

    def cdf(self, value: Any) -> float:
        return _within((_number(value) - self.low) / (self.high - self.low))


@dataclass(frozen=True)
class LogUniform:
    """The logarithm is uniform between `low` and `high`."""

    low: float
    high: float

    def inverse(self, u: float) -> float:
        return _exp(self.low + u * (self.high - self.low))

    def cdf(self, value: Any) -> float:
        return _within((_log(_number(value)) - self.low) / (self.high - self.low))


@dataclass(frozen=True)
class InverseLogUniform:
    """The logarithm of 1/X is uniform between `low` and `high`."""

    low: float
    high: float

    def inverse(self, u: float) -> float:
        return _exp(-(self.low + (1.0 - u) * (self.high - self.low)))

    def cdf(self, value: Any) -> float:
        return _within(1.0 - (-_log(_number(value)) - self.low) / (self.high - self.low))


@dataclass(frozen=True)
class Normal:
    mu: float = 0.0
    sigma: float = 1.0

    def inverse(self, u: float) -> float:
        if self.sigma == 0.0:
            return self.mu
        return NormalDist(self.mu, self.sigma).inv_cdf(min(max(u, _EDGE), 1.0 - _EDGE))

    def cdf(self, value: Any) -> float:
        number = _number(value)
        if self.sigma == 0.0 or number != number:
            return math.nan if number != number else float(number >= self.mu)
        return NormalDist(self.mu, self.sigma).cdf(number)


@dataclass(frozen=True)
class LogNormal:
    """The logarithm is normal."""

    mu: float = 0.0
    sigma: float = 1.0

    def inverse(self, u: float) -> float:
        return _exp(Normal(self.mu, self.sigma).inverse(u))

    def cdf(self, value: Any) -> float:
        return Normal(self.mu, self.sigma).cdf(_log(_number(value)))


@dataclass(frozen=True)
class Beta:
    a: float = 1.0
    b: float = 1.0

    def inverse(self, u: float) -> float:
        return beta.inverse(u, self.a, self.b)

    def cdf(self, value: Any) -> float:
        number = _number(value)
        return math.nan if number != number else beta.cdf(number, self.a, self.b)


@dataclass(frozen=True)
class Quantized:
    """A value of another law, rounded to a multiple of `q`, whole where `q` is; it may lie beyond the law's bounds."""

    law: Uniform | LogUniform | Normal | LogNormal | Beta
    q: int | float = 1.0

    def inverse(self, u: float) -> int | float:
        steps = round(self.law.inverse(u) / self.q)  # half to even
        return steps * self.q

    def cdf(self, value: Any) -> float:
        return self.law.cdf(value)


def spread(law: Law) -> Sequence[Any] | None:
    """Every value of a law, in order, where they can be counted for a grid; None where they cannot.

    >>> list(spread(Quantized(Uniform(0, 1), 0.25)))
    [0.0, 0.25, 0.5, 0.75]
    """
    match law:
        case Constant(value=value):
            return (value,)
        case Choice(values=values, probabilities=None):
            return values
        case IntUniform(low=low, high=high):
            return range(low, high + 1)
        case Quantized(law=Uniform(low=low, high=high), q=q):
            return [low + at * q for at in range(math.ceil((high - low) / q))]
    return None


def _number(value: Any) -> float:
    try:
        return math.nan if isinstance(value, (bool, str)) else float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _within(u: float) -> float:
    return u if u != u else min(max(u, 0.0), 1.0)


def _exp(x: float) -> float:
    return math.exp(min(x, _MOST_EXPONENT))


def _log(x: float) -> float:
    return math.log(x) if x > 0.0 else (x if x != x else -math.inf)
