"""Rows as a table with a row a point, which is what engines without columns of their own a key take."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.stores.engine import Rows


def as_long(rows: Rows) -> dict[str, NDArray[np.generic]]:
    """Columns run, key, step, time and value, key after key."""
    size, keys = len(rows.steps), len(rows.columns)
    return {
        "run": np.full(size * keys, rows.run, np.uint32),
        "key": np.repeat(np.arange(keys, dtype=np.uint32), size),
        "step": np.tile(rows.steps, keys),
        "time": np.tile(rows.times, keys),
        "value": np.concatenate(rows.columns),
    }
