"""Levels of detail of a chunk: statistics of all its points, of every 1024, of every 64. Exact."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.buckets import Blocks, Floats, Ints, grouped, of_points
from gnomon.server.storage.metrics.embedded.codec import LEVEL
from gnomon.server.storage.metrics.embedded.zstandard import compress, decompress

FINE = 64
MIDDLE = 1024

STAT = np.dtype(
    [
        ("step_first", "<i8"), ("step_last", "<i8"), ("time_first", "<f8"), ("time_last", "<f8"),
        ("low", "<f8"), ("high", "<f8"), ("total", "<f8"), ("first", "<f8"), ("last", "<f8"),
        ("points", "<i4"), ("count", "<i4"), ("nan", "<i4"), ("pos_inf", "<i4"), ("neg_inf", "<i4"),
        ("low_at", "<i4"), ("high_at", "<i4"),
    ]
)  # fmt: skip
"""A block of the two upper levels, as the catalogue has it; `low_at`, `high_at` count from the chunk's first point."""

_MERGED = ("step_first", "step_last", "low", "high", "total", "first", "last", "count", "nan", "pos_inf", "neg_inf")

_stat = struct.Struct("<qq7d7i")
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


def levels(steps: Ints, times: Floats, values: Floats) -> Levels:
    """The levels of points in order of step; there is at least one."""
    size = len(values)
    if size <= FINE:
        return Levels(_one_block(steps, times, values), b"", b"")
    blocks = of_points(times, steps, values, np.arange(0, size, FINE))
    low_at, high_at = _positions(values)
    chunk = _stats(blocks, low_at, high_at, size, len(blocks))
    middle = _stats(blocks, low_at, high_at, size, MIDDLE // FINE) if size > MIDDLE else b""
    return Levels(chunk, middle, _encode_fine(blocks, low_at, high_at) if size > FINE else b"")


def _one_block(steps: Ints, times: Floats, values: Floats) -> bytes:
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
        with np.errstate(over="ignore"):
            total = good.sum()
    return _stat.pack(
        steps[0], steps[-1], times[0], times[-1], low, high, total, first, last,
        len(values), count, nan, pos_inf, len(values) - count - nan - pos_inf, low_at, high_at,
    )  # fmt: skip


def _positions(values: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where in each fine block its least and greatest finite value is (0 where there is none)."""
    rows = -(-len(values) // FINE)
    flat = np.full(rows * FINE, np.nan)
    flat[: len(values)] = values
    padded = flat.reshape(rows, FINE)
    finite = np.isfinite(padded)
    return np.where(finite, padded, np.inf).argmin(axis=1), np.where(finite, padded, -np.inf).argmax(axis=1)


def _stats(blocks: Blocks, low_at: NDArray[np.intp], high_at: NDArray[np.intp], size: int, per: int) -> bytes:
    starts = np.arange(0, len(blocks), per)
    merged = grouped(blocks, starts)
    out = np.zeros(len(starts), STAT)
    out["time_first"], out["time_last"] = merged.x_min, merged.x_max
    for name in (
        "step_first",
        "step_last",
        "low",
        "high",
        "total",
        "first",
        "last",
        "count",
        "nan",
        "pos_inf",
        "neg_inf",
    ):
        out[name] = getattr(merged, name)
    out["points"] = np.minimum(per * FINE, size - starts * FINE)
    for at, start in enumerate(starts.tolist()):
        part = slice(start, start + per)
        if merged.count[at]:
            lowest, highest = int(np.nanargmin(blocks.low[part])), int(np.nanargmax(blocks.high[part]))
            out["low_at"][at] = (start + lowest) * FINE + low_at[start + lowest]
            out["high_at"][at] = (start + highest) * FINE + high_at[start + highest]
    return out.tobytes()


def _encode_fine(blocks: Blocks, low_at: NDArray[np.intp], high_at: NDArray[np.intp]) -> bytes:
    values = np.stack((blocks.low, blocks.high, blocks.first, blocks.last))
    with np.errstate(over="ignore", invalid="ignore"):
        small = values.astype("<f4")
    exact = np.array_equal(small.astype(np.float64), values, equal_nan=True)
    kept = small if exact else values.astype("<f8")
    pieces = [_planes(kept), _planes(blocks.total), low_at.astype("u1").tobytes(), high_at.astype("u1").tobytes()]
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
    at += 10 * size
    if flags & 2:
        count, nan, pos_inf, neg_inf = body[at : at + 4 * size].reshape(4, size).astype(np.int64)
    else:
        count = np.full(size, FINE, np.int64)
        count[-1] = points - (size - 1) * FINE
        nan = pos_inf = neg_inf = np.zeros(size, np.int64)
    return Fine(values[0], values[1], total, values[2], values[3], count, nan, pos_inf, neg_inf)


def _planes(values: NDArray[np.floating]) -> bytes:
    flat = np.ascontiguousarray(values).view(np.uint8).reshape(-1, values.dtype.itemsize)
    return np.ascontiguousarray(flat.T).tobytes()


def _values(planes: NDArray[np.uint8], width: int) -> Floats:
    flat = np.ascontiguousarray(planes.reshape(width, -1).T)
    return flat.view(f"<f{width}").ravel().astype(np.float64)


def as_blocks(stats: NDArray[np.void], over: str) -> Blocks:
    """Rows of `STAT` as blocks over `_step` or `_time`."""
    steps = stats["step_first"], stats["step_last"]
    x = (stats["time_first"], stats["time_last"]) if over == "_time" else steps
    count, nan, pos_inf, neg_inf = (stats[name].astype(np.int64) for name in ("count", "nan", "pos_inf", "neg_inf"))
    return Blocks(
        x[0].astype(np.float64), x[1].astype(np.float64), *steps,
        stats["low"], stats["high"], stats["total"], stats["first"], stats["last"],
        count, nan, pos_inf, neg_inf,
    )  # fmt: skip
