"""Whole runs as columns, window by window of steps, at the speed at which chunks can be unpacked.

Keys that were logged in the same rows form a group: their rows are unpacked and put in order once, and their values
become columns without being matched. Only rows of different groups are matched with each other, by step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.buckets import Floats, Ints
from gnomon.server.storage.metrics.cells import (
    EXACT,
    Kinds,
    as_column,
    column_type,
    exact_as_floats,
    kinds_of,
    read_as,
    spread,
)
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded.catalogue import Catalogue, Chunk
from gnomon.server.storage.metrics.embedded.reader import ChunkReader, KeyView, SealedKey
from gnomon.server.storage.metrics.embedded.segments import Gone
from gnomon.server.storage.metrics.embedded.tail import Waiting, points_waiting, step_cut
from gnomon.server.storage.metrics.points import Points, Values, as_rows, joined_values, last_of_step, resolved
from gnomon.server.storage.metrics.store import Batch, Cells, ColumnType, KeyBatch, Repeats, RunKey

_T = TypeVar("_T")

ROWS = 65_536
"""About so many rows, or points, come together."""
FEWEST_ROWS = 1024
FEW_ROWS = 2048
CELLS = 4 << 20
"""With thousands of keys fewer rows come together, so that a batch has about so many cells."""
CHUNK_ROWS = 8192
"""Most rows of a chunk: how much a window may be larger than was meant, since it rather ends where chunks do."""
LAST = 2**63 - 1
FLAG_SHIFT = 5
"""Flags of a chunk shifted by it are `Kinds`."""
ALL_KINDS = 31


class Seen(NamedTuple):
    """The keys of a stream at one moment, sorted by name, and how many rows of the run were logged until then."""

    views: dict[str, KeyView]
    rows: int


def seen(
    catalogue: Catalogue, run: RunKey, stream: str, keys: Sequence[str] | None, waiting: Waiting, rows: int
) -> Seen:
    """What there is of the keys (all where None) now; `waiting` and `rows` are of a moment ago at most."""
    with catalogue.reading() as connection:
        sealed = cat.sealed_run(connection, run)
        cleared = waiting.cleared_lsn > sealed.lsn
        known = {} if cleared else cat.series_of(connection, run, stream)
        wanted = known.keys() | waiting.names()
        names = sorted(wanted if keys is None else wanted.intersection(keys))
        chunks = cat.chunks_of_many(connection, [known[key][0] for key in names if key in known])
    cut = None if cleared else step_cut(waiting, sealed.lsn)
    views = {}
    for key in names:
        series, totals = known.get(key, (None, None))
        own = [] if series is None else chunks.get(series, [])
        if totals is not None and totals.points != sum(chunk.points for chunk in own):
            raise Unavailable(f"the catalogue of the metric store is damaged: run {run} lacks chunks of {key!r}")
        view = KeyView(SealedKey(sealed.lsn, series, own), points_waiting(waiting, key, sealed.lsn), cut)
        if len(view.waiting) or (own and (cut is None or own[0].step_first <= cut)):
            views[key] = view
    return Seen(views, rows if cleared else max(rows, sealed.rows))


def types_of(reader: ChunkReader, views: Mapping[str, KeyView]) -> dict[str, ColumnType]:
    """How each key is read as a column. Costs nothing of the size of the run, unless it was written by format 1."""
    return {key: _type_of(reader, view) for key, view in views.items()}


def _type_of(reader: ChunkReader, view: KeyView) -> ColumnType:
    kinds = kinds_of(view.waiting.values)
    inside = [chunk for chunk in view.sealed.chunks if view.cut is None or chunk.step_first <= view.cut]
    for chunk in inside:
        flagged = chunk.flags >> FLAG_SHIFT & ALL_KINDS
        if flagged and (view.cut is None or chunk.step_last <= view.cut):
            kinds |= Kinds(flagged)
        else:
            kinds |= kinds_of(_up_to(reader, chunk, view.cut))
    exact = True
    if kinds == Kinds.FLOATS | Kinds.INTS:
        exact = exact_as_floats(view.waiting.values) and all(_is_exact(reader, chunk, view.cut) for chunk in inside)
    return column_type(kinds, exact=exact)


def _is_exact(reader: ChunkReader, chunk: Chunk, cut: int | None) -> bool:
    if chunk.flags >> FLAG_SHIFT & ALL_KINDS == Kinds.FLOATS:
        return True
    if chunk.points == chunk.kept and chunk.stat:
        stat = SealedKey(0, None, [chunk]).stats[0]
        if stat["low"] > -EXACT and stat["high"] < EXACT:  # they are rounded themselves
            return True
    return exact_as_floats(_up_to(reader, chunk, cut))


def _up_to(reader: ChunkReader, chunk: Chunk, cut: int | None) -> Values:
    values = reader.values(chunk)
    return values if cut is None or chunk.step_last <= cut else values[reader.rows(chunk).steps <= cut]


class _Group:
    """Keys that were logged in the same rows and are chunked alike; what is said of `view` holds for all of them."""

    def __init__(self, view: KeyView) -> None:
        self.view = view
        self.keys: list[str] = []
        self.views: list[KeyView] = []
        self.few: tuple[tuple[int, int], _Rows] | None = None

    def add(self, key: str, view: KeyView) -> None:
        self.keys.append(key)
        self.views.append(view)

    def holds(self, view: KeyView) -> bool:
        """Whether the waiting rows are the same; chunks are."""
        mine, other = self.view.waiting, view.waiting
        return np.array_equal(mine.steps, other.steps) and np.array_equal(mine.seqs, other.seqs)

    @cached_property
    def before(self) -> Ints:
        """How many points lie in the chunks before each, and at the end in all. Few texts weigh as much as many."""
        points = np.array([chunk.points for chunk in self.view.sealed.chunks], np.int64)
        texts = np.zeros(len(points), np.bool_)
        for view in self.views:
            texts |= (view.sealed.flags & cat.MIXED) != 0
        return np.concatenate(([0], np.cumsum(np.where(texts, np.maximum(points, CHUNK_ROWS), points))))

    def horizon(self, at: int, most: int) -> int:
        """A step up to which there are about `most` rows from `at` on; LAST where there are no more than that."""
        sealed, waiting = self.view.sealed, self.view.waiting
        bound = LAST
        first = int(np.searchsorted(sealed.step_last, at, "left"))
        if int(self.before[-1] - self.before[first]) > most:
            end = int(np.searchsorted(self.before, self.before[first] + most, "left"))
            bound = int(sealed.step_last[end - 1])
        place = int(np.searchsorted(waiting.steps, at, "left")) + most - 1
        return min(bound, int(waiting.steps[place])) if place < len(waiting) - 1 else bound

    def ends_before(self, at: int) -> bool:
        """Whether there are no rows from `at` on."""
        sealed, waiting, cut = self.view.sealed, self.view.waiting, self.view.cut
        last = max([int(sealed.step_last[-1])] if len(sealed.step_last) else [], default=None)
        if last is not None and cut is not None:
            last = min(last, cut)
        return (last is None or last < at) and (len(waiting) == 0 or int(waiting.steps[-1]) < at)


def _grouped(views: Mapping[str, KeyView]) -> list[_Group]:
    groups: dict[tuple[object, ...], list[_Group]] = {}
    for key, view in views.items():
        alike = groups.setdefault((tuple(chunk.rows for chunk in view.sealed.chunks), len(view.waiting)), [])
        group = next((group for group in alike if group.holds(view)), None)
        if group is None:
            group = _Group(view)
            alike.append(group)
        group.add(key, view)
    return [group for alike in groups.values() for group in alike]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of a group within a window: where they lie, and which of them are read, in which order."""

    group: _Group
    steps: Ints
    times: Floats
    seqs: Ints | None
    chunks: list[tuple[int, slice]]
    waiting: slice
    order: NDArray[np.intp] | None
    """Picks rows from those of the chunks followed by the waiting ones; None is all of them as they come."""
    last: NDArray[np.bool_] | None
    """Which of the picked rows are the last of their step, where that matters and some are not."""

    @property
    def shown(self) -> tuple[Ints, Floats, Ints | None]:
        """Steps, times and seqs of what is read of them, one row a step unless repeats are wanted."""
        if self.last is None:
            return self.steps, self.times, self.seqs
        return self.steps[self.last], self.times[self.last], None if self.seqs is None else self.seqs[self.last]


