"""The median rule: a run ends once the best it has reached is worse than what half of the others had at that length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from gnomon.sweeps.stopping.courses import Course

MOST_BANDS = 1000


@dataclass(frozen=True)
class Median:
    """The rule. It says nothing until `min_runs` others have come as far."""

    bands: tuple[int, ...]
    min_runs: int = 4

    def to_stop(self, courses: Mapping[str, Course], running: Sequence[str]) -> list[str]:
        """Which of the running ones are to end."""
        return [id for id in running if self._behind(id, courses)]

    def _behind(self, id: str, courses: Mapping[str, Course]) -> bool:
        """Whether it is worse than the median at the last of its bands that enough others have come to."""
        for band in sorted(courses[id].by, reverse=True):
            others = [course.by[band] for name, course in courses.items() if name != id and band in course.by]
            if len(others) >= self.min_runs:
                return courses[id].by[band] > median(others)
        return False


def bands_every(min_iter: int, interval: int) -> tuple[int, ...]:
    """min_iter, and from there every `interval`; farther apart where a run is very long.

    >>> bands_every(5, 10)[:3]
    (5, 15, 25)
    """
    bands, band, step = [min_iter], min_iter, interval
    while len(bands) < MOST_BANDS:
        band += step
        bands.append(band)
        if len(bands) % 100 == 0:
            step *= 2
    return tuple(bands)
