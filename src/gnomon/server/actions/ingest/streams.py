"""Taking the file streams of official clients: the road of a line from a request to the disk, and exactly once.

Each process that writes into a run is an attempt with a journal of its own, as with our SDK; here the journal is three
files of numbered lines. How far history and system metrics were taken is kept by the metric store with the rows
themselves, so a request that comes again changes nothing. Console lines may be written anew: the last counts.

    post ──▶ lines not taken yet ──▶ metric store (rows, and how far)  ──▶ tables (summary, state) ──▶ whoever listens
"""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from gnomon.model.errors import Conflict, Deleted, Unavailable
from gnomon.model.run import RunState
from gnomon.model.summary import flattened
from gnomon.protocol import filestream
from gnomon.protocol.filestream import ConsoleLine, Lines, Post
from gnomon.server.actions.ingest import lines
from gnomon.server.actions.ingest.turns import Row, Turn, Turns
from gnomon.server.actions.summaries import Summaries, console_lines
from gnomon.server.caller import not_there
from gnomon.server.live import Live
from gnomon.server.meters import Meters
from gnomon.server.storage.metrics.store import Block, MetricStore, RunKey, Source
from gnomon.server.storage.tables import journals, runs
from gnomon.server.storage.tables.database import Change, Database
from gnomon.server.storage.tables.journals import MAIN, JournalRow, Life

MOST_OPEN = 4096
"""Writers whose state is kept in memory; others are looked up again when they send."""
INLINE_BYTES = 16 * 1024
"""A post up to this size is decoded at once: a thread would cost more than it frees."""
MOST_WAITING_BYTES = 256 << 20
"""Bytes of posts in work at one time; beyond, senders are asked to wait."""

HISTORY = "history"
EVENTS = "events"
CONSOLE = "console"
ODD = {HISTORY: "history+", EVENTS: "events+"}
"""Lines out of turn are counted by themselves: their numbers are taken."""

BeforeRows = Callable[[int], Awaitable[None]]
"""What is done before the first rows of an attempt are kept, given the least of their steps."""

_WAKES = frozenset({RunState.CRASHED.value, RunState.PENDING.value})
"""States of a run whose process turns out to be alive."""


@dataclass(frozen=True, slots=True)
class Place:
    """The run that is written to, by the names of the request; `entity` is one the sender may write to."""

    entity: int
    project: str
    run: str
    client: str = ""
    """Which of several writers of one run sends; empty where there is only one at a time."""


class Counts(NamedTuple):
    """How many lines of each file a process that goes on with a run may take as sent."""

    history: int
    events: int
    console: int


class _Numbered(NamedTuple):
    """Lines of a file that have to be kept: those in their turn, and those out of it."""

    due: lines.Taken
    odd: lines.Taken
    turn: Turn
    read: tuple[Sequence[Row], Sequence[Row]]
    """What both hold, line by line."""

    @property
    def lines(self) -> int:
        """How many there are, with those that hold no row."""
        return len(self.turn.due.content) + len(self.turn.odd.content)

    @property
    def rows(self) -> int:
        return self.due.rows + self.odd.rows

    @property
    def points(self) -> int:
        return self.due.points + self.odd.points

    @property
    def any(self) -> bool:
        return bool(self.due.blocks or self.odd.blocks)


@dataclass
class _Writer:
    """What is known of a writer between its posts; one of several writers is `shared`."""

    shared: bool
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    version: int = -1
    row: JournalRow | None = None
    life: Life | None = None
    latest: bool = True
    turns: dict[str, Turns] = field(default_factory=dict)
    """Of the files whose lines are taken once: history and system metrics."""
    counts: dict[str, int] = field(default_factory=dict)
    """Of console lines, and of lines out of turn: how many were taken."""
    event_step: int = 0
    parts: tuple[tuple[int, int], ...] = ()
    """Attempts up to this one: the number, and what the sender calls its first console line."""
    summary: str = ""
    """The summary that was written last, as it was sent."""


