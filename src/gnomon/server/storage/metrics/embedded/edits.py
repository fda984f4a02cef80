"""History as it is edited: points go from one key to another, or to a fork, without being written again.

A chunk that goes as a whole changes hands in the catalogue. One that is cut, or that meets others where it arrives, is
written anew. What an edit does is one transaction, after the segments it needs are on disk: a crash finds it done, or
not begun. Call it in one thread, while nobody seals or compacts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gnomon.model.errors import Conflict
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded import packs, seal
from gnomon.server.storage.metrics.embedded.catalogue import Catalogue, Chunk, SealedRun, Totals
from gnomon.server.storage.metrics.embedded.reader import ChunkReader
from gnomon.server.storage.metrics.embedded.rewrite import New, Piece, Rewriter
from gnomon.server.storage.metrics.embedded.segments import Segments
from gnomon.server.storage.metrics.embedded.selection import Others, Selection
from gnomon.server.storage.metrics.embedded.totals import totals_in
from gnomon.server.storage.metrics.store import RunKey


@dataclass(slots=True)
class KeyMove:
    """What a move does to one key."""

    key: str
    to: str
    series: int
    whole: bool
    """Nothing of the key stays where it was."""
    moved: Totals
    there: Totals
    """Of all that is at the destination then."""
    left: Totals | None
    cut: list[Chunk] = field(default_factory=list)
    """Chunks of which a part goes."""
    stays: New = field(default_factory=list)
    """What is left of them."""
    merged: list[Chunk] = field(default_factory=list)
    """Chunks that go as a whole, and are written anew because they meet others."""
    replaced: list[Chunk] = field(default_factory=list)
    """Chunks of the destination that others meet."""
    arrives: New = field(default_factory=list)


class _Arrival(NamedTuple):
    """Points on their way to, or already at, the destination: those of a chunk that belong to the part, or all."""

    step_first: int
    step_last: int
    chunk: Chunk
    part: Selection | None
    moves: bool


class Editor:
    """Edits what is sealed of runs."""

    def __init__(self, catalogue: Catalogue, segments: Segments, reader: ChunkReader) -> None:
        self._catalogue = catalogue
        self._segments = segments
        self._reader = reader
        self._rewriter = Rewriter(segments, reader)

    def move(self, run: RunKey, stream: str, to_stream: str, names: Mapping[str, str] | None, part: Selection) -> int:
        """Takes a part of keys (all keys where None) out of a stream and into another; how many points that were."""
        connection = self._catalogue.connection
        known = cat.series_of(connection, run, stream)
        there = known if stream == to_stream else cat.series_of(connection, run, to_stream)
        names = {key: key for key in known} if names is None else names
        self._rewriter.forget()
        moves = [
            move
            for key, to in sorted(names.items())
            if key in known and (move := self._planned(key, to, known[key], there.get(to), part)) is not None
        ]
        if moves:
            self._segments.sync()
            with self._catalogue.writing() as connection:
                cat.count_edit(connection, run)
                for move in moves:
                    _commit(connection, run, stream, to_stream, move, part)
        return sum(move.moved.points for move in moves)

    def copy(self, run: RunKey, to_run: RunKey, streams: Sequence[str], part: Selection, lsn: int) -> int:
        """Gives another run, which has no rows, what the first has; how many points that are.

        No record of the other run in the log is later than `lsn`. Raises Conflict where the other run has rows.
        """
        connection = self._catalogue.connection
        before = cat.sealed_run(connection, to_run)
        if before.rows or cat.streams_of(connection, to_run):
            raise Conflict(f"run {to_run} has rows already, so that it cannot become a copy of run {run}")
        self._rewriter.forget()
        copies: list[tuple[str, str, int, Totals, New]] = []
        for stream in streams:
            for key, (series, totals) in sorted(cat.series_of(connection, run, stream).items()):
                chunks = [] if part.whole(_bounds(totals)) else cat.chunks_of(connection, series)
                found = totals_in(self._reader, chunks, part) if chunks else totals
                if found is None:
                    continue
                cut = [chunk for chunk in chunks if part.touches(chunk) and not part.whole(chunk)]
                written = [one for chunk in cut for one in self._rewriter.write([Piece(chunk, part, chunk.step_first)])]
                copies.append((stream, key, series, found, written))
        self._segments.sync()
        with self._catalogue.writing() as connection:
            cat.count_edit(connection, to_run)
            for stream, key, series, totals, written in copies:
                to_series = cat.put_series(connection, to_run, stream, key, totals)
                uncut = [chunk for chunk in cat.chunks_of(connection, series) if part.whole(chunk)]
                cat.share(connection, series, to_series, uncut)
                cat.replace_chunks(connection, to_series, [], written)
                packs.pack_if_long(connection, to_series, totals.points)
            rows = cat.sealed_run(connection, run).rows
            cat.put_run(connection, to_run, SealedRun(lsn, rows, before.offsets))
        return sum(totals.points for _, _, _, totals, _ in copies)

    def forget(self, run: RunKey, stream: str) -> None:
        """Takes away a stream."""
        with self._catalogue.writing() as connection:
            cat.count_edit(connection, run)
            for series, _ in cat.series_of(connection, run, stream).values():
                cat.forget_series(connection, series)

    def _planned(
        self, key: str, to: str, source: tuple[int, Totals], there: tuple[int, Totals] | None, part: Selection
    ) -> KeyMove | None:
        """What a move does to a key; None where none of its points goes."""
        series, known = source
        connection = self._catalogue.connection
        whole = part.whole(_bounds(known))
        if not part.touches(_bounds(known)):
            return None
        if whole and there is None:
            return KeyMove(key, to, series, True, known, known, None)
        chunks = cat.chunks_of(connection, series)
        moved = known if whole else totals_in(self._reader, chunks, part)
        if moved is None:
            return None
        left = None if whole else totals_in(self._reader, chunks, Others(part))
        total = moved if there is None else there[1].plus(moved)
        move = KeyMove(key, to, series, whole, moved, total, left)
        arrivals = []
        for chunk in chunks:
            if part.whole(chunk):
                arrivals.append(_Arrival(chunk.step_first, chunk.step_last, chunk, None, True))
            elif part.touches(chunk):
                arrivals += self._cut(move, chunk, part)
        present = [] if there is None else cat.chunks_of(connection, there[0])
        arrivals += [_Arrival(chunk.step_first, chunk.step_last, chunk, None, False) for chunk in present]
        for meeting in _meetings(sorted(arrivals, key=lambda one: one.step_first)):
            if len(meeting) > 1 or meeting[0].part is not None:
                move.replaced += [one.chunk for one in meeting if not one.moves]
                move.merged += [one.chunk for one in meeting if one.moves and one.part is None]
                move.arrives += self._rewriter.write(
                    [Piece(one.chunk, one.part, one.step_first, one.moves) for one in meeting]
                )
        return move

    def _cut(self, move: KeyMove, chunk: Chunk, part: Selection) -> Iterator[_Arrival]:
        """Writes what stays of a chunk, and tells what goes."""
        goes = self._rewriter.extent(chunk, part)
        if goes is not None:
            move.cut.append(chunk)
            move.stays += self._rewriter.write([Piece(chunk, Others(part), chunk.step_first)])
            yield _Arrival(*goes, chunk, part, True)


def _commit(
    connection: sqlite3.Connection, run: RunKey, stream: str, to_stream: str, move: KeyMove, part: Selection
) -> None:
    if move.whole and move.there is move.moved:
        cat.relabel_series(connection, move.series, run, to_stream, move.to, move.there)
        return
    to_series = cat.put_series(connection, run, to_stream, move.to, move.there)
    cat.replace_chunks(connection, to_series, move.replaced, [])
    cat.replace_chunks(connection, move.series, [*move.cut, *move.merged], move.stays)
    untouched = [chunk for chunk in cat.chunks_of(connection, move.series) if part.whole(chunk)]
    cat.hand_over(connection, move.series, to_series, untouched)
    cat.replace_chunks(connection, to_series, [], move.arrives)
    packs.pack_if_long(connection, to_series, move.there.points)
    if move.left is None:
        cat.drop_series(connection, move.series)
    else:
        cat.put_series(connection, run, stream, move.key, move.left)


def _meetings(arrivals: Sequence[_Arrival]) -> Iterator[list[_Arrival]]:
    """Groups of neighbours that are to become one, given in order of their first step."""
    group: list[_Arrival] = []
    last = 0
    for one in arrivals:
        if group and one.step_first > last and not _mend(group[-1], one):
            yield group
            group = []
        last = max(last, one.step_last) if group else one.step_last
        group.append(one)
    if group:
        yield group


def _mend(one: _Arrival, other: _Arrival) -> bool:
    """Whether neighbours are so small that edits must have cut them: else keys that are edited often go to pieces."""
    return one.moves != other.moves and max(one.chunk.points, other.chunk.points) < seal.CHUNK_POINTS // 2


class _Extent(NamedTuple):
    step_first: int
    step_last: int
    seq_first: int
    seq_last: int


def _bounds(totals: Totals) -> _Extent:
    return _Extent(totals.first_step, totals.last_step, totals.first_seq, totals.last_seq)
