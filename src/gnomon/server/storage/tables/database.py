"""The one door to the tables: many readers, one writer.

Noun modules beside this one hold functions that take a `Connection`, so that an action composes several of them
into one transaction:

    await database.write(lambda conn: runs.edit(conn, run_key, edit))

Nothing here promises SQLite to a caller. Where engines differ, the difference has a name in this file.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from gnomon.model.errors import Unavailable

T = TypeVar("T")

MOST_WRITES_A_COMMIT = 64
BUSY_SECS = 30
"""How long a write waits for another process that writes the same file."""


class Change(NamedTuple):
    """A row that a committed transaction changed: what caches and subscribers want to know."""

    table: str
    scope: int
    """What the row belongs to: a run's project."""
    key: int


Listener = Callable[[Sequence[Change]], None]


@dataclass(slots=True)
class _Job:
    run: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None
    changes: list[Change] = field(default_factory=list)


class Database:
    """Transactions over the tables, from any task.

    `read` sees every write that returned before it began, and one state of the tables throughout. When `write`
    returns, what it did survives power loss; when it raises, it did nothing. Writes run one at a time, in the order in
    which they were asked for; those that wait together share one commit. Functions given to either must not wait for
    anything but the database. Raises Unavailable where the tables cannot be read or written now.
    """

    def __init__(self, engine: Engine, *, readers: int = 4) -> None:
        self._engine = engine
        self._listeners: list[Listener] = []
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._local = threading.local()
        self._connections: list[Connection] = []
        self._pool = ThreadPoolExecutor(readers, thread_name_prefix="tables-read")
        self._writer = threading.Thread(target=self._write_all, name="tables-write", daemon=True)
        self._closed = False
        self._writer.start()

    @property
    def address(self) -> str:
        """Where the tables are, for `open_address` in another process."""
        return self._engine.url.render_as_string(hide_password=False)

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """What `fn` says, in a transaction that changes nothing."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, fn)

    async def write(self, fn: Callable[[Connection], T]) -> T:
        """What `fn` says, after its transaction is on disk. A raising `fn` leaves no trace."""
        if self._closed:
            raise Unavailable("the server is stopping")
        loop = asyncio.get_running_loop()
        job = _Job(fn, loop, loop.create_future())
        self._jobs.put(job)
        # The write happens whether or not the one who asked is still there to hear of it.
        return await asyncio.shield(job.future)

    def listen(self, listener: Listener) -> None:
        """Call `listener` after each commit with what `note` named, on the writer's thread; it must be quick."""
        self._listeners.append(listener)

    async def close(self) -> None:
        """Finish the writes that were asked for and let go of the file."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._writer.join)
        await loop.run_in_executor(None, self._pool.shutdown)
        for connection in self._connections:
            connection.close()
        self._engine.dispose()

    def _read(self, fn: Callable[[Connection], T]) -> T:
        connection: Connection | None = getattr(self._local, "connection", None)
        try:
            if connection is None:
                connection = self._local.connection = self._engine.connect()
                self._connections.append(connection)
            with connection.begin():
                return fn(connection)
        except OperationalError as error:
            raise _unavailable(error) from error

    def _write_all(self) -> None:
        connection: Connection | None = None
        stopping = False
        while not stopping:
            first = self._jobs.get()
            if first is None:
                break
            batch = [first]
            while len(batch) < MOST_WRITES_A_COMMIT:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    stopping = True
                    break
                batch.append(job)
            try:
                if connection is None:
                    connection = self._engine.connect()
                    connection.info["writes"] = True
                self._commit(connection, batch)
            except BaseException as error:
                for job in batch:
                    job.error = _unavailable(error) if isinstance(error, OperationalError) else error
                    job.changes.clear()
                if connection is not None:
                    connection.invalidate()
                    connection.close()
                    connection = None
            self._tell(batch)
        if connection is not None:
            connection.close()

    def _commit(self, connection: Connection, batch: list[_Job]) -> None:
        with connection.begin():
            for job in batch:
                connection.info["changes"] = job.changes
                point = connection.begin_nested()
                try:
                    job.result = job.run(connection)
                except OperationalError:
                    raise  # the engine itself is in trouble: nothing of this commit may be promised
                except BaseException as error:
                    point.rollback()
                    job.error = error
                    job.changes.clear()
                else:
                    point.commit()

    def _tell(self, batch: list[_Job]) -> None:
        changes = [change for job in batch for change in job.changes]
        if changes:
            for listener in self._listeners:
                listener(changes)
        for job in batch:
            try:
                job.loop.call_soon_threadsafe(_settle, job)
            except RuntimeError:
                pass  # the loop that asked is gone


def note(connection: Connection, change: Change) -> None:
    """Say in a write that a row changed; listeners hear of it once the write is on disk."""
    changes: list[Change] | None = connection.info.get("changes")
    if changes is not None:
        changes.append(change)


def open_sqlite(path: Path) -> Engine:
    """An engine over one SQLite file: write-ahead log, and every commit synced before it returns."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # transactions begin where this module says, not where sqlite3 guesses
        raw.execute(f"pragma busy_timeout = {BUSY_SECS * 1000}")
        raw.execute("pragma journal_mode = wal")
        raw.execute("pragma synchronous = full")
        raw.execute("pragma foreign_keys = on")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("begin immediate" if connection.info.get("writes") else "begin")

    return engine


def open_address(address: str) -> Engine:
    """An engine over tables that another process has opened."""
    return open_sqlite(Path(make_url(address).database or ""))


def now_readable(connection: Connection) -> None:
    """Raises where the tables cannot be read."""
    connection.execute(text("select 1 from users limit 1"))


def _settle(job: _Job) -> None:
    if job.future.done():
        return
    if job.error is not None:
        job.future.set_exception(job.error)
    else:
        job.future.set_result(job.result)


def _unavailable(error: OperationalError) -> Unavailable:
    return Unavailable(f"The tables cannot be used now: {error.orig}")