class FileStreams:
    """Takes the posts of all official clients. One at a time is taken of each writer, any number of different ones."""

    def __init__(
        self,
        tables: Database,
        metrics: MetricStore,
        summaries: Summaries,
        live: Live,
        meters: Meters,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._tables = tables
        self._metrics = metrics
        self._summaries = summaries
        self._live = live
        self._meters = meters
        self._clock = clock
        self._writers: OrderedDict[Place, _Writer] = OrderedDict()
        self._versions: dict[int, int] = {}
        self._before_rows: OrderedDict[str, BeforeRows] = OrderedDict()
        self._waiting_bytes = 0
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="lines")
        tables.listen(self._note_changes)

    async def take(self, place: Place, body: bytes) -> bool:
        """Take what a request brings; whether the script is asked to end.

        When it returns, all of it is on disk. Raises NotFound where the run is not there, Deleted where it was
        deleted, and Unavailable where it cannot be kept now.
        """
        if self._waiting_bytes and self._waiting_bytes + len(body) > MOST_WAITING_BYTES:
            raise Unavailable("The server is busy taking rows; send this again in a moment", retry_after_secs=1)
        self._waiting_bytes += len(body)
        try:
            post = await self._off(len(body), filestream.read, body)
            writer = self._writer(place)
            async with writer.lock:
                await self._refresh(writer, place)
                await self._take(writer, post, len(body))
                return writer.life is not None and writer.life.stop and writer.latest
        except Conflict:
            # Somebody else takes these lines, too: what is in memory here is not what the store has.
            self._writers.pop(place, None)
            raise Unavailable("The run is written to by another request; send this again", retry_after_secs=1) from None
        finally:
            self._waiting_bytes -= len(body)

    async def counts(self, run: int) -> Counts:
        """How far the run was taken, for a process that goes on with it."""
        rows = await self._tables.read(lambda conn: journals.of_run(conn, run))
        taken = await self._metrics.offsets(RunKey(run))
        latest = max((row for row in rows if row.writer == MAIN), key=lambda row: row.number, default=None)
        history = 0 if latest is None else taken.get(_source(latest, HISTORY), 0)
        events = 0 if latest is None else taken.get(_source(latest, EVENTS), 0)
        if not history:
            history = max((known.points for known in await self._metrics.keys(RunKey(run))), default=0)
        return Counts(history, events, await self._total_lines(run, rows))

    async def begin(
        self,
        run: int,
        *,
        host: str = "",
        on_from: int = 0,
        started_at: float | None = None,
        before_rows: BeforeRows | None = None,
    ) -> JournalRow:
        """A process begins to write into the run: its attempt. `on_from` is what it calls its first console line."""
        journal, now = uuid.uuid4().hex, self._clock()
        if before_rows is not None:
            self._before_rows[journal] = before_rows
            while len(self._before_rows) > MOST_OPEN:
                self._before_rows.popitem(last=False)

        def work(conn: Connection) -> JournalRow:
            return _add(conn, journal, run, host=host, first_line=on_from, started_at=started_at or now)

        row = await self._tables.write(work)
        self._versions[run] = self._versions.get(run, 0) + 1
        return row

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False)

    async def _take(self, writer: _Writer, post: Post, size: int) -> None:
        row, life = writer.row, writer.life
        assert row is not None
        assert life is not None
        now = self._clock()
        history = await self._off(size, self._numbered, HISTORY, post.history, writer, now)
        events = await self._off(size, self._numbered, EVENTS, post.events, writer, now)
        console = self._console(post.console, writer, now)
        if history.due.first_step is not None and (first := self._before_rows.get(row.journal)) is not None:
            await first(history.due.first_step)
            self._before_rows.pop(row.journal, None)
        started = time.perf_counter()
        await asyncio.gather(
            self._keep(writer, HISTORY, history),
            self._keep(writer, EVENTS, events),
            self._count(writer, CONSOLE, len(post.console.content), console),
        )
        self._meters.commit_secs.observe(time.perf_counter() - started)
        writer.event_step += events.lines
        await self._tell_tables(writer, post, now)
        self._meters.rows.add(history.rows)
        self._meters.points.add(history.points + events.points)
        self._meters.skipped.add(len(post.odd))
        self._summaries.touch(row.run, life.project, life.id, now=now, rows=history.any or bool(console))
        if post.complete:
            await self._summaries.flush(now)  # whoever waited for the end reads it at once
        if history.any or events.any:
            self._live.publish(life.project, "rows", life.id, last_step=history.due.last_step, time=now)
        if post.console.content:
            self._live.publish(life.project, "console", life.id, lines=post.console.end, attempt=row.number)

    def _numbered(self, name: str, given: Lines, writer: _Writer, now: float) -> _Numbered:
        """The lines of a file that have to be kept."""
        turn = writer.turns[name].sort(given)
        due, due_odd = filestream.rows(turn.due.content)
        odd, odd_odd = filestream.rows(turn.odd.content)
        self._meters.skipped.add(due_odd + odd_odd)
        if name == HISTORY:
            taken = lines.history(due, turn.due.offset, now), lines.history(odd, turn.odd.offset, now)
        else:
            step = writer.event_step
            taken = lines.events(due, step, now), lines.events(odd, step + len(due), now)
        return _Numbered(*taken, turn, (due, odd))

    def _console(self, given: Lines, writer: _Writer, now: float) -> list[Block]:
        """The lines, each in the attempt whose it is: a line of an earlier one may be written anew."""
        found: list[Block] = []
        read = [filestream.console_line(line) for line in given.content]
        end = given.end
        for number, first in reversed(writer.parts):
            start = max(given.offset, first)
            part: list[ConsoleLine] = read[start - given.offset : end - given.offset] if start < end else []
            if part:
                found.extend(lines.console(part, number, start - first, now).blocks)
                end = start
        return found

    async def _keep(self, writer: _Writer, name: str, found: _Numbered) -> None:
        """Keep the lines of a file that were not taken yet, and remember them."""
        turns, row = writer.turns[name], writer.row
        assert row is not None
        end = found.turn.due.end
        if end > turns.next:
            source = Source(_source(row, name), turns.next, end)
            await self._metrics.append(RunKey(row.run), source, found.due.blocks)
        await self._count(writer, ODD[name], len(found.turn.odd.content), found.odd.blocks)
        turns.take(found.turn, *found.read)

    async def _count(self, writer: _Writer, name: str, count: int, blocks: Sequence[Block]) -> None:
        """Keep lines that are numbered by how many came before."""
        taken, row = writer.counts[name], writer.row
        assert row is not None
        if count:
            source = Source(_source(row, name), taken, taken + count)
            writer.counts[name] = await self._metrics.append(RunKey(row.run), source, list(blocks))

    async def _tell_tables(self, writer: _Writer, post: Post, now: float) -> None:
        """What a request says of the run itself: its summary, and how it is."""
        row, life = writer.row, writer.life
        assert row is not None
        assert life is not None
        summary = filestream.summary_of(post.summary)
        text = post.summary.content[-1] if summary is not None else ""
        news: dict[str, Any] = {}
        if summary is not None and text != writer.summary:
            news.update(summary_sent=summary, summary=flattened(summary))
        if post.complete:
            preempting = post.preempting or life.state == RunState.PREEMPTING
            state = _final(post.exit_code, stopped=life.stop, preempting=preempting)
            news.update(finished_at=now, exit_code=post.exit_code, state=state)
        elif post.preempting:
            news.update(state=RunState.PREEMPTING.value)
        elif life.state in _WAKES and row.number not in life.ended:
            news.update(state=RunState.RUNNING.value, finished_at=None)
        if not news:
            return
        key, journal = row.run, row.journal
        # Of an attempt that is over and not the last one, nobody counts the lines again.
        printed = await console_lines(self._metrics, key, row.number) if post.complete else 0

        def work(conn: Connection) -> None:
            if writer.shared and summary is not None:
                known = runs.by_key(conn, key)
                merged = {**((known and known.summary_sent) or {}), **summary}
                news.update(summary_sent=merged, summary=flattened(merged))
            if post.complete:
                journals.change(conn, journal, finished_at=now, exit_code=post.exit_code, lines=printed)
            runs.change(conn, life.project, key, **news, updated_at=now)

        await self._tables.write(work)
        writer.summary = text or writer.summary
        self._live.publish(life.project, "run", life.id)

    async def _refresh(self, writer: _Writer, place: Place) -> None:
        """Bring what is known of a writer up to date with the stores."""
        row = writer.row
        if row is not None and writer.version == self._versions.get(row.run, 0):
            return
        key = await self._run_of(writer, place)
        version = self._versions.get(key, 0)

        def work(conn: Connection) -> tuple[list[JournalRow], Life | None]:
            return journals.of_run(conn, key), journals.life(conn, key)

        known, life = await self._tables.read(work)
        if life is None or life.deleted:
            raise Deleted(f"Run {place.run!r} was deleted here; restore it within 7 days of that, or use a new run id")
        journal = _shared_journal(key, place.client) if place.client else None
        found = _journal(known, journal)
        if found is None:
            name = journal or uuid.uuid4().hex
            found = await self._tables.write(lambda conn: _add(conn, name, key, started_at=self._clock()))
            known = [*known, found]
            version = self._versions.get(key, 0)
        if row is None or row.journal != found.journal:
            taken = await self._metrics.offsets(RunKey(key))
            writer.turns = {name: Turns(taken.get(_source(found, name), 0)) for name in ODD}
            writer.counts = {name: taken.get(_source(found, name), 0) for name in (CONSOLE, *ODD.values())}
            system = await self._metrics.keys(RunKey(key), "system")
            writer.event_step = max((one.last_step for one in system), default=-1) + 1
            writer.summary = ""
        mains = [one for one in known if one.writer == MAIN]
        writer.row, writer.life, writer.version = found, life, version
        writer.latest = bool(place.client) or found.number == max(one.number for one in mains)
        writer.parts = (
            ((found.number, found.first_line),)
            if place.client
            else tuple((one.number, one.first_line) for one in mains if one.number <= found.number)
        )
        if not place.client:
            writer.parts = _increasing(writer.parts)

    async def _run_of(self, writer: _Writer, place: Place) -> int:
        if writer.row is not None:
            return writer.row.run
        found = await self._tables.read(
            lambda conn: runs.find_named(conn, place.entity, place.project, place.run, deleted=True)
        )
        if found is None:
            raise not_there("run", f"{place.project}/{place.run}")
        return found.key

    async def _total_lines(self, run: int, rows: Sequence[JournalRow]) -> int:
        numbers = sorted({row.number for row in rows})
        return sum([await console_lines(self._metrics, run, number) for number in numbers])

    def _writer(self, place: Place) -> _Writer:
        writer = self._writers.get(place)
        if writer is None:
            writer = self._writers[place] = _Writer(bool(place.client))
            while len(self._writers) > MOST_OPEN:
                oldest = next(iter(self._writers))
                if self._writers[oldest].lock.locked():
                    break
                del self._writers[oldest]
        self._writers.move_to_end(place)
        return writer

    async def _off(self, size: int, work: Callable[..., Any], *given: Any) -> Any:
        """The work, in a thread where it is long."""
        if size <= INLINE_BYTES:
            return work(*given)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)

    def _note_changes(self, changes: Any) -> None:
        """Called on the tables' writer thread: these runs are to be looked at again."""
        for change in changes:
            if isinstance(change, Change) and change.table == "runs":
                self._versions[change.key] = self._versions.get(change.key, 0) + 1


