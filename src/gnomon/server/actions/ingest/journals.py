"""Taking journals: the road of a row from a request to the disk, and exactly once.

Two offsets make it so. `journals.applied_offset` says how far records are in the tables, and moves in the transaction
that applies them; the metric store keeps how far rows are in it, and that one is what senders hear. Tables go first:
a crash between the two leaves the tables ahead, and the bytes that come again are stepped over there.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from gnomon.model.errors import Conflict, Deleted, Rejected, Unavailable
from gnomon.model.run import RunState
from gnomon.protocol.journal import Kind
from gnomon.server.actions.ingest.apply import apply
from gnomon.server.actions.ingest.batch import CONSOLE, Batch, decode
from gnomon.server.actions.summaries import Summaries
from gnomon.server.live import Live
from gnomon.server.meters import Meters
from gnomon.server.storage.metrics.store import Block, MetricStore, RunKey, Source
from gnomon.server.storage.tables import journals, projects, runs
from gnomon.server.storage.tables.database import Change, Database
from gnomon.server.storage.tables.journals import MAIN, PART, JournalRow, Life

MOST_OPEN = 4096
"""Journals whose state is kept in memory; others are looked up again when they send."""
INLINE_BYTES = 8 * 1024
"""A post up to this size is decoded at once: a thread would cost more than it frees."""
MOST_WAITING_BYTES = 256 << 20
"""Bytes of posts in work at one time; beyond, senders are asked to wait."""

_JOURNAL = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a journal is sent: a run of a project, which need not exist yet, of an entity the sender may write to."""

    entity: int
    entity_name: str
    project: str
    run: str
    user: int = field(compare=False)


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a post: everything before `next` is on disk here. `stop` asks the script to end."""

    next: int
    stop: bool = False
    url: str = ""
    resumed: bool = False
    """The run was there before this journal's attempt."""


@dataclass
class _Open:
    """What is known of a journal between its posts."""

    journal: str
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    target: Target | None = None
    """Whom it was found to belong to; the user may differ."""
    row: JournalRow | None = None
    life: Life | None = None
    version: int = 0
    """Of the run, when its life was looked up."""
    schemas: dict[int, tuple[str, ...]] = field(default_factory=dict)
    next: int = 0


