"""The embedded metric store: a commit log, what waits in memory, segments, and the threads between them.

append ─> committer: log ─fsync─> memory ─> answer        (one thread, one fsync for all that wait)
                                    │
          chores: memory ─> segments ─> catalogue ─> log parts go   (one thread, run by run)
                                    │
series, rows, keys <── memory + catalogue + segments      (a few threads, a snapshot each)
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.axes import step_bounds
from gnomon.server.storage.metrics.buckets import Ints
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded.cache import Cache
from gnomon.server.storage.metrics.embedded.catalogue import Catalogue, Totals
from gnomon.server.storage.metrics.embedded.checks.repairing import refuse_half_repaired
from gnomon.server.storage.metrics.embedded.chores import Chores
from gnomon.server.storage.metrics.embedded.committer import Committer, Request
from gnomon.server.storage.metrics.embedded.compaction import Compactor
from gnomon.server.storage.metrics.embedded.curves import series
from gnomon.server.storage.metrics.embedded.edits import Editor
from gnomon.server.storage.metrics.embedded.log import PART_BYTES, CommitLog
from gnomon.server.storage.metrics.embedded.reader import ChunkReader
from gnomon.server.storage.metrics.embedded.records import (
    Kind,
    Record,
    decode_append,
    decode_truncate,
    encode_append,
    encode_truncate,
)
from gnomon.server.storage.metrics.embedded.rowpages import page
from gnomon.server.storage.metrics.embedded.scan import RunScan, Seen, seen, types_of
from gnomon.server.storage.metrics.embedded.seal import Sealer
from gnomon.server.storage.metrics.embedded.segments import FILE_BYTES, Gone, Segments
from gnomon.server.storage.metrics.embedded.selection import LAST, Selection
from gnomon.server.storage.metrics.embedded.tail import Cut, RunState, Waiting, waiting_of
from gnomon.server.storage.metrics.embedded.together import Together
from gnomon.server.storage.metrics.embedded.totals import key_stats, key_totals
from gnomon.server.storage.metrics.points import check_names
from gnomon.server.storage.metrics.store import (
    WHOLE,
    Batch,
    Block,
    Buckets,
    ColumnType,
    CurveAsked,
    Extent,
    KeyBatch,
    KeyStats,
    Repeats,
    RowPage,
    RunKey,
    SharedKey,
    Source,
    Span,
)

T = TypeVar("T")

SCAN_CACHE_BYTES = 8 << 20
"""What one reading of a whole run remembers; it leaves what charts remember alone."""
BLOCKS_TOGETHER = 2
"""So many blocks of runs are looked through at a time, so that other questions have their turn."""
CURVES_TOGETHER = 50
"""So many curves are read by one thread, before another question has its turn."""
EXTENTS_TOGETHER = 5000
"""So many runs are asked by one thread how far the numbers of a key go."""


@dataclass(frozen=True, kw_only=True)
class MetricSettings:
    """What may be chosen about the embedded store."""

    memory_bytes: int = 256 << 20
    """Most that may wait in memory to be sealed; above it appends answer Unavailable."""
    cache_bytes: int = 64 << 20
    """Most that is remembered of what was read from disk."""
    seal_rows: int = 16384
    """A stream of a run is sealed when so many rows of it wait."""
    seal_bytes: int = 32 << 20
    """A run is sealed when so much of it waits."""
    idle_secs: float = 60.0
    """A run is sealed when nothing was appended for so long."""
    log_parts: int = 3
    """Runs are sealed to keep the log no longer than about so many parts."""
    part_bytes: int = PART_BYTES
    file_bytes: int = FILE_BYTES
    readers: int = 4


class EmbeddedMetrics:
    """A `MetricStore` in a folder of its own."""

    def __init__(self, path: Path, settings: MetricSettings) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self._settings = settings
        self._flock = _locked(path / "lock")
        self._lock = threading.Lock()
        self._runs: dict[RunKey, RunState] = {}
        self._versions: dict[RunKey, int] = {}
        self._moves = 0
        self._waiting_bytes = 0
        self._applied_lsn = 0
        self._closed = False
        try:
            refuse_half_repaired(path)
            self._catalogue = Catalogue(path / "catalogue.sqlite")
            self._segments = Segments(path / "segments", file_bytes=settings.file_bytes)
            self._segments.beyond(*cat.end_of_files(self._catalogue.connection))
            self._log = CommitLog(path / "log", part_bytes=settings.part_bytes)
            lsn = cat.last_lsn(self._catalogue.connection)
            for record in self._log.replay():
                lsn = max(lsn, record.lsn)
                self._apply([record])
        except BaseException as error:
            os.close(self._flock)
            if isinstance(error, sqlite3.DatabaseError):
                raise Unavailable(f"the catalogue of the metric store cannot be read ({error}): {path}") from error
            raise
        self._reader = ChunkReader(self._catalogue, self._segments, Cache(settings.cache_bytes))
        sealer = Sealer(self._catalogue, self._segments, ChunkReader(self._catalogue, self._segments, Cache(8 << 20)))
        self._readers = ThreadPoolExecutor(settings.readers, thread_name_prefix="metrics-read")
        # Reading all runs of a project must not push out what charts remember.
        self._aside = ChunkReader(self._catalogue, self._segments, Cache(8 << 20))
        self._together = Together(self._catalogue, self._versions_of, self._totals)
        editing = ChunkReader(self._catalogue, self._segments, Cache(8 << 20))
        self._editor = Editor(self._catalogue, self._segments, editing)
        self._edits = ThreadPoolExecutor(1, thread_name_prefix="metrics-edit")
        self._chores = Chores(self, sealer, Compactor(self._catalogue, self._segments, self._chunks_moved))
        self._committer = Committer(self._log, lsn, self._state_of, self._apply)

    async def append(self, run: RunKey, source: Source, blocks: Sequence[Block]) -> int:
        if self._waiting_bytes + self._committer.queued_bytes > self._settings.memory_bytes:
            self._chores.wake()
            raise Unavailable("the metric store is behind; what waits in memory is at its limit", retry_after_secs=1)
        body, rows = encode_append(source, blocks)
        return await self._committer.commit(Request(run, Kind.APPEND, body, source, rows))

    async def offsets(self, run: RunKey) -> dict[str, int]:
        return await self._read(lambda: self._offsets(run))

    async def series(
        self, run: RunKey, key: str, *, stream: str = "history", x: str = "_step", span: Span = WHOLE,
        buckets: int = 1000, repeats: Repeats = "last",
    ) -> Buckets:  # fmt: skip
        return await self._read(lambda: self._series(run, key, stream, x, span, max(1, buckets), repeats))

    async def curves(
        self, asked: Sequence[CurveAsked], *, stream: str = "history", x: str = "_step", buckets: int = 1000,
        repeats: Repeats = "last",
    ) -> list[Buckets]:  # fmt: skip
        size = min(CURVES_TOGETHER, max(1, -(-len(asked) // 2)))
        parts = [asked[at : at + size] for at in range(0, len(asked), size)]
        found = await asyncio.gather(
            *(self._read(partial(self._curves, part, stream, x, max(1, buckets), repeats)) for part in parts)
        )
        return [curve for part in found for curve in part]

    async def keys(self, run: RunKey, stream: str = "history") -> list[KeyStats]:
        return await self._read(lambda: self._keys(run, stream))

    async def shared_keys(
        self, runs: Sequence[RunKey], stream: str = "history", *, live: Collection[RunKey] = ()
    ) -> list[SharedKey]:
        ordered = np.unique(np.array(runs, np.int64))
        known = await self._read(lambda: self._together.known(ordered, stream, live))
        if known.answer is not None:
            return known.answer
        found: list[list[SharedKey]] = []
        for at in range(0, len(known.unknown), BLOCKS_TOGETHER):
            blocks = known.unknown[at : at + BLOCKS_TOGETHER]
            found += await asyncio.gather(*(self._read(partial(self._together.find_out, block)) for block in blocks))
        return await self._read(lambda: self._together.answer(known, found))

    async def extents(self, runs: Sequence[RunKey], key: str, stream: str = "history") -> dict[RunKey, Extent]:
        ordered = sorted(set(runs))
        found: dict[RunKey, Extent] = {}
        for at in range(0, len(ordered), EXTENTS_TOGETHER):
            part = ordered[at : at + EXTENTS_TOGETHER]
            found |= await self._read(partial(self._extents, part, key, stream))
        return found

    async def rows(
        self, run: RunKey, *, stream: str = "history", keys: Sequence[str] | None = None, first_step: int | None = None,
        last_step: int | None = None, limit: int = 1000, repeats: Repeats = "last",
    ) -> RowPage:  # fmt: skip
        low, high = step_bounds(first_step, last_step)
        return await self._read(lambda: self._rows(run, stream, keys, low, high, max(1, limit), repeats))

    async def types(self, run: RunKey, stream: str = "history") -> dict[str, ColumnType]:
        return await self._read(lambda: types_of(self._reader, self._seen(run, stream, None).views))

    async def scan(
        self, run: RunKey, *, stream: str = "history", keys: Sequence[str] | None = None, first_step: int | None = None,
        last_step: int | None = None, repeats: Repeats = "last",
    ) -> AsyncGenerator[Batch, None]:  # fmt: skip
        scan, batch = await self._read(
            lambda: (scan := self._scan(run, stream, keys, first_step, last_step, repeats), scan.next_rows())
        )
        while batch is not None:
            yield batch
            batch = await self._read(scan.next_rows)

    async def points(
        self, run: RunKey, *, stream: str = "history", keys: Sequence[str] | None = None, first_step: int | None = None,
        last_step: int | None = None, repeats: Repeats = "last",
    ) -> AsyncGenerator[KeyBatch, None]:  # fmt: skip
        scan, batches = await self._read(
            lambda: (scan := self._scan(run, stream, keys, first_step, last_step, repeats), scan.next_points())
        )
        while batches is not None:
            for batch in batches:
                yield batch
            batches = None if scan.ended else await self._read(scan.next_points)

    async def truncate(self, run: RunKey, *, after_step: int, stream: str = "history") -> None:
        await self._committer.commit(Request(run, Kind.TRUNCATE, encode_truncate(stream, after_step)))

    async def next_row(self, run: RunKey) -> int:
        return await self._read(lambda: self._next_row(run))

    async def move(
        self, run: RunKey, *, stream: str, to_stream: str, names: Mapping[str, str] | None = None,
        first_step: int | None = None, last_step: int | None = None, before_row: int | None = None,
    ) -> int:  # fmt: skip
        check_names(names, within_stream=stream == to_stream)
        low, high = step_bounds(first_step, last_step)
        part = Selection(low, high, LAST if before_row is None else before_row)
        return await self._edit([run], lambda: self._editor.move(run, stream, to_stream, names, part))

    async def copy(
        self, run: RunKey, to_run: RunKey, *, last_step: int | None = None, streams: Sequence[str] = ("history",)
    ) -> int:
        part = Selection(last=step_bounds(None, last_step)[1])
        return await self._edit([run, to_run], lambda: self._copy(run, to_run, streams, part))

    async def forget(self, run: RunKey, *, stream: str) -> None:
        await self._edit([run], lambda: self._editor.forget(run, stream))

    async def delete(self, run: RunKey) -> None:
        await self._committer.commit(Request(run, Kind.DELETE, b""))

    async def settle(self) -> None:
        """Seals everything that waits, as is done by itself sooner or later."""
        await asyncio.get_running_loop().run_in_executor(None, self._chores.seal_everything)

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await asyncio.get_running_loop().run_in_executor(None, self._close)

    def _close(self) -> None:
        self._committer.stop()
        self._readers.shutdown()
        self._edits.shutdown()
        self._chores.stop()
        self._segments.close()
        self._catalogue.close()
        os.close(self._flock)

    # What the committer calls, in its thread.

    def _state_of(self, run: RunKey) -> RunState:
        state = self._runs.get(run)
        if state is None:
            sealed = cat.sealed_run(self._catalogue.connection, run)
            state = RunState(run, sealed.rows, dict(sealed.offsets), sealed.lsn, sealed.lsn)
        return state

    def _apply(self, records: Sequence[Record]) -> None:
        now = time.monotonic()
        for record in records:
            state = self._state_of(record.run)
            if record.lsn <= state.sealed_lsn:
                self._applied_lsn = record.lsn
                continue
            with self._lock:
                self._applied_lsn = record.lsn
                self._runs[record.run] = state
                before = state.size_bytes
                state.last_lsn, state.touched_at = record.lsn, now
                if record.kind is Kind.APPEND:
                    source, rows, pieces = decode_append(record)
                    state.offsets[source.journal] = source.end
                    state.rows = record.seq + rows
                    for piece in pieces:
                        state.add(piece)
                    state.mark()
                elif record.kind is Kind.TRUNCATE:
                    stream, after_step = decode_truncate(record)
                    state.truncate(stream, Cut(record.lsn, after_step))
                else:
                    state.clear(record.lsn)
                self._waiting_bytes += state.size_bytes - before
                full = state.size_bytes > self._settings.seal_bytes or any(
                    tail.rows >= self._settings.seal_rows for tail in state.streams.values()
                )
            if full and hasattr(self, "_chores"):
                self._chores.wake(record.run)

    def _chunks_moved(self) -> None:
        with self._lock:
            self._moves += 1

    # What edits do, in a thread of their own.

    async def _edit(self, runs: Sequence[RunKey], work: Callable[[], T]) -> T:
        if self._closed:
            raise Unavailable("the metric store is closed")
        return await asyncio.get_running_loop().run_in_executor(self._edits, self._edit_now, runs, work)

    def _edit_now(self, runs: Sequence[RunKey], work: Callable[[], T]) -> T:
        try:
            return self._chores.edit(runs, work)
        except (OSError, sqlite3.DatabaseError) as error:
            raise Unavailable(f"run {runs[0]} cannot be edited now: {error}", retry_after_secs=5) from error

    def _copy(self, run: RunKey, to_run: RunKey, streams: Sequence[str], part: Selection) -> int:
        with self._lock:
            state = self._runs.get(to_run)
            lsn = cat.last_lsn(self._catalogue.connection) if state is None else state.sealed_lsn
        points = self._editor.copy(run, to_run, streams, part, lsn)
        rows = cat.sealed_run(self._catalogue.connection, to_run).rows
        with self._lock:
            state = self._runs.get(to_run)
            if state is not None:
                state.rows = max(state.rows, rows)
        return points

    # What the readers do, in their threads.

    async def _read(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise Unavailable("the metric store is closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._with_retries, work)

    @staticmethod
    def _with_retries(work: Callable[[], T]) -> T:
        for _ in range(5):
            try:
                return work()
            except Gone:  # compaction moved chunks between the look at the catalogue and the look at the file
                continue
            except sqlite3.DatabaseError as error:
                raise Unavailable(f"the catalogue of the metric store cannot be read: {error}") from error
        raise Unavailable("a part of the metric store is missing")

    def _snapshot(self, run: RunKey, stream: str, key: str | None = None) -> tuple[Waiting, tuple[int, int]]:
        with self._lock:
            return waiting_of(self._runs.get(run), stream, key), (self._moves, self._versions.get(run, 0))

    def _offsets(self, run: RunKey) -> dict[str, int]:
        with self._lock:
            state = self._runs.get(run)
            if state is not None:
                return dict(state.offsets)
        return dict(cat.sealed_run(self._catalogue.connection, run).offsets)

    def _next_row(self, run: RunKey) -> int:
        with self._lock:
            state = self._runs.get(run)
            if state is not None:
                return state.rows
        return cat.sealed_run(self._catalogue.connection, run).rows

    def _series(
        self, run: RunKey, key: str, stream: str, x: str, span: Span, buckets: int, repeats: Repeats
    ) -> Buckets:
        over = None if x in ("_step", "_time") else x
        waiting, version = self._snapshot(run, stream, key if over is None else None)
        view = self._reader.view(run, stream, key, waiting, version)
        x_view = None if over is None else self._reader.view(run, stream, over, waiting, version)
        return series(self._reader, view, x, x_view, span, buckets, repeats)

    def _curves(
        self, asked: Sequence[CurveAsked], stream: str, x: str, buckets: int, repeats: Repeats
    ) -> list[Buckets]:
        with self._lock:
            versions = {one.run: (self._moves, self._versions.get(one.run, 0)) for one in asked}
        self._reader.preload(stream, [(one.run, one.key) for one in asked], versions)
        return [self._series(one.run, one.key, stream, x, one.span, buckets, repeats) for one in asked]

    def _keys(self, run: RunKey, stream: str) -> list[KeyStats]:
        waiting, version = self._snapshot(run, stream)
        return key_stats(self._reader, self._catalogue, run, stream, waiting, version)

    def _extents(self, runs: Sequence[RunKey], key: str, stream: str) -> dict[RunKey, Extent]:
        """Runs of which nothing waits are read all at once; of the others, what waits is added."""
        with self._lock:
            waiting = {run: waiting_of(self._runs.get(run), stream) for run in runs}
        still = [run for run in runs if not (waiting[run].lanes or waiting[run].cuts or waiting[run].cleared_lsn)]
        totals = cat.totals_of_key(self._catalogue.connection, still, stream, key)
        for run in set(runs).difference(still):
            totals.update((run, known) for name, known in self._totals(run, stream) if name == key)
        return {
            run: Extent(known.low, known.high, known.total / known.finite)
            for run, known in totals.items()
            if known.low is not None and known.high is not None
        }

    def _totals(self, run: RunKey, stream: str) -> list[tuple[str, Totals]]:
        waiting, version = self._snapshot(run, stream)
        return key_totals(self._aside, self._catalogue, run, stream, waiting, version)

    def _versions_of(self, runs: Ints) -> Ints:
        with self._lock:
            newest = {run: state.last_lsn for run, state in self._runs.items()}
        return cat.versions_of(self._catalogue.connection, runs, newest)

    def _rows(
        self, run: RunKey, stream: str, keys: Sequence[str] | None, first: int, last: int, limit: int, repeats: Repeats
    ) -> RowPage:
        waiting, version = self._snapshot(run, stream)
        if keys is None:
            keys = list(waiting.names() | set(cat.keys_of(self._catalogue.connection, run, stream)))
        ordered = sorted(set(keys))
        self._reader.preload(stream, [(run, key) for key in ordered], {run: version})
        views = {key: self._reader.view(run, stream, key, waiting, version) for key in ordered}
        return page(self._reader, views, first, last, limit, repeats)

    def _scan(
        self, run: RunKey, stream: str, keys: Sequence[str] | None, first: int | None, last: int | None,
        repeats: Repeats,
    ) -> RunScan:  # fmt: skip
        reader = ChunkReader(self._catalogue, self._segments, Cache(SCAN_CACHE_BYTES))
        return RunScan(reader, lambda: self._seen(run, stream, keys), *step_bounds(first, last), repeats)

    def _seen(self, run: RunKey, stream: str, keys: Sequence[str] | None) -> Seen:
        with self._lock:
            state = self._runs.get(run)
            waiting, rows = waiting_of(state, stream), 0 if state is None else state.rows
        return seen(self._catalogue, run, stream, keys, waiting, rows)


def _locked(path: Path) -> int:
    """Holds a lock file for this process. Raises Unavailable where another process does."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        raise Unavailable(f"another process uses the metric store: {path.parent}") from None
    return file
