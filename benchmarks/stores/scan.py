"""Whether a curve says of its points what looking at every one of them says. The slow and certain way."""

from __future__ import annotations

import numpy as np

from benchmarks.stores.engine import BUCKETS, Curve, Floats, Steps


class Wrong(Exception):
    """An engine's answer is not what the points say."""


def check(what: str, curve: Curve, values: Floats, steps: Steps) -> None:
    """Raises Wrong where a bucket differs from a scan of `values`, whose step is their place."""
    part = values[steps.first : steps.last + 1]
    first, last = curve.step_first - steps.first, curve.step_last - steps.first
    if not 0 < len(first) <= BUCKETS:
        raise Wrong(f"{what}: there are {len(first)} buckets")
    if first[0] != 0 or last[-1] != len(part) - 1 or not np.array_equal(first[1:], last[:-1] + 1):
        raise Wrong(f"{what}: the buckets do not hold every point once")
    found = {
        "low": np.minimum.reduceat(part, first),
        "high": np.maximum.reduceat(part, first),
        "first": part[first],
        "last": part[last],
        "count": last - first + 1,
    }
    for name, wanted in found.items():
        if not np.array_equal(getattr(curve, name), wanted):
            raise Wrong(f"{what}: {name} is wrong")
    if not np.allclose(curve.mean, np.add.reduceat(part, first) / found["count"], rtol=1e-9, atol=1e-9):
        raise Wrong(f"{what}: mean is wrong")