def _final(exit_code: int | None, *, stopped: bool, preempting: bool) -> str:
    if stopped:
        return RunState.KILLED.value
    if exit_code and preempting:
        return RunState.PREEMPTING.value  # its machine was taken away: it is to be begun again
    return RunState.FAILED.value if exit_code else RunState.FINISHED.value


def _add(
    conn: Connection, journal: str, run: int, *, host: str = "", first_line: int = 0, started_at: float
) -> JournalRow:
    row = journals.add(conn, journal, run, attempt=journal, writer=MAIN, host=host[:1000], pid=0, started_at=started_at)
    if first_line:
        journals.change(conn, journal, first_line=first_line)
        row = journals.find(conn, journal) or row
    return row


def _journal(known: Sequence[JournalRow], journal: str | None) -> JournalRow | None:
    """The journal asked for by name, or the main one of the latest attempt."""
    if journal is not None:
        return next((row for row in known if row.journal == journal), None)
    return max((row for row in known if row.writer == MAIN), key=lambda row: row.number, default=None)


def _increasing(parts: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The last attempt with those before it that it goes on from: their first lines rise."""
    found = list(parts[-1:])
    for part in reversed(parts[:-1]):
        if part[1] >= found[-1][1]:
            break
        found.append(part)
    return tuple(reversed(found))


def _source(row: JournalRow, name: str) -> str:
    """What the metric store calls one of the files of an attempt."""
    return f"{row.journal}/{name}"


def _shared_journal(run: int, client: str) -> str:
    return hashlib.sha256(f"{run}/{client}".encode()).hexdigest()[:32]