class Ingest:
    """Takes the posts of all journals. One at a time is taken of each journal, any number of different ones."""

    def __init__(
        self,
        tables: Database,
        metrics: MetricStore,
        summaries: Summaries,
        live: Live,
        meters: Meters,
        *,
        address: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._tables = tables
        self._metrics = metrics
        self._summaries = summaries
        self._live = live
        self._meters = meters
        self._address = address
        self._clock = clock
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._versions: dict[int, int] = {}
        """Of the runs that were changed: how often."""
        self._waiting_bytes = 0
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="decode")
        tables.listen(self._note_changes)

    async def append(self, target: Target, journal: str, offset: int, data: bytes) -> Taken:
        """Take the bytes of a journal from `offset` on; an empty post is a sign of life.

        Bytes that were taken before are stepped over. Raises Conflict with `next_offset` where bytes before `offset`
        are missing, Deleted where the run was deleted, and Unavailable where it cannot be kept now.
        """
        if not _JOURNAL.fullmatch(journal):
            raise Rejected("A journal id is 32 lower-case hex digits", field="journal")
        if not 0 <= offset < 1 << 62:
            raise Rejected(f"offset {offset} is not the place of a byte", field="offset")
        if self._waiting_bytes and self._waiting_bytes + len(data) > MOST_WAITING_BYTES:
            raise Unavailable("The server is busy taking rows; send this again in a moment", retry_after_secs=1)
        self._waiting_bytes += len(data)
        try:
            state = self._state(journal)
            async with state.lock:
                return await self._append(state, target, offset, data)
        finally:
            self._waiting_bytes -= len(data)

    async def offsets(self, run: int) -> dict[str, int]:
        """How far each journal of a run was taken."""
        found = {row.journal: 0 for row in await self._tables.read(lambda conn: journals.of_run(conn, run))}
        found.update(await self._metrics.offsets(RunKey(run)))
        return found

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False)

    async def _append(self, state: _Open, target: Target, offset: int, data: bytes) -> Taken:
        await self._refresh(state, target)
        if offset > state.next:
            raise Conflict(
                f"Bytes {state.next} to {offset} of the journal are missing here; go on from {state.next}",
                next_offset=state.next,
            )
        fresh = data[state.next - offset :] if offset < state.next else data
        if not fresh:
            await self._sign_of_life(state)
            return self._answer(state, target)
        batch = await self._decoded(fresh, state)
        if batch.end == batch.start:
            await self._sign_of_life(state)
            return self._answer(state, target)
        resumed = False
        if self._concerns_tables(state, batch):
            resumed = await self._apply(state, target, batch)
        await self._keep(state, batch)
        return self._answer(state, target, resumed=resumed)

    async def _decoded(self, data: bytes, state: _Open) -> Batch:
        if len(data) <= INLINE_BYTES:
            return decode(data, state.next, state.schemas)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, decode, data, state.next, state.schemas)

    def _concerns_tables(self, state: _Open, batch: Batch) -> bool:
        row, life = state.row, state.life
        return (
            row is None
            or life is None
            or bool(batch.schemas or batch.damaged_bytes or batch.skipped)
            or any(change.at >= row.applied_offset for change in batch.changes)
            or (life.state == RunState.CRASHED and _lives(life, row))
            or not life.given.isdisjoint(batch.logged)
        )

    async def _apply(self, state: _Open, target: Target, batch: Batch) -> bool:
        """Everything a batch says to the tables, in one transaction; whether it begins a further attempt of a run."""
        now = self._clock()

        def work(conn: Connection) -> tuple[JournalRow, Life, bool, bool]:
            row = journals.find(conn, state.journal)
            made_run = new_attempt = False
            if row is None:
                row, made_run, new_attempt = _begin(conn, state.journal, target, batch, now)
            run = runs.by_key(conn, row.run)
            assert run is not None
            apply(conn, run, row, batch, now=now, new_attempt=new_attempt)
            row = journals.find(conn, state.journal)
            life = journals.life(conn, run.key)
            assert row is not None
            assert life is not None
            return row, life, made_run, new_attempt

        row, life, made_run, new_attempt = await self._tables.write(work)
        state.row, state.life, state.target = row, life, target
        self._live.publish(life.project, "run", life.id)
        return new_attempt and not made_run

    async def _keep(self, state: _Open, batch: Batch) -> None:
        """The rows of a batch to the metric store, then word of them to whoever listens."""
        row, life = state.row, state.life
        assert row is not None
        assert life is not None
        blocks = [_numbered(block, row.number) for block in batch.blocks]
        started = time.perf_counter()
        try:
            if batch.end > state.next:
                await self._metrics.append(RunKey(row.run), Source(state.journal, state.next, batch.end), blocks)
        except Conflict:
            # Somebody else takes this journal, too: what is in memory here is not what the store has.
            self._open.pop(state.journal, None)
            raise
        self._meters.commit_secs.observe(time.perf_counter() - started)
        state.next = max(state.next, batch.end)
        state.schemas.update({schema.id: schema.keys for schema in batch.schemas})
        self._meters.journal_posts.add()
        self._meters.journal_bytes.add(batch.end - batch.start)
        self._meters.rows.add(batch.rows)
        self._meters.points.add(batch.points)
        self._meters.damaged_bytes.add(batch.damaged_bytes)
        self._meters.skipped.add(batch.skipped)
        now = self._clock()
        self._summaries.touch(row.run, life.project, life.id, now=now, rows=bool(blocks or batch.changes))
        if life.state != RunState.RUNNING:
            await self._summaries.flush(now)  # whoever waited for the end reads it at once
        if batch.rows or any(block.stream == "system" for block in blocks):
            self._live.publish(life.project, "rows", life.id, last_step=batch.last_step, time=now)
        if batch.lines:
            self._live.publish(life.project, "console", life.id, lines=batch.lines, attempt=row.number)

    async def _sign_of_life(self, state: _Open) -> None:
        """An empty post: the process is alive. A run that was given up is running again."""
        row, life = state.row, state.life
        if row is None or life is None:
            return
        now = self._clock()
        if life.state == RunState.CRASHED and _lives(life, row):
            key = row.run

            def work(conn: Connection) -> Life | None:
                found = journals.life(conn, key)
                if found is not None and found.state == RunState.CRASHED:
                    runs.change(conn, found.project, key, state="running", finished_at=None, updated_at=now)
                return journals.life(conn, key)

            state.life = await self._tables.write(work)
            self._live.publish(life.project, "run", life.id)
        self._summaries.touch(row.run, life.project, life.id, now=now, rows=False)

    async def _refresh(self, state: _Open, target: Target) -> None:
        """Bring what is known of a journal up to date with the tables, and see that it belongs to the target."""
        row, life = state.row, state.life
        if row is not None and state.target == target and state.version != self._versions.get(row.run, 0):
            # What changes while the tables are asked is a reason to ask again next time.
            run = row.run
            state.version = self._versions.get(run, 0)
            life = state.life = await self._tables.read(lambda conn: journals.life(conn, run))
        if row is None or life is None or state.target != target:
            life = await self._look_up(state, target)
        if life is not None and life.deleted:
            raise _deleted(life.id)

    async def _look_up(self, state: _Open, target: Target) -> Life | None:
        """What the stores know of a journal. Raises Rejected where it belongs to another run than the target."""

        def work(conn: Connection) -> tuple[JournalRow | None, Life | None, bool]:
            row = journals.find(conn, state.journal)
            if row is None:
                return None, None, True
            run = runs.find_named(conn, target.entity, target.project, target.run, deleted=True)
            return row, journals.life(conn, row.run), run is not None and run.key == row.run

        row, life, matches = await self._tables.read(work)
        if not matches:
            raise Rejected(f"The journal {state.journal} belongs to another run", field="journal")
        state.row, state.life, state.next, state.schemas = row, life, 0, {}
        if row is None:
            state.target = None
            return None
        taken = state.next = (await self._metrics.offsets(RunKey(row.run))).get(state.journal, 0)
        state.schemas = await self._tables.read(lambda conn: journals.schemas_before(conn, state.journal, taken))
        state.target = target
        return life

    def _state(self, journal: str) -> _Open:
        state = self._open.get(journal)
        if state is None:
            state = self._open[journal] = _Open(journal)
            while len(self._open) > MOST_OPEN:
                oldest = next(iter(self._open.values()))
                if oldest.lock.locked():
                    break
                del self._open[oldest.journal]
        self._open.move_to_end(journal)
        return state

    def _note_changes(self, changes: Any) -> None:
        """Called on the tables' writer thread: these runs are to be looked at again."""
        for change in changes:
            if isinstance(change, Change) and change.table == "runs":
                self._versions[change.key] = self._versions.get(change.key, 0) + 1

    def _answer(self, state: _Open, target: Target, *, resumed: bool = False) -> Taken:
        url = f"{self._address}/{target.entity_name}/{target.project}/runs/{target.run}"
        row, life = state.row, state.life
        stop = row is not None and life is not None and life.stop and (row.number == life.latest or row.writer == PART)
        return Taken(next=state.next, stop=stop, url=url, resumed=resumed)


