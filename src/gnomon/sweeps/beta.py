"""The beta distribution's cumulative function and its inverse, without SciPy."""

from __future__ import annotations

import math

_TINY = 1e-300
_MOST_STEPS = 400


def cdf(x: float, a: float, b: float) -> float:
    """The probability of a value up to `x`: the regularised incomplete beta function.

    >>> round(cdf(0.25, 1, 1), 12)
    0.25
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    # The fraction converges fast on one side of the mean; the other side is its mirror image.
    if x < (a + 1.0) / (a + b + 2.0):
        return math.exp(log_front) * _fraction(x, a, b) / a
    return 1.0 - math.exp(log_front) * _fraction(1.0 - x, b, a) / b


def inverse(u: float, a: float, b: float) -> float:
    """The value that a share `u` of samples lies below.

    >>> round(inverse(0.25, 1, 1), 12)
    0.25
    """
    low, high = 0.0, 1.0
    for _ in range(1100):  # enough to reach the smallest float, where `a` is tiny
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        if cdf(middle, a, b) < u:
            low = middle
        else:
            high = middle
    return high if u > 0.0 else 0.0


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, _MOST_STEPS):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0)),
        ):
            d = 1.0 / _away_from_zero(1.0 + numerator * d)
            c = _away_from_zero(1.0 + numerator / c)
            step = c * d
            value *= step
        if abs(step - 1.0) < 1e-15:
            break
    return value


def _away_from_zero(x: float) -> float:
    return x if abs(x) > _TINY else _TINY
