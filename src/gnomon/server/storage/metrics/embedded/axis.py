"""What x is: how the points, chunks and blocks of a key lie along steps, along time, or along another key."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.axes import curve, curve_over, joined_on_step
from gnomon.server.storage.metrics.buckets import Floats, Ints
from gnomon.server.storage.metrics.embedded.catalogue import MIXED, RISES, TIMES_FALL
from gnomon.server.storage.metrics.embedded.reader import ChunkReader, KeyView, all_points
from gnomon.server.storage.metrics.points import Points, as_numbers, numeric
from gnomon.server.storage.metrics.store import Buckets, Span

T = TypeVar("T", bound=np.generic)

Ends = tuple[Floats, Floats]
"""The first and the last x of chunks or blocks, one after another."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Numbers in order of step."""

    x: Floats
    steps: Ints
    values: Floats


@dataclass(frozen=True, slots=True)
class Clean:
    """Chunks `[first, end)`, all of whose levels hold for the question asked."""

    first: int
    end: int


Part = Raw | Clean


class Axis(ABC):
    """The x of a key, whose chunks are named by their place. Levels speak of x where it rises from step to step."""

    def __init__(self, reader: ChunkReader, view: KeyView) -> None:
        self._reader = reader
        self._sealed = view.sealed

    @abstractmethod
    def of_points(self, points: Points) -> Raw:
        """The numbers among points that are in order of step."""

    @abstractmethod
    def of_chunk(self, at: int) -> Raw:
        """The numbers of a chunk that are the last of their step."""

    @abstractmethod
    def ends(self, first: int, end: int) -> Ends:
        """Of chunks that have numbers."""

    @abstractmethod
    def middle_ends(self, chunks: Ints, rows: NDArray[np.void]) -> Ends:
        """Of the middle levels of chunks, given as `ChunkReader.middle_rows` has them."""

    @abstractmethod
    def fine_ends(self, first: int, end: int, steps: tuple[Ints, Ints]) -> Ends:
        """Of the fine levels of chunks that have one, given the first and the last step of each block."""

    @abstractmethod
    def scanned(self, points: Points, span: Span, buckets: int) -> Buckets:
        """The curve of all points of the key, wherever x goes."""

    def unclean(self) -> NDArray[np.bool_] | None:
        """Chunks of whose points x is known otherwise than by levels; None is no chunk."""
        return None

    def rises_within(self, first: int, end: int) -> bool:
        """Whether x never falls within one of the chunks, and levels have it."""
        return True

    def rises(self, parts: Sequence[Part]) -> bool:
        """Whether x never falls over the parts of the key, which are in order of step."""
        before = -np.inf
        for part in parts:
            if isinstance(part, Raw):
                firsts = lasts = part.x
            elif not self.rises_within(part.first, part.end):
                return False
            else:
                some = self._sealed.stats["points"][part.first : part.end] > 0
                firsts, lasts = (ends[some] for ends in self.ends(part.first, part.end))
            if len(firsts):
                if not (firsts[0] >= before and bool((firsts[1:] >= lasts[:-1]).all())):
                    return False
                before = lasts[-1]
        return True


class Steps(Axis):
    """x is the step."""

    def of_points(self, points: Points) -> Raw:
        points, values = numeric(points)
        return Raw(points.steps.astype(np.float64), points.steps, values)

    def of_chunk(self, at: int) -> Raw:
        steps, values, _ = self._reader.numbers(self._sealed.chunks[at])
        return Raw(steps.astype(np.float64), steps, values)

    def ends(self, first: int, end: int) -> Ends:
        return _ends(self._sealed.stats[first:end], "step")

    def middle_ends(self, chunks: Ints, rows: NDArray[np.void]) -> Ends:
        return _ends(rows, "step")

    def fine_ends(self, first: int, end: int, steps: tuple[Ints, Ints]) -> Ends:
        return steps[0].astype(np.float64), steps[1].astype(np.float64)

    def rises(self, parts: Sequence[Part]) -> bool:
        return True

    def scanned(self, points: Points, span: Span, buckets: int) -> Buckets:
        return curve(points, "_step", span, buckets)


