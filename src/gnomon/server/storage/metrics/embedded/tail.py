"""What was acknowledged and is not in segments yet, as it waits in memory. Guarded by the lock of the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec.structs import replace

from gnomon.server.storage.metrics.embedded.catalogue import SealedRun, Totals
from gnomon.server.storage.metrics.embedded.lanes import LaneTotals, lane_totals
from gnomon.server.storage.metrics.embedded.records import Piece
from gnomon.server.storage.metrics.points import Points, as_numbers, in_order, joined
from gnomon.server.storage.metrics.store import RunKey

SLICE_BYTES = 16 << 20
"""So much of a run is sealed at a time, which bounds the memory that sealing takes."""


class Lane(msgspec.Struct, gc=False):
    """Pieces of one stream that have the same keys, in the order of logging."""

    keys: tuple[str, ...]
    columns: dict[str, int]
    pieces: list[Piece] = msgspec.field(default_factory=list)
    joined: dict[int, tuple[int, Points]] = msgspec.field(default_factory=dict)
    """By column: of how many pieces from the first, the points in one."""
    totals: list[tuple[int, LaneTotals]] | None = None
    """Of how many pieces from the first, what is known of their keys; the last entry is the newest."""

    def changed(self) -> None:
        """Pieces went away or became others: what was known of them is not true any more."""
        self.joined, self.totals = {}, None

    def seen(self) -> WaitingLane:
        """The lane as it is now, with room for what a reader finds out about it."""
        if self.totals is None:
            self.totals = []
        return WaitingLane(self.columns, self.pieces[:], self.joined, self.totals)


LANE_BYTES = 2000
"""About how much memory a lane takes beside its pieces, with the run that has no other."""


@lru_cache(maxsize=256)
def _columns(keys: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, int]]:
    """Keys and their places, the same objects for all runs that log the same keys."""
    return keys, {key: at for at, key in enumerate(keys)}


class Cut(NamedTuple):
    """A truncation that segments do not know of yet."""

    lsn: int
    after_step: int


class StreamTail(msgspec.Struct, gc=False):
    """What waits of one stream."""

    lanes: dict[tuple[str, ...], Lane] = msgspec.field(default_factory=dict)
    cuts: tuple[Cut, ...] = ()
    rows: int = 0


class RunState(msgspec.Struct, gc=False):
    """A run that has something waiting, or that was written lately.

    There may be a hundred thousand. None can be part of a cycle, nor can its streams and lanes, and so the collector of
    garbage is kept from them: looking at each would stop the server for a second.
    """

    run: RunKey
    rows: int
    """How many rows were ever logged: the next seq."""
    offsets: dict[str, int]
    sealed_lsn: int
    last_lsn: int
    streams: dict[str, StreamTail] = msgspec.field(default_factory=dict)
    cleared_lsn: int = 0
    """Segments sealed before this lsn hold a run that was deleted since."""
    size_bytes: int = 0
    touched_at: float = 0.0
    marks: tuple[SealedRun, ...] = ()
    """How far the run was each time that another `SLICE_BYTES` of it waited."""
    since_mark_bytes: int = 0

    @property
    def waiting(self) -> bool:
        """Whether segments do not have all of it."""
        return self.last_lsn > self.sealed_lsn

    def stream(self, name: str) -> StreamTail:
        tail = self.streams.get(name)
        if tail is None:
            tail = self.streams[name] = StreamTail()
        return tail

    def add(self, piece: Piece) -> None:
        """Takes a piece up."""
        tail = self.stream(piece.part.stream)
        keys = piece.part.keys
        lane = tail.lanes.get(keys)
        if lane is None:
            lane = Lane(*_columns(keys))
            tail.lanes[lane.keys] = lane
            self.size_bytes += LANE_BYTES
        piece.part = replace(piece.part, keys=lane.keys, stream="")  # the strings of one lane are kept once
        lane.pieces.append(piece)
        tail.rows += piece.rows
        self.size_bytes += piece.size_bytes
        self.since_mark_bytes += piece.size_bytes

    def mark(self) -> None:
        """Notes, where enough came since the last time, that the run may be sealed up to here; after each append."""
        if self.since_mark_bytes >= SLICE_BYTES:
            self.marks += (SealedRun(self.last_lsn, self.rows, dict(self.offsets)),)
            self.since_mark_bytes = 0

    def truncate(self, stream: str, cut: Cut) -> None:
        """Forgets what waits above the cut, and remembers it for what is in segments."""
        tail = self.stream(stream)
        tail.cuts += (cut,)
        self.marks = ()  # what waits was cut, so it is not what it was at a mark
        for lane in tail.lanes.values():
            lane.pieces = [kept for piece in lane.pieces if (kept := piece.up_to(cut.after_step)) is not None]
            lane.changed()
        self._count()

    def clear(self, lsn: int) -> None:
        """Forgets everything."""
        self.streams.clear()
        self.offsets.clear()
        self.rows = 0
        self.cleared_lsn = lsn
        self.size_bytes = self.since_mark_bytes = 0
        self.marks = ()

    def sealed(self, lsn: int) -> None:
        """Lets go of what segments have now."""
        self.sealed_lsn = max(self.sealed_lsn, lsn)
        self.marks = tuple(mark for mark in self.marks if mark.lsn > lsn)
        if not self.marks and not self.waiting:
            self.since_mark_bytes = 0
        for name, tail in list(self.streams.items()):
            for lane in list(tail.lanes.values()):
                lane.pieces = [piece for piece in lane.pieces if piece.lsn > lsn]
                lane.changed()
                if not lane.pieces:
                    del tail.lanes[lane.keys]
            tail.cuts = tuple(cut for cut in tail.cuts if cut.lsn > lsn)
            if not tail.lanes and not tail.cuts:
                del self.streams[name]
        self._count()

    def _count(self) -> None:
        self.size_bytes = 0
        for tail in self.streams.values():
            tail.rows = sum(piece.rows for lane in tail.lanes.values() for piece in lane.pieces)
            self.size_bytes += sum(piece.size_bytes for lane in tail.lanes.values() for piece in lane.pieces)
            self.size_bytes += LANE_BYTES * len(tail.lanes)


class WaitingLane(NamedTuple):
    """A snapshot of a lane."""

    columns: dict[str, int]
    pieces: list[Piece]
    joined: dict[int, tuple[int, Points]]
    totals: list[tuple[int, LaneTotals]]


class Waiting(NamedTuple):
    """A snapshot of what waits of a stream."""

    lanes: list[WaitingLane]
    cuts: tuple[Cut, ...]
    cleared_lsn: int
    lanes_of: dict[str, list[WaitingLane]]
    """By key; nothing until somebody asks for one."""

    def names(self) -> set[str]:
        """The keys of which something waits, or did until a moment ago."""
        return {key for lane in self.lanes for key in lane.columns}

    def with_key(self, key: str) -> Sequence[WaitingLane]:
        """The lanes that have a key."""
        if len(self.lanes) < 2:
            return self.lanes
        if not self.lanes_of:
            for lane in self.lanes:
                for name in lane.columns:
                    self.lanes_of.setdefault(name, []).append(lane)
        return self.lanes_of.get(key, ())


def waiting_of(state: RunState | None, stream: str, key: str | None = None) -> Waiting:
    """What waits of a stream, or of one key of it; call it under the lock."""
    if state is None:
        return Waiting([], (), 0, {})
    tail = state.streams.get(stream)
    if tail is None:
        return Waiting([], (), state.cleared_lsn, {})
    lanes = [lane.seen() for lane in tail.lanes.values() if key is None or key in lane.columns]
    return Waiting(lanes, tail.cuts, state.cleared_lsn, {} if key is None else {key: lanes})


def points_waiting(waiting: Waiting, key: str, sealed_lsn: int) -> Points:
    """The points of a key that are not in segments sealed up to this lsn, in order of step."""
    parts = []
    for columns, pieces, known, _ in waiting.with_key(key):
        column = columns.get(key)
        if not pieces or column is None:
            continue
        if pieces[0].lsn <= sealed_lsn:
            pieces = [piece for piece in pieces if piece.lsn > sealed_lsn]
            if pieces:
                parts.append(joined([piece.rows_of_key(column) for piece in pieces]))
            continue
        seen, before = known.get(column, (0, None))
        if before is None or seen < len(pieces):
            fresh = [piece.rows_of_key(column) for piece in pieces[seen:]]
            before = joined(fresh if before is None else [before, *fresh])
            known[column] = (len(pieces), before)
        elif seen > len(pieces):  # another reader came later and was quicker
            before = before[: sum(piece.rows for piece in pieces)]
        parts.append(before)
    return in_order(joined(parts))


def totals_waiting(waiting: Waiting, sealed_lsn: int) -> Iterator[tuple[str, Totals]]:
    """What is known of the points that are not in segments sealed up to this lsn; a key may come several times."""
    for columns, pieces, _, known in waiting.lanes:
        if not pieces:
            continue
        if pieces[0].lsn <= sealed_lsn:
            totals = lane_totals([piece for piece in pieces if piece.lsn > sealed_lsn])
        else:
            seen, before = known[-1] if known else (0, None)
            if seen > len(pieces):  # another reader came later and was quicker
                totals = lane_totals(pieces)
            else:
                totals = lane_totals(pieces[seen:], before)
                assert totals is not None
                known[:] = [(len(pieces), totals)]
        if totals is not None:
            yield from totals.of_keys(list(columns))


def step_cut(waiting: Waiting, sealed_lsn: int) -> int | None:
    """The last step that is still there in segments sealed up to this lsn; None is all."""
    return min((cut.after_step for cut in waiting.cuts if cut.lsn > sealed_lsn), default=None)


def totals_of(points: Points) -> Totals:
    """What is known of points, of which there is at least one."""
    numbers, is_number = as_numbers(points.values)
    finite = numbers[np.isfinite(numbers)]
    early, late = int(points.seqs.argmin()), len(points) - 1 - int(points.seqs[::-1].argmax())
    first, last = points.values[early], points.values[late]
    return Totals(
        numeric=bool(is_number.any()),
        points=len(points),
        first_step=int(points.steps.min()),
        last_step=int(points.steps.max()),
        first_time=float(points.times.min()),
        last_time=float(points.times.max()),
        first_seq=int(points.seqs[early]),
        first=first.item() if isinstance(first, np.generic) else first,
        last_seq=int(points.seqs[late]),
        last=last.item() if isinstance(last, np.generic) else last,
        finite=len(finite),
        low=float(finite.min()) if len(finite) else None,
        high=float(finite.max()) if len(finite) else None,
        total=float(finite.sum()),
    )
