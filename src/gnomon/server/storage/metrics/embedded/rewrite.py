"""Parts of chunks written as new chunks, where an edit cuts them or makes them meet."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.embedded import seal
from gnomon.server.storage.metrics.embedded.catalogue import Chunk
from gnomon.server.storage.metrics.embedded.reader import ChunkReader
from gnomon.server.storage.metrics.embedded.seal import SortedRows
from gnomon.server.storage.metrics.embedded.segments import Place, Segments
from gnomon.server.storage.metrics.embedded.selection import Part
from gnomon.server.storage.metrics.points import Points, joined, joined_values, no_points

CHUNKS_TOGETHER = 16
"""Chunks that meet are merged so many at a time, or as many as make a whole one: what bounds the memory it takes."""
PLANS_KNOWN = 16
ROWS_KNOWN = 100_000
"""Of so many chunks written the rows are known again, for other keys that have the same."""

New = list[tuple[Chunk, bytes]]
"""Chunks that were written, with their middle levels."""


class Piece(NamedTuple):
    """Points of a chunk: those that belong to the part, or all where it is None."""

    chunk: Chunk
    part: Part | None
    step_first: int
    moves: bool = False
    """Of one row, what moves comes after what was there."""


class _Plan(NamedTuple):
    """How the rows of pieces become one; the same for all keys that have these rows."""

    masks: list[NDArray[np.bool_] | None]
    order: NDArray[np.intp] | None
    rows: SortedRows


class Rewriter:
    """Writes pieces of chunks. What it finds out of rows it knows again for the next key that has the same."""

    def __init__(self, segments: Segments, reader: ChunkReader) -> None:
        self._segments = segments
        self._reader = reader
        self._plans: OrderedDict[tuple[object, ...], _Plan] = OrderedDict()
        self._written: dict[bytes, Place] = {}
        self._file = 0

    def forget(self) -> None:
        """Lets go of what is known of rows."""
        self._plans.clear()
        self._written.clear()

    def extent(self, chunk: Chunk, part: Part) -> tuple[int, int] | None:
        """The first and the last step of what belongs to a part; None where nothing does."""
        steps = self._plan([Piece(chunk, part, chunk.step_first)]).rows.steps
        return (int(steps[0]), int(steps[-1])) if len(steps) else None

    def write(self, pieces: Sequence[Piece]) -> New:
        """Pieces in order of their first step as chunks that do not overlap."""
        self._turn()
        most = CHUNKS_TOGETHER * seal.CHUNK_POINTS // 4
        if len(pieces) > CHUNKS_TOGETHER or sum(piece.chunk.points for piece in pieces) > most:
            return self._merge(pieces)
        plan = self._plan(pieces)
        if not len(plan.rows.steps):
            return []
        found = [self._reader.values(piece.chunk) for piece in pieces]
        values = joined_values(
            [one if mask is None else one[mask] for one, mask in zip(found, plan.masks, strict=True)]
        )
        if plan.order is not None:
            values = values[plan.order]
        return list(plan.rows.write(self._segments, values))

    def _plan(self, pieces: Sequence[Piece]) -> _Plan:
        name = tuple((piece.chunk.rows, piece.part, piece.moves and len(pieces) > 1) for piece in pieces)
        plan = self._plans.pop(name, None) or self._made(pieces)
        self._plans[name] = plan
        if len(self._plans) > PLANS_KNOWN:
            self._plans.popitem(last=False)
        return plan

    def _made(self, pieces: Sequence[Piece]) -> _Plan:
        masks: list[NDArray[np.bool_] | None] = []
        columns: list[tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]] = []
        for piece in pieces:
            rows = self._reader.rows(piece.chunk)
            steps, times, seqs = rows.steps, rows.times, rows.seqs
            mask = None if piece.part is None else piece.part.of(Points(steps, times, seqs, steps))
            if mask is not None:
                steps, times, seqs = steps[mask], times[mask], seqs[mask]
            masks.append(mask)
            columns.append((steps, times, seqs, np.full(len(steps), piece.moves)))
        steps, times, seqs, moves = (np.concatenate(column) for column in zip(*columns, strict=True))
        order = None
        if not bool((steps[1:] > steps[:-1]).all()):
            order = np.lexsort((moves, seqs, steps))
            steps, times, seqs = steps[order], times[order], seqs[order]
        return _Plan(masks, order, SortedRows(steps, times, seqs, written=self._written))

    def _merge(self, pieces: Sequence[Piece]) -> New:
        """The same for any number of pieces, a few at a time."""
        written: New = []
        waiting, moves = no_points(), np.empty(0, np.bool_)
        taken = 0
        for at, piece in enumerate(pieces):
            points = self._reader.points(piece.chunk)
            if piece.part is not None:
                points = points[piece.part.of(points)]
            waiting = joined([waiting, points]) if len(waiting) else points
            moves = np.concatenate([moves, np.full(len(points), piece.moves)])
            order = np.lexsort((moves, waiting.seqs, waiting.steps))
            waiting, moves = waiting[order], moves[order]
            taken += 1
            ready = len(waiting)
            if at + 1 < len(pieces):
                ready = int(np.searchsorted(waiting.steps, pieces[at + 1].step_first, "left"))
                if ready < seal.CHUNK_POINTS and taken < CHUNKS_TOGETHER:
                    continue
            if ready:
                written += self._write(waiting[:ready])
                waiting, moves, taken = waiting[ready:], moves[ready:], 0
        return written

    def _write(self, points: Points) -> New:
        self._turn()
        rows = SortedRows(points.steps, points.times, points.seqs, written=self._written)
        return list(rows.write(self._segments, points.values))

    def _turn(self) -> None:
        """All bytes of a chunk are in one file: where a new one begins, rows of older ones are not named again."""
        self._segments.turn()
        if self._segments.newest != self._file or len(self._written) > ROWS_KNOWN:
            self._file = self._segments.newest
            self.forget()
