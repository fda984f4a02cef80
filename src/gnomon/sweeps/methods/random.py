"""Random search: every parameter by its own law, for ever."""

from __future__ import annotations

from random import Random

from gnomon.sweeps.space import Point, Space


def next_point(space: Space, rng: Random) -> Point:
    """A point that knows nothing of those before."""
    return space.sample(rng)
