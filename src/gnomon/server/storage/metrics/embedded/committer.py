"""The one thread that writes the log: all that wait are written together, synced once, applied, and answered."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue

from gnomon.model.errors import Conflict, Unavailable
from gnomon.server.storage.metrics.embedded.log import CommitLog, SyncFailed
from gnomon.server.storage.metrics.embedded.records import Kind, Record
from gnomon.server.storage.metrics.embedded.tail import RunState
from gnomon.server.storage.metrics.store import RunKey, Source

GROUP_BYTES = 8 << 20


@dataclass(slots=True)
class Request:
    """A record that somebody waits for."""

    run: RunKey
    kind: Kind
    body: bytes
    source: Source | None = None
    rows: int = 0
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    answer: asyncio.Future[int] = field(init=False)

    def __post_init__(self) -> None:
        self.answer = self.loop.create_future()


Answer = int | BaseException


class Committer:
    """`state_of` gives a run's state for writing, `apply` makes durable records visible."""

    def __init__(
        self,
        log: CommitLog,
        lsn: int,
        state_of: Callable[[RunKey], RunState],
        apply: Callable[[Sequence[Record]], None],
    ) -> None:
        self._log = log
        self._lsn = lsn
        self._state_of = state_of
        self._apply = apply
        self._queue: SimpleQueue[Request | None] = SimpleQueue()
        self._queued_bytes = 0
        self._count_lock = threading.Lock()
        self.broken: str | None = None
        """Why nothing can be written any more."""
        self._thread = threading.Thread(target=self._work, name="metrics-commit", daemon=True)
        self._thread.start()

    @property
    def queued_bytes(self) -> int:
        return self._queued_bytes

    async def commit(self, request: Request) -> int:
        """Returns when the record is durable and visible; for an append, the journal's offset."""
        if self.broken:
            raise Unavailable(self.broken, retry_after_secs=30)
        with self._count_lock:
            self._queued_bytes += len(request.body)
        self._queue.put(request)
        return await request.answer

    def stop(self) -> None:
        """Writes what is queued, and ends."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        stopping = False
        while not stopping:
            first = self._queue.get()
            group = [] if first is None else [first]
            stopping = first is None
            size = len(first.body) if first else 0
            while size < GROUP_BYTES and not self._queue.empty():
                request = self._queue.get()
                if request is None:
                    stopping = True
                else:
                    group.append(request)
                    size += len(request.body)
            answers = self._write(group)
            with self._count_lock:
                self._queued_bytes -= sum(len(request.body) for request in group)
            _tell(group, answers)
        self.broken = self.broken or "the metric store is closed"

    def _write(self, group: Sequence[Request]) -> list[Answer]:
        if self.broken:
            return [Unavailable(self.broken, retry_after_secs=30)] * len(group)
        try:
            records, answers = self._decide(group)
            if records:
                self._log.write(records)
                self._lsn = records[-1].lsn
                self._apply(records)
            return answers
        except SyncFailed as error:
            self.broken = f"{error}; the server has to be started anew"
            return [Unavailable(self.broken, retry_after_secs=30)] * len(group)
        except OSError as error:
            return [Unavailable(f"the metric log cannot be written: {error}", retry_after_secs=5)] * len(group)
        except Exception as error:
            self.broken = f"the metric store stopped: {error!r}"
            return [Unavailable(self.broken, retry_after_secs=30)] * len(group)

    def _decide(self, group: Sequence[Request]) -> tuple[list[Record], list[Answer]]:
        """Which requests become records, given those before them in the group."""
        records: list[Record] = []
        answers: list[Answer] = []
        offsets: dict[RunKey, dict[str, int]] = {}
        rows: dict[RunKey, int] = {}
        for request in group:
            run = request.run
            if run not in offsets:
                try:
                    state = self._state_of(run)
                except (sqlite3.DatabaseError, Unavailable) as error:
                    answers.append(Unavailable(f"run {run} cannot be written: {error}", retry_after_secs=30))
                    continue
                offsets[run], rows[run] = dict(state.offsets), state.rows
            if request.source is not None:
                source, taken = request.source, offsets[run].get(request.source.journal, 0)
                if source.end <= taken:
                    answers.append(taken)
                    continue
                if source.start != taken:
                    message = f"the journal was taken up to {taken}, not {source.start}"
                    answers.append(Conflict(message, next_offset=taken))
                    continue
                offsets[run][source.journal] = source.end
                answers.append(source.end)
            else:
                answers.append(0)
            if request.kind is Kind.DELETE:
                offsets[run], rows[run] = {}, 0
            lsn = self._lsn + len(records) + 1
            records.append(Record(lsn, run, rows[run], request.kind, request.body))
            rows[run] += request.rows
        return records, answers


def _tell(group: Sequence[Request], answers: Sequence[Answer]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[int], Answer]]] = {}
    for request, answer in zip(group, answers, strict=True):
        by_loop.setdefault(request.loop, []).append((request.answer, answer))
    for loop, told in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, told)


def _resolve(told: Sequence[tuple[asyncio.Future[int], Answer]]) -> None:
    for future, answer in told:
        if future.done():  # whoever waited has gone away
            continue
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        else:
            future.set_result(answer)
