"""NSGA-II: the best trials by several metrics at once are crossed and changed a little.

One trial is better than another if it is as good by every metric and better by one. Trials are ranked by how many
layers of better ones lie above them; within a layer those with few neighbours go first, so the whole front is found.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from gnomon.sweeps.laws import Choice
from gnomon.sweeps.methods.axes import point_of_shares, shares
from gnomon.sweeps.space import Point, Space
from gnomon.sweeps.trial import Goal, Trial

PARENTS = 50
FIRST = 20
"""So many results are drawn at random before there are parents."""
CROSSING = 0.9
SPREAD = 0.1
"""How far a number is moved when it is changed, as a part of its range."""


def next_point(space: Space, goals: Sequence[Goal], trials: Sequence[Trial], rng: Random) -> Point:
    """A child of two good trials; a point at random as long as there are few."""
    known: list[tuple[list[float], list[float]]] = []
    for trial in trials:
        place = shares(space, space.point(trial.config))
        values = losses(goals, trial)
        if trial.ended and place is not None and values is not None:
            known.append((place, values))
    if len(known) < FIRST:
        return space.sample(rng)
    order = ranked([values for _, values in known])
    parents = [known[at][0] for at in order[:PARENTS]]
    one, other = (parents[min(rng.randrange(len(parents)), rng.randrange(len(parents)))] for _ in range(2))
    child = [rng.choice(pair) for pair in zip(one, other, strict=True)] if rng.random() < CROSSING else list(one)
    for at, share in enumerate(child):
        if rng.random() < 1.0 / len(child):
            categorical = isinstance(space.parameters[space.searched[at]].law, Choice)
            child[at] = rng.random() if categorical else min(max(rng.gauss(share, SPREAD), 0.0), 1.0)
    return point_of_shares(space, child)


def losses(goals: Sequence[Goal], trial: Trial) -> list[float] | None:
    """A value for each goal, less being better; None where one is not known."""
    values = trial.objectives(goals)
    known = [value for value in values if value is not None]
    if len(known) < len(goals):
        return None
    return [-value if goal == "maximize" else value for goal, value in zip(goals, known, strict=True)]


def front(points: Sequence[Sequence[float]]) -> list[int]:
    """Those that no other is better than, less being better.

    >>> front([[1, 4], [2, 2], [3, 3], [4, 1]])
    [0, 1, 3]
    """
    return [at for at, one in enumerate(points) if not any(_better(other, one) for other in points)]


def ranked(points: Sequence[Sequence[float]]) -> list[int]:
    """All of them, the best first."""
    left, order = list(range(len(points))), []
    while left:
        layer = [left[at] for at in front([points[at] for at in left])]
        room = _room([points[at] for at in layer])
        order += [at for _, at in sorted(zip(room, layer, strict=True), key=lambda one: -one[0])]
        taken = set(layer)
        left = [at for at in left if at not in taken]
        if len(order) >= PARENTS:
            return order + left
    return order


def _better(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True)) and any(a < b for a, b in zip(one, other, strict=True))


def _room(points: Sequence[Sequence[float]]) -> list[float]:
    """How far the neighbours of each point are, by all metrics together; those at an end have the most."""
    room = [0.0] * len(points)
    for metric in range(len(points[0])):
        order = sorted(range(len(points)), key=lambda at: points[at][metric])
        low, high = points[order[0]][metric], points[order[-1]][metric]
        room[order[0]] = room[order[-1]] = math.inf
        for before, at, after in zip(order, order[1:], order[2:], strict=False):
            room[at] += (points[after][metric] - points[before][metric]) / ((high - low) or 1.0)
    return room
