"""Levels of detail of a chunk: statistics of all its points, of every 1024, of every 64. Exact."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.buckets import Blocks, Floats, Ints, grouped, of_points
from gnomon.server.storage.metrics.embedded.codec import LEVEL
from gnomon.server.zstandard import compress, decompress

FINE = 64
MIDDLE = 1024

STAT = np.dtype(
    [
        ("step_first", "<i8"), ("step_last", "<i8"), ("time_first", "<f8"), ("time_last", "<f8"),
        ("low", "<f8"), ("high", "<f8"), ("total", "<f8"), ("first", "<f8"), ("last", "<f8"),
        ("points", "<i4"), ("count", "<i4"), ("nan", "<i4"), ("pos_inf", "<i4"), ("neg_inf", "<i4"),
        ("low_at", "<u4"), ("high_at", "<u4"),
    ]
)  # fmt: skip
"""A block of the two upper levels, as the catalogue has it.

`low_at` and `high_at` say where its least and its greatest finite value are: how many steps after the chunk's first
step (after it is the block's first where no value is finite), or in chunks without the flag `AT_STEPS` how many points
after the chunk's first.
"""

_MERGED = ("step_first", "step_last", "low", "high", "total", "first", "last", "count", "nan", "pos_inf", "neg_inf")

_stat = struct.Struct("<qq7d5i2I")
"""A row of `STAT`."""
_lead = struct.Struct("<II")


class Levels(NamedTuple):
    """The levels of a chunk as bytes; the lower ones are empty where one block would hold all."""

    chunk: bytes
    middle: bytes
    fine: bytes


@dataclass(frozen=True, slots=True)
class Fine:
    """The finest level, but for steps and times, which the keys of a chunk share."""

    low: Floats
    high: Floats
    total: Floats
    first: Floats
    last: Floats
    count: Ints
    nan: Ints
    pos_inf: Ints
    neg_inf: Ints
    low_at: Ints
    high_at: Ints
    """Where in its block the least and the greatest finite value are; 0 where there is none."""


def levels(steps: Ints, times: Floats, values: Floats, first_step: int | None) -> Levels:
    """The levels of points in order of step, one a step; there is at least one.

    Where the least and greatest values are is said in steps after `first_step`, or in points where that is None.
    """
    size = len(values)
    if size <= FINE:
        return Levels(_one_block(steps, times, values, first_step), b"", b"")
    starts = np.arange(0, size, FINE)
    blocks = of_points(times, steps, values, starts)
    chunk = _stats(steps, blocks, len(blocks), first_step)
    middle = _stats(steps, blocks, MIDDLE // FINE, first_step) if size > MIDDLE else b""
    places = [(np.searchsorted(steps, at) - starts).astype("u1") for at in (blocks.step_low, blocks.step_high)]
    return Levels(chunk, middle, _encode_fine(blocks, places))


def _one_block(steps: Ints, times: Floats, values: Floats, first_step: int | None) -> bytes:
    """The row of `STAT` of few points."""
    places = np.flatnonzero(np.isfinite(values))
    count = len(places)
    nan = pos_inf = 0
    good = values
    if count < len(values):
        good = values[places]
        nan, pos_inf = int(np.isnan(values).sum()), int((values == np.inf).sum())
    low = high = first = last = math.nan
    low_at = high_at = 0
    total = 0.0
    if count:
        low_at, high_at = int(places[good.argmin()]), int(places[good.argmax()])
        low, high, first, last = values[low_at], values[high_at], good[0], good[-1]
        with np.errstate(over="ignore", invalid="ignore"):  # parts of the sum may be infinite, one up and one down
            total = good.sum()
    if first_step is not None:
        low_at, high_at = int(steps[low_at]) - first_step, int(steps[high_at]) - first_step
    return _stat.pack(
        steps[0], steps[-1], times[0], times[-1], low, high, total, first, last,
        len(values), count, nan, pos_inf, len(values) - count - nan - pos_inf, low_at, high_at,
    )  # fmt: skip


def levels_of_few(steps: Ints, times: Floats, values: Floats, first_step: int | None) -> list[bytes]:
    """The only level of keys that have the same rows, no more than `FINE`; a row of `values` a key, and all finite."""
    out = np.zeros(len(values), STAT)
    low_at, high_at = values.argmin(axis=1), values.argmax(axis=1)
    which = np.arange(len(values))
    out["step_first"], out["step_last"], out["time_first"], out["time_last"] = steps[0], steps[-1], times[0], times[-1]
    out["low"], out["high"] = values[which, low_at], values[which, high_at]
    out["first"], out["last"] = values[:, 0], values[:, -1]
    with np.errstate(over="ignore", invalid="ignore"):
        out["total"] = values.sum(axis=1)
    out["points"] = out["count"] = len(steps)
    if first_step is not None:
        low_at, high_at = steps[low_at] - first_step, steps[high_at] - first_step
    out["low_at"], out["high_at"] = low_at, high_at
    data = out.tobytes()
    return [data[at : at + STAT.itemsize] for at in range(0, len(data), STAT.itemsize)]


def _stats(steps: Ints, blocks: Blocks, per: int, first_step: int | None) -> bytes:
    """Rows of `STAT`, one for so many fine blocks of points with these steps."""
    starts = np.arange(0, len(blocks), per)
    merged = grouped(blocks, starts)
    out = np.zeros(len(starts), STAT)
    out["time_first"], out["time_last"] = merged.x_min, merged.x_max
    for name in _MERGED:
        out[name] = getattr(merged, name)
    out["points"] = np.minimum(per * FINE, len(steps) - starts * FINE)
    for name, at in (("low_at", merged.step_low), ("high_at", merged.step_high)):
        out[name] = np.searchsorted(steps, at) if first_step is None else at - first_step
    return out.tobytes()


def _encode_fine(blocks: Blocks, places: Sequence[NDArray[np.uint8]]) -> bytes:
    values = np.stack((blocks.low, blocks.high, blocks.first, blocks.last))
    with np.errstate(over="ignore", invalid="ignore"):
        small = values.astype("<f4")
    exact = np.array_equal(small.astype(np.float64), values, equal_nan=True)
    kept = small if exact else values.astype("<f8")
    pieces = [_planes(kept), _planes(blocks.total), *(part.tobytes() for part in places)]
    strange = bool(blocks.nan.any() or blocks.pos_inf.any() or blocks.neg_inf.any())
    if strange:
        pieces += [part.astype("u1").tobytes() for part in (blocks.count, blocks.nan, blocks.pos_inf, blocks.neg_inf)]
    return _lead.pack(len(blocks), exact | strange << 1) + compress(b"".join(pieces), LEVEL)


def decode_fine(data: bytes, points: int) -> Fine:
    """The finest level of a chunk of so many points."""
    size, flags = _lead.unpack_from(data)
    body = np.frombuffer(decompress(data[8:]), np.uint8)
    width = 4 if flags & 1 else 8
    values = _values(body[: 4 * size * width], width).reshape(4, size)
    at = 4 * size * width
    total = _values(body[at : at + 8 * size], 8)
    low_at, high_at = body[at + 8 * size : at + 10 * size].reshape(2, size).astype(np.int64)
    at += 10 * size
    if flags & 2:
        count, nan, pos_inf, neg_inf = body[at : at + 4 * size].reshape(4, size).astype(np.int64)
    else:
        count = np.full(size, FINE, np.int64)
        count[-1] = points - (size - 1) * FINE
        nan = pos_inf = neg_inf = np.zeros(size, np.int64)
    return Fine(values[0], values[1], total, values[2], values[3], count, nan, pos_inf, neg_inf, low_at, high_at)


def _planes(values: NDArray[np.floating]) -> bytes:
    flat = np.ascontiguousarray(values).view(np.uint8).reshape(-1, values.dtype.itemsize)
    return np.ascontiguousarray(flat.T).tobytes()


def _values(planes: NDArray[np.uint8], width: int) -> Floats:
    flat = np.ascontiguousarray(planes.reshape(width, -1).T)
    return flat.view(f"<f{width}").ravel().astype(np.float64)


def stat_blocks(stats: NDArray[np.void], x: tuple[Floats, Floats], at: tuple[Ints, Ints]) -> Blocks:
    """Rows of `STAT` as blocks, given the first and the last x of each, and where its extremes are."""
    count, nan, pos_inf, neg_inf = (stats[name].astype(np.int64) for name in ("count", "nan", "pos_inf", "neg_inf"))
    return Blocks(
        *x, stats["step_first"], stats["step_last"],
        stats["low"], stats["high"], stats["total"], stats["first"], stats["last"],
        count, nan, pos_inf, neg_inf, *at,
    )  # fmt: skip


def joined_fine(parts: Sequence[Fine]) -> Fine:
    """The finest levels of chunks, one after another."""
    if len(parts) == 1:
        return parts[0]
    return Fine(*(np.concatenate([getattr(part, name) for part in parts]) for name in Fine.__slots__))


def fine_blocks(fine: Fine, x: tuple[Floats, Floats], steps: tuple[Ints, Ints], at: tuple[Ints, Ints]) -> Blocks:
    """A finest level as blocks."""
    return Blocks(
        *x, *steps, fine.low, fine.high, fine.total, fine.first, fine.last,
        fine.count, fine.nan, fine.pos_inf, fine.neg_inf, *at,
    )  # fmt: skip
