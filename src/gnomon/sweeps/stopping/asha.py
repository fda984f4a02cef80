"""Asynchronous successive halving: whoever comes to a rung goes on if it is among the best of all that came so far.

Rungs lie `eta` apart, so that each costs about as much as the one before, with a part of its runs. What counts is the
best value up to the rung, and the first to come always go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gnomon.sweeps.stopping.courses import Course, last_band


@dataclass(frozen=True)
class Asha:
    """The rule: of all that have reached a rung, one in `eta` goes on."""

    bands: tuple[int, ...]
    eta: float = 3.0

    def to_stop(self, courses: Mapping[str, Course], running: Sequence[str]) -> list[str]:
        """Which of the running ones are to end."""
        stopped = []
        for id in running:
            rung = last_band(self, courses[id])
            if rung is None:
                continue
            came = sorted(course.by[rung] for course in courses.values() if rung in course.by)
            most = int(len(came) / self.eta)
            if most and courses[id].by[rung] > came[most - 1]:
                stopped.append(id)
        return stopped