class RunScan:
    """One reading of one run. Everything is of the moment it began: rows logged later have larger seqs."""

    def __init__(self, reader: ChunkReader, look: Callable[[], Seen], first: int, last: int, repeats: Repeats) -> None:
        self._reader = reader
        self._look = look
        self._last = last
        self._repeats: Repeats = repeats
        found = look()
        self._rows_logged = found.rows
        self._again = False
        self.types = read_as(types_of(reader, found.views), repeats)
        self._keys = list(found.views)
        self._views: dict[str, KeyView] = {}
        self._groups: list[_Group] = []
        self._group_of: dict[str, _Group] = {}
        self._see(found.views)
        self._most = max(FEWEST_ROWS, min(ROWS, CELLS // max(1, len(found.views))))
        self._at: int | None = first
        self._key = 0
        self._first = first
        self._begun = False

    def _see(self, views: dict[str, KeyView]) -> None:
        self._views, self._groups = views, _grouped(views)
        self._group_of = {key: group for group in self._groups for key in group.keys}

    def next_rows(self) -> Batch | None:
        """The next rows of all keys; None at the end."""
        return self._whole(self._next_rows)

    @property
    def ended(self) -> bool:
        """Whether `next_points` has come to the last key's end."""
        return self._key >= len(self._keys)

    def next_points(self) -> list[KeyBatch] | None:
        """The next points, key by key; None at the end."""
        return self._whole(self._next_points)

    def _whole(self, step: Callable[[], _T]) -> _T:
        try:
            return step()
        except Gone:  # compaction moved chunks since we looked at the catalogue
            self._see({key: view for key, view in self._look().views.items() if key in self.types})
            self._again = True
            raise
        except ValueError as error:
            raise Unavailable(f"the run was changed while it was read; read it again ({error})") from error

    def _next_rows(self) -> Batch | None:
        while self._at is not None and self._at <= self._last:
            at, end = self._at, self._last
            active = [group for group in self._groups if not group.ends_before(at)]
            if not active:
                break
            for group in active:
                end = min(end, group.horizon(at, self._most))
            batch, end = self._window(active, at, end)
            self._at = end + 1 if end < self._last else None
            if len(batch):
                self._begun = True
                return batch
        self._at = None
        if self._begun:
            return None
        self._begun = True
        return self._assembled(np.empty(0, np.int64), np.empty(0, np.float64), [])

    def _next_points(self) -> list[KeyBatch] | None:
        found: list[KeyBatch] = []
        while self._key < len(self._keys) and sum(map(len, found)) < ROWS:
            key = self._keys[self._key]
            view = self._views.get(key)
            group = self._group_of.get(key)
            if (
                group is None
                or view is None
                or self._at is None
                or self._at > self._last
                or group.ends_before(self._at)
            ):
                self._key, self._at = self._key + 1, self._first
                continue
            end = min(self._last, group.horizon(self._at, ROWS))
            try:
                rows = self._rows_again(group, self._at, end)
                steps, times, _ = rows.shown
                if len(steps):
                    type_ = self.types[key]
                    found.append(KeyBatch(key, steps, times, Cells(type_, self._column(rows, view, type_), None)))
            except Gone:
                if found:
                    break  # what was found is handed on first; the next call comes here again
                raise
            self._at = end + 1 if end < self._last else None
        return found or None

    def _window(self, active: list[_Group], at: int, end: int) -> tuple[Batch, int]:
        """The rows from `at` to `end`, or to an earlier step where they would be too many, which is returned."""
        parts = [self._rows(group, at, end, seqs=len(active) > 1) for group in active]
        parts = [part for part in parts if len(part.steps)]
        if not parts:
            return Batch(np.empty(0, np.int64), np.empty(0, np.float64), {}), end
        places: list[NDArray[np.intp] | None] = [None]
        if len(parts) == 1:
            steps, times, _ = parts[0].shown
        else:
            steps, times, places = _matched([part.shown for part in parts], self._repeats)
        most = self._most + (CHUNK_ROWS if self._most >= CHUNK_ROWS else 0)
        if len(steps) > most and steps[most - 1] < steps[-1]:
            return self._window(active, at, int(steps[most - 1]))
        return self._assembled(steps, times, list(zip(parts, places, strict=True))), end

    def _assembled(self, steps: Ints, times: Floats, parts: list[tuple[_Rows, NDArray[np.intp] | None]]) -> Batch:
        found: dict[str, Cells] = {}
        for rows, places in parts:
            for key, view in zip(rows.group.keys, rows.group.views, strict=True):
                type_ = self.types[key]
                found[key] = spread(self._column(rows, view, type_), places, len(steps), type_)
        nowhere = np.empty(0, np.intp)
        columns = {}
        for key in self._keys:
            type_ = self.types[key]
            columns[key] = found.get(key) or spread(as_column([], type_), nowhere, len(steps), type_)
        return Batch(steps, times, columns)

    def _rows_again(self, group: _Group, at: int, end: int) -> _Rows:
        """As `_rows`, where the keys of the group ask one after another: few rows are remembered for the next."""
        if group.few is not None and group.few[0] == (at, end):
            return group.few[1]
        rows = self._rows(group, at, end, seqs=False)
        group.few = ((at, end), rows) if len(rows.steps) <= FEW_ROWS else None
        return rows

    def _rows(self, group: _Group, at: int, end: int, *, seqs: bool) -> _Rows:
        """Which rows of a group lie from `at` to `end`."""
        sealed, waiting = group.view.sealed, group.view.waiting
        top = end if group.view.cut is None else min(end, group.view.cut)
        chunks: list[tuple[int, slice]] = []
        for number in range(
            int(np.searchsorted(sealed.step_last, at, "left")), int(np.searchsorted(sealed.step_first, top, "right"))
        ):
            chunk, rows = sealed.chunks[number], self._reader.rows(sealed.chunks[number])
            low = 0 if chunk.step_first >= at else int(np.searchsorted(rows.steps, at, "left"))
            high = rows.count if chunk.step_last <= top else int(np.searchsorted(rows.steps, top, "right"))
            if low < high:
                chunks.append((number, slice(low, high)))
        fresh = slice(
            int(np.searchsorted(waiting.steps, at, "left")), int(np.searchsorted(waiting.steps, end, "right"))
        )
        late = waiting[fresh]
        found = [(self._reader.rows(sealed.chunks[number]), part) for number, part in chunks]
        steps = np.concatenate([*(rows.steps[part] for rows, part in found), late.steps])
        times = np.concatenate([*(rows.times[part] for rows, part in found), late.times])
        rises = bool((steps[1:] > steps[:-1]).all())
        falls = not rises and bool((steps[1:] < steps[:-1]).any())
        mixed = falls or (not rises and len(late) > 0 and len(chunks) > 0)
        numbers = None
        if seqs or mixed or self._again:
            numbers = np.concatenate([*(rows.seqs[part] for rows, part in found), late.seqs])
        order: NDArray[np.intp] | None = None
        if mixed:
            assert numbers is not None
            order = np.lexsort((numbers, steps))
        if self._again:
            assert numbers is not None
            known = numbers < self._rows_logged
            if not known.all():
                order = np.flatnonzero(known) if order is None else order[known[order]]
        if order is not None:
            steps, times = steps[order], times[order]
            numbers = None if numbers is None else numbers[order]
        last = None if rises or self._repeats == "all" else last_of_step(steps)
        return _Rows(group, steps, times, numbers, chunks, fresh, order, last)

    def _column(self, rows: _Rows, view: KeyView, type_: ColumnType) -> Values:
        """What is read of a key at these rows."""
        parts = [self._reader.values(view.sealed.chunks[number])[part] for number, part in rows.chunks]
        if rows.waiting.stop > rows.waiting.start:
            parts.append(view.waiting.values[rows.waiting])
        if rows.order is None and rows.last is None and self._repeats != "mean":
            return as_column(parts, type_)
        values = joined_values(parts)
        if rows.order is not None:
            values = values[rows.order]
        if self._repeats == "mean":
            values = resolved(Points(rows.steps, rows.times, rows.steps, values), "mean").values
        elif rows.last is not None:
            values = values[rows.last]
        return as_column([values], type_)


def _matched(
    parts: Sequence[tuple[Ints, Floats, Ints | None]], repeats: Repeats
) -> tuple[Ints, Floats, list[NDArray[np.intp] | None]]:
    """Rows of several groups as rows of all: their steps, the time of what was logged last, and where each went."""
    steps = np.concatenate([part[0] for part in parts])
    times = np.concatenate([part[1] for part in parts])
    seqs = np.concatenate([part[2] for part in parts if part[2] is not None])
    row_steps, row_times, row_of = as_rows(steps, times, seqs, repeats)
    ends = np.cumsum([len(part[0]) for part in parts]).tolist()
    places: list[NDArray[np.intp] | None] = [
        row_of[end - len(part[0]) : end] for end, part in zip(ends, parts, strict=True)
    ]
    return row_steps, row_times, places
