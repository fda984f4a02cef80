"""Bayesian search: a Gaussian process over what was tried, and the point where most improvement is to be expected.

Every parameter is mapped to [0, 1] by its law. Runs that have not ended count as if they came out as the process
expects, so that those who search side by side do not choose the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Literal

from gnomon.sweeps.methods import random
from gnomon.sweeps.space import MISSING, Point, Space
from gnomon.sweeps.trial import Goal, Trial

if TYPE_CHECKING:
    from gnomon.sweeps.methods.gaussian import Array

MOST_SAMPLES = 100
"""A fit costs their cube; of more, some are taken at random."""
FEWEST_KNOWN = 5
"""So much room is kept for values that are known, however many runs are under way."""
CANDIDATES = 1000

Impute = Literal["worst", "best", "latest"]


@dataclass(frozen=True)
class Objective:
    """What is searched for, and what stands in for values that are not there."""

    goal: Goal = "minimize"
    impute: Impute = "worst"
    impute_while_running: Impute | None = None


@dataclass(frozen=True)
class Samples:
    """Places in the unit cube: those with a value (less is better), and those whose value is not known yet."""

    x: list[list[float]]
    y: list[float]
    waiting: list[list[float]]


def next_point(space: Space, objective: Objective, trials: Sequence[Trial], rng: Random) -> Point:
    """The point to try next."""
    samples = samples_of(space, objective, trials)
    if len(samples.y) < 2 or not space.searched:
        return random.next_point(space, rng, {random.key(space.point(trial.config)) for trial in trials})
    return _most_promising(space, samples, rng)


def samples_of(space: Space, objective: Objective, trials: Sequence[Trial]) -> Samples:
    """What the trials tell. One whose config has no place in the space tells nothing."""
    worst = _worst(objective.goal, trials)
    samples = Samples([], [], [])
    for trial in trials:
        place = _place(space, space.point(trial.config))
        if place is None:
            continue
        value: float | None = None
        if trial.state == "finished":
            value = trial.best(objective.goal)
        if value is None and trial.ended:
            value = _imputed(objective.impute, objective.goal, trial, worst)
        elif trial.state == "running" and objective.impute_while_running is not None:
            value = trial.best(objective.goal)
            if value is None:
                value = _imputed(objective.impute_while_running, objective.goal, trial, worst)
        if value is None:
            samples.waiting.append(place)
        else:
            samples.x.append(place)
            samples.y.append(-value if objective.goal == "maximize" else value)
    return samples


def _imputed(how: Impute, goal: Goal, trial: Trial, worst: float) -> float:
    if how == "worst":
        return worst
    value = trial.best(goal) if how == "best" else trial.latest
    return 0.0 if value is None else value


def _worst(goal: Goal, trials: Sequence[Trial]) -> float:
    """The worst value any run had that has ended; 0 where there is none."""
    values = [value for trial in trials if trial.ended and (value := trial.worst(goal)) is not None]
    return (min if goal == "maximize" else max)(values, default=0.0)


def _place(space: Space, point: Point) -> list[float] | None:
    place = [math.nan if point[at] is MISSING else space.parameters[at].law.cdf(point[at]) for at in space.searched]
    return None if any(one != one for one in place) else place


def _most_promising(space: Space, samples: Samples, rng: Random) -> Point:
    import numpy as np  # here, so that whoever draws at random does without

    from gnomon.sweeps.methods import gaussian

    chosen = range(len(samples.y))
    if len(samples.y) > MOST_SAMPLES:
        chosen = rng.sample(chosen, MOST_SAMPLES)  # type: ignore[assignment]
    x: Array = np.array([samples.x[at] for at in chosen])
    y: Array = np.array([samples.y[at] for at in chosen])
    process = gaussian.fit(x, y)
    if samples.waiting:
        waiting: Array = np.array(samples.waiting[: MOST_SAMPLES - FEWEST_KNOWN])
        expected, _ = process.predict(waiting)
        # What is only expected says nothing of how fast values change.
        process = gaussian.fit(np.concatenate([x, waiting]), np.concatenate([y, expected]), process.log_length)
    candidates = [space.sample(rng) for _ in range(CANDIDATES)]
    places: Array = np.array([_place(space, candidate) for candidate in candidates])
    known = {*map(tuple, samples.x), *map(tuple, samples.waiting)}
    fresh = [at for at, place in enumerate(places.tolist()) if tuple(place) not in known]
    if not fresh:  # a few values, all of them tried
        fresh = list(range(len(candidates)))
    if process.at_bounds:  # a process that explains nothing suggests nothing
        return candidates[fresh[0]]
    gain = gaussian.expected_improvement(process, places[fresh], min(samples.y))
    return candidates[fresh[int(np.argmax(gain))]]
