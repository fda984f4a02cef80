"""What is known of a key, from its chunks, reading as few of them as can be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded.catalogue import MIXED, TIMES_FALL, Catalogue, Chunk, Totals
from gnomon.server.storage.metrics.embedded.lod import STAT
from gnomon.server.storage.metrics.embedded.reader import ChunkReader
from gnomon.server.storage.metrics.embedded.selection import Part, Selection
from gnomon.server.storage.metrics.embedded.tail import Waiting, step_cut, totals_of, totals_waiting
from gnomon.server.storage.metrics.points import parsed
from gnomon.server.storage.metrics.store import KeyStats, RunKey


def totals_in(reader: ChunkReader, chunks: Sequence[Chunk], part: Part) -> Totals | None:
    """What is known of the points of chunks that belong to a part; None where there is none."""
    inside = [chunk for chunk in chunks if part.touches(chunk)]
    uncut = [chunk for chunk in inside if part.whole(chunk)]
    first = min(uncut, key=lambda chunk: chunk.seq_first, default=None)
    last = max(uncut, key=lambda chunk: chunk.seq_last, default=None)
    found: Totals | None = None
    for chunk in inside:
        whole = part.whole(chunk) and chunk is not first and chunk is not last
        if whole and chunk.points == chunk.kept and not chunk.flags & (MIXED | TIMES_FALL):
            totals = _from_levels(chunk)
        else:
            points = reader.points(chunk)
            points = points[part.of(points)]
            if not len(points):
                continue
            totals = totals_of(points)
        found = totals if found is None else found.plus(totals)
    return found


def key_stats(
    reader: ChunkReader, catalogue: Catalogue, run: RunKey, stream: str, waiting: Waiting, version: tuple[int, int]
) -> list[KeyStats]:
    """Every key of a stream, sorted by name; `version` counts the changes of the run in the catalogue."""
    return [_as_stats(key, totals) for key, totals in key_totals(reader, catalogue, run, stream, waiting, version)]


def key_totals(
    reader: ChunkReader, catalogue: Catalogue, run: RunKey, stream: str, waiting: Waiting, version: tuple[int, int]
) -> list[tuple[str, Totals]]:
    """The same in a form that can be added up."""
    lsn, known = reader.known_totals(run, stream, version)
    found = dict(known)
    if waiting.cleared_lsn > lsn:
        found = {}
    elif step_cut(waiting, lsn) is not None:
        lsn, found = _cut_totals(reader, catalogue, run, stream, waiting)
    for key, fresh in totals_waiting(waiting, lsn):
        before = found.get(key)
        found[key] = fresh if before is None else before.plus(fresh)
    return sorted(found.items())


def _cut_totals(
    reader: ChunkReader, catalogue: Catalogue, run: RunKey, stream: str, waiting: Waiting
) -> tuple[int, dict[str, Totals]]:
    """What segments sealed up to an lsn hold of each key below the cuts that they do not know of."""
    found: dict[str, Totals] = {}
    with catalogue.reading() as connection:
        lsn = cat.sealed_run(connection, run).lsn
        cut = step_cut(waiting, lsn)
        for key, (series, totals) in cat.series_of(connection, run, stream).items():
            if cut is None or totals.last_step <= cut:
                found[key] = totals
            elif totals.first_step <= cut:
                rest = totals_in(reader, cat.chunks_of(connection, series), Selection(last=cut))
                if rest is not None:
                    found[key] = rest
    return lsn, found


def _as_stats(key: str, totals: Totals) -> KeyStats:
    first, last = totals.first, totals.last
    return KeyStats(
        key, totals.numeric, totals.points, totals.first_step, totals.last_step, totals.first_time, totals.last_time,
        parsed(first) if isinstance(first, str) else first, parsed(last) if isinstance(last, str) else last,
        totals.finite, totals.low, totals.high, totals.total,
    )  # fmt: skip


def _from_levels(chunk: Chunk) -> Totals:
    """Of a chunk of numbers without repeats. Not for a chunk that holds the key's first or last value."""
    stat = np.frombuffer(chunk.stat, STAT)[0]
    finite = int(stat["count"])
    return Totals(
        numeric=True, points=chunk.points, first_step=chunk.step_first, last_step=chunk.step_last,
        first_time=float(stat["time_first"]), last_time=float(stat["time_last"]),
        first_seq=chunk.seq_first, first=None, last_seq=chunk.seq_last, last=None, finite=finite,
        low=float(stat["low"]) if finite else None, high=float(stat["high"]) if finite else None,
        total=float(stat["total"]),
    )  # fmt: skip