class Times(Axis):
    """x is the time."""

    def of_points(self, points: Points) -> Raw:
        points, values = numeric(points)
        return Raw(points.times, points.steps, values)

    def of_chunk(self, at: int) -> Raw:
        chunk = self._sealed.chunks[at]
        steps, values, rows = self._reader.numbers(chunk)
        times = self._reader.rows(chunk).times
        return Raw(times if rows is None else times[rows], steps, values)

    def ends(self, first: int, end: int) -> Ends:
        return _ends(self._sealed.stats[first:end], "time")

    def middle_ends(self, chunks: Ints, rows: NDArray[np.void]) -> Ends:
        return _ends(rows, "time")

    def fine_ends(self, first: int, end: int, steps: tuple[Ints, Ints]) -> Ends:
        rows = [self._reader.rows(chunk).fine for chunk in self._sealed.chunks[first:end]]
        return joined_pairs([(each.time_first, each.time_last) for each in rows])

    def rises_within(self, first: int, end: int) -> bool:
        return not (self._sealed.flags[first:end] & TIMES_FALL).any()

    def scanned(self, points: Points, span: Span, buckets: int) -> Buckets:
        return curve(points, "_time", span, buckets)


class AnotherKey(Axis):
    """x is the value of another key at the same step.

    Where that key rises and was logged in the same rows, its blocks are those of this key: the first and last x of a
    block are the first and last value of the other key's block.
    """

    def __init__(self, reader: ChunkReader, view: KeyView, x_view: KeyView) -> None:
        super().__init__(reader, view)
        self._view = x_view
        self._x = x_view.sealed
        self._place, self._alike = _same_rows(view, x_view)

    def of_points(self, points: Points) -> Raw:
        first, last = (int(points.steps[0]), int(points.steps[-1])) if len(points) else (0, -1)
        return Raw(*joined_on_step(points, all_points(self._reader, self._view, first, last)))

    def of_chunk(self, at: int) -> Raw:
        steps, values, _ = self._reader.numbers(self._sealed.chunks[at])
        x_values = self._reader.values(self._x.chunks[int(self._place[at])])
        return Raw(as_numbers(x_values)[0], steps, values)

    def ends(self, first: int, end: int) -> Ends:
        stats = self._x.stats[self._place[first:end]]
        return stats["first"], stats["last"]

    def middle_ends(self, chunks: Ints, rows: NDArray[np.void]) -> Ends:
        stats, _ = self._reader.middle_rows(self._x, self._place[chunks])
        return stats["first"], stats["last"]

    def fine_ends(self, first: int, end: int, steps: tuple[Ints, Ints]) -> Ends:
        fine = [self._reader.fine(self._x.chunks[at]) for at in self._place[first:end].tolist()]
        return joined_pairs([(each.first, each.last) for each in fine])

    def unclean(self) -> NDArray[np.bool_]:
        """Those with text, and those in which the other key has points that wait or will go."""
        sealed, waiting = self._sealed, self._view.waiting.steps
        unclean: NDArray[np.bool_] = sealed.flags & MIXED != 0
        unclean |= np.searchsorted(waiting, sealed.step_last, "right") > np.searchsorted(waiting, sealed.step_first)
        if self._view.cut is not None:
            unclean |= sealed.step_last > self._view.cut
        return unclean

    def rises_within(self, first: int, end: int) -> bool:
        return bool(self._alike[first:end].all())

    def scanned(self, points: Points, span: Span, buckets: int) -> Buckets:
        return curve_over(points, all_points(self._reader, self._view), span, buckets)


def axis_of(reader: ChunkReader, view: KeyView, x: str, x_view: KeyView | None) -> Axis:
    """The axis of a name; `x_view` is the key that is x, where x is one."""
    if x_view is not None:
        return AnotherKey(reader, view, x_view)
    return Times(reader, view) if x == "_time" else Steps(reader, view)


def joined_pairs(pairs: Sequence[tuple[NDArray[T], NDArray[T]]]) -> tuple[NDArray[T], NDArray[T]]:
    """The firsts one after another, and the lasts."""
    return np.concatenate([first for first, _ in pairs]), np.concatenate([last for _, last in pairs])


def _ends(stats: NDArray[np.void], of: str) -> Ends:
    return stats[f"{of}_first"].astype(np.float64), stats[f"{of}_last"].astype(np.float64)


def _same_rows(view: KeyView, x_view: KeyView) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Which chunk of x each chunk may have its rows in common with, and whether it has, and x rises in it."""
    own, other = view.sealed, x_view.sealed
    if not len(other.step_first):
        return np.zeros(len(own.step_first), np.intp), np.zeros(len(own.step_first), np.bool_)
    place = np.minimum(np.searchsorted(other.step_first, own.step_first), len(other.step_first) - 1)
    alike = (own.rows == other.rows[place]).all(axis=1) & (other.flags[place] & RISES != 0)
    return place, alike
