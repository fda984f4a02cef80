"""Quasi-random search: the points of a Sobol' sequence, which fill the space evenly; the laws make values of them."""

from __future__ import annotations

import zlib

from scipy.stats import qmc

from gnomon.sweeps.methods.axes import point_of_shares
from gnomon.sweeps.space import Point, Space


def next_point(space: Space, before: int) -> Point:
    """The point that comes after so many others."""
    seed = zlib.crc32(repr([parameter.path for parameter in space.parameters]).encode())
    sequence = qmc.Sobol(d=len(space.searched), scramble=True, rng=seed)
    if before:
        sequence.fast_forward(before)
    return point_of_shares(space, [float(share) for share in sequence.random(1)[0]])