def _begin(conn: Connection, journal: str, target: Target, batch: Batch, now: float) -> tuple[JournalRow, bool, bool]:
    """The row of a journal that is new here, with its project and run; whether the run, and the attempt, are new."""
    said = _said(batch)
    attempt = said.get("attempt")
    attempt = attempt if isinstance(attempt, str) and _JOURNAL.fullmatch(attempt) else journal
    started_at = said.get("started_at")
    started_at = float(started_at) if isinstance(started_at, (int, float)) and 0 < started_at < now + 86_400 else now
    project, _ = projects.ensure(conn, target.entity, target.project, now)
    run = runs.find(conn, project.key, target.run, deleted=True)
    made = run is None
    if run is not None and run.deleted_at is not None:
        raise _deleted(target.run)
    if run is None:
        key = runs.add(
            conn, project.key, target.run, user=target.user, name=target.run, state=RunState.RUNNING.value, now=now,
            created_at=min(started_at, now),
        )  # fmt: skip
    else:
        key = run.key
    new_attempt = all(row.attempt != attempt for row in journals.of_run(conn, key))
    host, pid = said.get("host"), said.get("pid")
    writer = "shipper" if said.get("writer") == "shipper" else PART if said.get("joins") is True else MAIN
    row = journals.add(
        conn, journal, key, attempt=attempt, writer=writer,
        host=host[:1000] if isinstance(host, str) else "",
        pid=pid if isinstance(pid, int) and 0 <= pid < 1 << 62 else 0, started_at=started_at,
    )  # fmt: skip
    return row, made, new_attempt


def _said(batch: Batch) -> dict[str, Any]:
    """What the BEGIN record says; nothing where it is missing or damaged: the run is kept all the same."""
    for change in batch.changes:
        if change.kind == Kind.BEGIN and change.body and isinstance(change.body[0], dict):
            return change.body[0]
    return {}


def _numbered(block: Block, attempt: int) -> Block:
    if block.stream != CONSOLE:
        return block
    return Block(f"{CONSOLE}/{attempt}", block.keys, block.steps, block.times, block.columns)


def _lives(life: Life, row: JournalRow) -> bool:
    """Whether a sign of life in this journal is one of its run."""
    return row.number == life.latest and row.number not in life.ended


def _deleted(run: str) -> Deleted:
    return Deleted(f"Run {run!r} was deleted here; restore it within 7 days of that, or log to a new run id")
