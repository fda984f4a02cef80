"""Small chunks of many keys that share their rows, looked at together: most are right, and this says so sooner.

It only ever says that all are right. Where it does not, each is looked at by itself (`judge.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.buckets import Floats
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded import codec, lod
from gnomon.server.storage.metrics.embedded.catalogue import Chunk, Totals
from gnomon.server.storage.metrics.embedded.checks import verify
from gnomon.server.storage.metrics.embedded.checks.judge import UNREADABLE, Store
from gnomon.server.storage.metrics.embedded.checks.verify import RowsSeen
from gnomon.server.storage.metrics.embedded.segments import Gone
from gnomon.server.storage.metrics.points import Values

MOST = 128
"""So many are looked at at a time."""


def all_right(store: Store, stored: Sequence[tuple[int, Chunk]]) -> list[tuple[Chunk, Totals, float]] | None:
    """Chunks with the same rows, what is known of the points of each, and the sum of their sizes; None where this way
    cannot tell. `stored` is how their rows of the catalogue lie there, with their keys."""
    first = stored[0][1]
    if len(stored) < 2 or not 0 < first.points <= lod.MIDDLE:
        return None
    if not all(cat.is_right(chunk.stat, series, *chunk[:-1]) for series, chunk in stored):
        return None
    chunks = [chunk._replace(stat=chunk.stat[:-4]) for _, chunk in stored]
    try:
        rows = store.rows(first.rows)
        if rows.wrong or any(verify.wrong_columns(chunk, rows) for chunk in chunks):
            return None
        values = [codec.decode(store.segments.get(chunk.values), chunk.points) for chunk in chunks]
        if any(one.dtype == object or len(one) != first.points for one in values):
            return None
        fines = [store.segments.get(chunk.fine) for chunk in chunks]
        if not all(_right_flags(chunk, rows, one) for chunk, one in zip(chunks, values, strict=True)):
            return None
        numbers = np.stack([one.astype(np.float64, copy=False) for one in values])
        if not bool(np.isfinite(numbers).all()) or not _right_levels(chunks, fines, rows, numbers):
            return None
    except (Gone, Unavailable, *UNREADABLE):
        return None
    return [(chunk, *told) for chunk, told in zip(chunks, _totals(rows, values, numbers), strict=True)]


def _right_flags(chunk: Chunk, rows: RowsSeen, values: Values) -> bool:
    numbers = verify.numbers_of(rows, values) if chunk.flags & cat.RISES else _NOTHING
    return verify.wrong_flags(chunk, rows, values, numbers) is None


_NONE = np.empty(0, np.float64)
_NOTHING = verify.Numbers(np.empty(0, np.int64), _NONE, _NONE, mixed=False)


def _right_levels(chunks: Sequence[Chunk], fines: Sequence[bytes], rows: RowsSeen, numbers: Floats) -> bool:
    """Statistics and finest levels against finite numbers, a row of `numbers` a chunk."""
    steps, times = rows.steps, rows.times
    if rows.last is not None:
        steps, times, numbers = steps[rows.last], times[rows.last], numbers[:, rows.last]
    size = numbers.shape[1]
    stats = np.frombuffer(b"".join(chunk.stat for chunk in chunks), lod.STAT)
    if len(stats) != len(chunks):
        return False
    same = {
        "step_first": steps[0], "step_last": steps[-1], "points": size, "count": size, "nan": 0, "pos_inf": 0,
        "neg_inf": 0, "first": numbers[:, 0], "last": numbers[:, -1], "low": numbers.min(axis=1),
        "high": numbers.max(axis=1),
    }  # fmt: skip
    if not all(bool((stats[name] == right).all()) for name, right in same.items()):
        return False
    if not all(_same_time(stats[name], time) for name, time in (("time_first", times[0]), ("time_last", times[-1]))):
        return False
    if not _close(stats["total"], numbers.sum(axis=1), np.abs(numbers).sum(axis=1)):
        return False
    if not all(_right_places(chunks, stats, name, steps, numbers) for name in ("low", "high")):
        return False
    if size <= lod.FINE:
        return not any(fines)
    return all(fines) and _right_fines(fines, numbers)


def _right_places(
    chunks: Sequence[Chunk], stats: NDArray[np.void], name: str, steps: NDArray[np.int64], numbers: Floats
) -> bool:
    places = stats[f"{name}_at"].astype(np.int64)
    at_steps = np.array([bool(chunk.flags & cat.AT_STEPS) for chunk in chunks])
    if at_steps.any():
        wanted = places + np.array([chunk.step_first for chunk in chunks])
        found = np.minimum(np.searchsorted(steps, wanted), len(steps) - 1)
        if not bool((steps[found] == wanted)[at_steps].all()):
            return False
        places = np.where(at_steps, found, places)
    if bool(((places < 0) | (places >= numbers.shape[1])).any()):
        return False
    return bool((numbers[np.arange(len(chunks)), places] == stats[name]).all())


def _right_fines(fines: Sequence[bytes], numbers: Floats) -> bool:
    size = numbers.shape[1]
    starts = np.arange(0, size, lod.FINE)
    ends = np.append(starts[1:], size)
    told = [lod.decode_fine(fine, size) for fine in fines]
    columns: dict[str, Any] = {
        "low": np.minimum.reduceat(numbers, starts, axis=1), "high": np.maximum.reduceat(numbers, starts, axis=1),
        "first": numbers[:, starts], "last": numbers[:, ends - 1], "count": ends - starts, "nan": 0, "pos_inf": 0,
        "neg_inf": 0,
    }  # fmt: skip
    for name, right in columns.items():
        if not bool((np.stack([getattr(fine, name) for fine in told]) == right).all()):
            return False
    total = np.stack([fine.total for fine in told])
    return _close(total, np.add.reduceat(numbers, starts, axis=1), np.add.reduceat(np.abs(numbers), starts, axis=1))


def _same_time(told: Floats, time: np.float64) -> bool:
    return bool(((told == time) | (np.isnan(told) & np.isnan(time))).all())


def _close(told: Floats, total: Floats, size: Floats) -> bool:
    with np.errstate(over="ignore", invalid="ignore"):
        return not bool(((np.abs(told - total) > verify.CLOSE * size) & np.isfinite(size)).any())


def _totals(rows: RowsSeen, values: Sequence[Values], numbers: Floats) -> list[tuple[Totals, float]]:
    """What is known of all points of each chunk."""
    early, late = int(rows.seqs.argmin()), len(rows.seqs) - 1 - int(rows.seqs[::-1].argmax())
    first_time, last_time = float(rows.times.min()), float(rows.times.max())
    with np.errstate(over="ignore", invalid="ignore"):
        sizes = np.abs(numbers).sum(axis=1).tolist()
        totals = numbers.sum(axis=1).tolist()
    lows, highs = numbers.min(axis=1).tolist(), numbers.max(axis=1).tolist()
    return [
        (
            Totals(
                numeric=True, points=len(one), first_step=int(rows.steps[0]), last_step=int(rows.steps[-1]),
                first_time=first_time, last_time=last_time, first_seq=rows.bounds[0], first=one[early].item(),
                last_seq=rows.bounds[1], last=one[late].item(), finite=len(one), low=low, high=high, total=total,
            ),
            size,
        )
        for one, low, high, total, size in zip(values, lows, highs, totals, sizes, strict=True)
    ]  # fmt: skip
