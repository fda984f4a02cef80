"""Asynchronous successive halving: whoever comes to a rung goes on if it is among the best of all that came so far.

Rungs lie `eta` apart, so that each costs about as much as the one before, with a part of its runs. What counts is the
best value up to the rung, and the first to come go on until others have come as far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gnomon.sweeps.stopping.courses import Course


@dataclass(frozen=True)
class Asha:
    """The rule: of all that have reached a rung, one in `eta` goes on."""

    bands: tuple[int, ...]
    eta: float = 3.0

    def to_stop(self, courses: Mapping[str, Course], running: Sequence[str]) -> list[str]:
        """Which of the running ones are to end."""
        return [id for id in running if self._behind(courses[id], courses)]

    def _behind(self, course: Course, courses: Mapping[str, Course]) -> bool:
        """Whether it is not among the best at the last of its rungs that enough have come to."""
        for rung in sorted(course.by, reverse=True):
            came = sorted(other.by[rung] for other in courses.values() if rung in other.by)
            most = int(len(came) / self.eta)
            if most:
                return course.by[rung] > came[most - 1]
        return False
