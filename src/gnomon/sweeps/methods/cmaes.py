"""Covariance matrix adaptation: a cloud of points that moves, turns and shrinks with each generation of results.

The whole course is gone through again for each question, so nothing is kept between two of them: the results in the
order of their trials, a generation at a time, then as many points as are under way, and one more.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import cmaes
import numpy as np

from gnomon.sweeps.methods.axes import point_of_shares, shares
from gnomon.sweeps.space import Point, Space
from gnomon.sweeps.trial import Goal, Trial

FIRST_SPREAD = 0.25
"""Of the unit cube, from its middle."""


def next_point(space: Space, goal: Goal, trials: Sequence[Trial]) -> Point:
    """The point to try next."""
    seed = zlib.crc32(repr([parameter.path for parameter in space.parameters]).encode())
    known = _results(space, goal, trials)
    search, told = _begun(len(space.searched), seed), 0
    while len(known) - told >= search.population_size:
        size = search.population_size
        search.tell([(np.array(place), value) for place, value in known[told : told + size]])
        told += size
        if search.should_stop():  # it has come to rest: begin anew elsewhere, with more points a generation
            seed += 1
            search = _begun(len(space.searched), seed, size * 2)
    return point_of_shares(space, _nth(search, len(trials) - told))


def _begun(dimensions: int, seed: int, size: int | None = None) -> cmaes.CMA:
    bounds = np.array([[0.0, 1.0]] * dimensions)
    return cmaes.CMA(
        mean=np.full(dimensions, 0.5), sigma=FIRST_SPREAD, bounds=bounds, seed=seed % 2**32, population_size=size
    )


def _nth(search: cmaes.CMA, before: int) -> list[float]:
    """The point that comes after so many others of the same cloud."""
    for _ in range(before):
        search.ask()
    return [float(share) for share in search.ask()]


def _results(space: Space, goal: Goal, trials: Sequence[Trial]) -> list[tuple[list[float], float]]:
    """Places and values, less being better, of the trials that have ended with one."""
    found = []
    for trial in trials:
        place, value = shares(space, space.point(trial.config)), trial.best(goal)
        if trial.ended and place is not None and value is not None:
            found.append((place, -value if goal == "maximize" else value))
    return found
