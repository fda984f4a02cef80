"""Hyperband: at certain lengths, a run has to be among the best of all runs that came so far.

Lengths count the finite values of the metric, not steps. Values are taken so that less is better.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gnomon.sweeps.stopping.courses import Course, last_band

_MOST_BANDS = 100
_LONGEST = 1e15


@dataclass(frozen=True)
class Hyperband:
    """The rule: at each band, the best of `eta` go on. With `strict`, what counts is the value at the band alone."""

    bands: tuple[int, ...]
    eta: float = 3.0
    strict: bool = True

    def to_stop(self, courses: Mapping[str, Course], running: Sequence[str]) -> list[str]:
        """Which of the running ones are to end."""
        stopped = []
        thresholds: dict[int, float] = {}
        for id in running:
            course = courses[id]
            band = last_band(self, course)
            if band is None:
                continue
            if band not in thresholds:
                thresholds[band] = _threshold([one.at[band] for one in courses.values() if band in one.at], self.eta)
            if (course.at[band] if self.strict else course.least) > thresholds[band]:
                stopped.append(id)
        return stopped


def bands_from(min_iter: int, eta: float) -> tuple[int, ...]:
    """min_iter, min_iter * eta, and so on.

    >>> bands_from(3, 3)[:4]
    (3, 9, 27, 81)
    """
    bands: list[int] = []
    band = float(min_iter)
    while len(bands) < _MOST_BANDS and band <= _LONGEST:
        bands.append(int(band))
        band *= eta
    return tuple(bands)


def bands_to(max_iter: int, s: int, eta: float) -> tuple[int, ...]:
    """The `s` lengths before the last, each a part `eta` of the next.

    >>> bands_to(27, 2, 3)
    (3, 9)
    """
    bands: list[int] = []
    band = float(max_iter)
    for _ in range(s):
        band /= eta
        if band < 1:
            break
        bands.append(int(band))
    return tuple(sorted(bands))


def _threshold(values: list[float], eta: float) -> float:
    return sorted(values)[int(len(values) / eta)] if values else math.inf
