"""Hyperband: at certain lengths, a run has to be among the best of all runs that came so far.

Lengths count the finite values of the metric, not steps. Values are taken so that less is better.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_MOST_BANDS = 100
_LONGEST = 1e15


@dataclass(frozen=True)
class Hyperband:
    """The rule: at each band, the best of `eta` go on. With `strict`, what counts is the value at the band alone."""

    bands: tuple[int, ...]
    eta: float = 3.0
    strict: bool = True


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


@dataclass(frozen=True)
class Course:
    """How a run went so far, as far as the rule asks: less is better."""

    length: int = 0
    at: Mapping[int, float] = field(default_factory=dict)
    """The value at each band it has reached."""
    least: float = math.inf


def course_of(values: Sequence[float], bands: Sequence[int]) -> Course:
    """The course of a history of finite values."""
    at = {band: values[band - 1] for band in bands if band <= len(values)}
    return Course(len(values), at, min(values, default=math.inf))


def to_stop(rule: Hyperband, courses: Mapping[str, Course], running: Sequence[str]) -> list[str]:
    """Which of the running ones are to end. `courses` holds all runs of the sweep, these included."""
    stopped = []
    thresholds: dict[int, float] = {}
    for id in running:
        course = courses[id]
        band = max((band for band in rule.bands if band <= course.length), default=None)
        if band is None:
            continue
        if band not in thresholds:
            thresholds[band] = _threshold([one.at[band] for one in courses.values() if band in one.at], rule.eta)
        value = course.at[band] if rule.strict else course.least
        if value > thresholds[band]:
            stopped.append(id)
    return stopped


def _threshold(values: list[float], eta: float) -> float:
    return sorted(values)[int(len(values) / eta)] if values else math.inf
