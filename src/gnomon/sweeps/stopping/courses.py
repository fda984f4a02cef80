"""How runs went, as far as a rule of early termination asks. Values are taken so that less is better.

Lengths count the finite values of the metric, not steps.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Protocol


@dataclass(frozen=True)
class Course:
    """How one run went so far."""

    length: int = 0
    at: Mapping[int, float] = field(default_factory=dict)
    """The value at each band it has reached."""
    by: Mapping[int, float] = field(default_factory=dict)
    """The least value up to each of them."""
    least: float = math.inf


class Rule(Protocol):
    """When runs are given up."""

    @property
    def bands(self) -> tuple[int, ...]:
        """The lengths at which runs are compared, rising."""

    def to_stop(self, courses: Mapping[str, Course], running: Sequence[str]) -> list[str]:
        """Which of the running ones are to end. `courses` holds all runs of the sweep, these included."""


def course_of(values: Sequence[float], rule: Rule) -> Course:
    """The course of a history of finite values."""
    reached = [band for band in rule.bands if band <= len(values)]
    least = list(accumulate(values, min))
    return Course(
        len(values),
        {band: values[band - 1] for band in reached},
        {band: least[band - 1] for band in reached},
        least[-1] if least else math.inf,
    )


def last_band(rule: Rule, course: Course) -> int | None:
    """The greatest band a run has reached, if any."""
    return max((band for band in rule.bands if band <= course.length), default=None)
