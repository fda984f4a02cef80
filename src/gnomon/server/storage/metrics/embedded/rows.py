"""The rows of a chunk: steps, times and seqs, kept once for all keys that were logged in the same rows."""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.buckets import Floats, Ints
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded.codec import decode_words, encode_words
from gnomon.server.storage.metrics.embedded.lod import FINE
from gnomon.server.storage.metrics.points import last_of_step

_head = struct.Struct("<IIIIII")
"""rows, rows that are last of their step, bytes of steps, times, seqs, and of the fine level."""


class FineRows(NamedTuple):
    """Steps and times of the first and the last point of every 64."""

    step_first: Ints
    step_last: Ints
    time_first: Floats
    time_last: Floats


def encode_rows(steps: Ints, times: Floats, seqs: Ints) -> bytes:
    """The bytes of rows in order of step and seq; there is at least one."""
    last = last_of_step(steps)
    parts = [encode_words(steps), encode_words(times), encode_words(seqs)]
    kept = int(last.sum())
    fine = []
    if kept > FINE:
        at_steps, at_times = steps[last], times[last]
        first = np.arange(0, kept, FINE)
        ends = np.minimum(first + FINE, kept) - 1
        for words in (at_steps[first], at_steps[ends], at_times[first], at_times[ends]):
            piece = encode_words(words)
            fine.append(struct.pack("<I", len(piece)) + piece)
    parts.append(b"".join(fine))
    return _head.pack(len(steps), kept, *map(len, parts)) + b"".join(parts)


class RowPart(NamedTuple):
    """Rows of a chunk, whichever key it is of: those that are the last of their step (None: all are)."""

    flags: int
    last: NDArray[np.bool_] | None
    steps: Ints
    times: Floats
    kept: int
    seqs: tuple[int, int]


def part_of(steps: Ints, times: Floats, seqs: Ints) -> RowPart:
    """What rows in order of step and seq are like; there is at least one."""
    bounds = int(seqs.min()), int(seqs.max())
    last: NDArray[np.bool_] | None = last_of_step(steps)
    flags = cat.AT_STEPS if int(steps[-1]) - int(steps[0]) < 1 << 32 else 0
    if last is not None and last.all():
        last = None
        rises = steps[1:] - steps[:-1]
        if bool(((rises == rises[:1]) & (rises > 0)).all()):
            flags |= cat.EVEN_STEPS
    else:
        steps, times = steps[last], times[last]
    if not bool((times[1:] >= times[:-1]).all()) or not np.isfinite(times).all():
        flags |= cat.TIMES_FALL
    return RowPart(flags, last, steps, times, len(steps), bounds)


class RowsOfChunk:
    """Rows as they lie in a segment; a column is unpacked when it is asked for."""

    __slots__ = ("_data", "_fine", "_last", "_parts", "_steps", "_times", "count", "kept")

    def __init__(self, data: bytes) -> None:
        self.count: int
        self.kept: int
        self.count, self.kept, *sizes = _head.unpack_from(data)
        ends = np.cumsum([_head.size, *sizes]).tolist()
        self._parts = [slice(start, end) for start, end in pairwise(ends)]
        self._data = data
        self._steps: Ints | None = None
        self._times: Floats | None = None
        self._last: NDArray[np.bool_] | None = None
        self._fine: FineRows | None = None

    @property
    def size_bytes(self) -> int:
        """About how much memory the rows take once they are unpacked."""
        return len(self._data) + 16 * self.count + 500

    @property
    def steps(self) -> Ints:
        if self._steps is None:
            self._steps = decode_words(self._data[self._parts[0]], self.count)
        return self._steps

    @property
    def times(self) -> Floats:
        if self._times is None:
            self._times = decode_words(self._data[self._parts[1]], self.count).view(np.float64)
        return self._times

    @property
    def seqs(self) -> Ints:
        return decode_words(self._data[self._parts[2]], self.count)

    @property
    def last(self) -> NDArray[np.bool_] | None:
        """Which rows are the last of their step; None is all of them."""
        if self.kept == self.count:
            return None
        if self._last is None:
            self._last = last_of_step(self.steps)
        return self._last

    @property
    def fine(self) -> FineRows:
        """Of the rows that are the last of their step; there are more than 64."""
        if self._fine is None:
            data = self._data[self._parts[3]]
            blocks = -(-self.kept // FINE)
            words = []
            at = 0
            for _ in range(4):
                (size,) = struct.unpack_from("<I", data, at)
                words.append(decode_words(data[at + 4 : at + 4 + size], blocks))
                at += 4 + size
            self._fine = FineRows(words[0], words[1], words[2].view(np.float64), words[3].view(np.float64))
        return self._fine
