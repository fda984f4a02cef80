"""Which points of a key an edit takes: a range of steps, of rows that were logged before it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.points import Points

FIRST, LAST = -(2**63), 2**63 - 1


class Bounds(Protocol):
    """A chunk, by what the catalogue says of it."""

    @property
    def step_first(self) -> int: ...
    @property
    def step_last(self) -> int: ...
    @property
    def seq_first(self) -> int: ...
    @property
    def seq_last(self) -> int: ...


class Part(Protocol):
    """Some of the points of a key, told by bounds where that is enough, and else point by point."""

    def whole(self, chunk: Bounds) -> bool:
        """Whether all points of the chunk belong to it; never wrong."""

    def touches(self, chunk: Bounds) -> bool:
        """Whether points of the chunk may belong to it; False is never wrong."""

    def of(self, points: Points) -> NDArray[np.bool_]:
        """Which of the points belong to it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Steps from `first` to `last`, both included, of rows whose seq is less than `before`."""

    first: int = FIRST
    last: int = LAST
    before: int = LAST

    def whole(self, chunk: Bounds) -> bool:
        return self.first <= chunk.step_first and chunk.step_last <= self.last and chunk.seq_last < self.before

    def touches(self, chunk: Bounds) -> bool:
        return chunk.step_first <= self.last and self.first <= chunk.step_last and chunk.seq_first < self.before

    def of(self, points: Points) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = (points.steps >= self.first) & (points.steps <= self.last)
        return inside & (points.seqs < self.before)


@dataclass(frozen=True, slots=True)
class Others:
    """All points that do not belong to a part."""

    part: Part

    def whole(self, chunk: Bounds) -> bool:
        return not self.part.touches(chunk)

    def touches(self, chunk: Bounds) -> bool:
        return not self.part.whole(chunk)

    def of(self, points: Points) -> NDArray[np.bool_]:
        return ~self.part.of(points)
