"""The database, its tables, and its connections."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gnomon.model.errors import Unavailable

FORMAT = 2
"""2 has more flags of chunks; stores of format 1 are read as they are."""

_SCHEMA = """
create table if not exists meta (name text primary key, value) without rowid;
create table if not exists run (
    run integer primary key, lsn integer not null, rows integer not null, offsets blob not null);
create table if not exists series (
    id integer primary key, run integer not null, stream text not null, key text not null, stats blob not null,
    unique (run, stream, key));
create table if not exists chunk (
    series integer not null, step_first integer not null, step_last integer not null,
    points integer not null, kept integer not null, seq_first integer not null, seq_last integer not null,
    flags integer not null, file integer not null, rows_at integer not null, rows_size integer not null,
    fine_at integer not null, fine_size integer not null, values_at integer not null, values_size integer not null,
    stat blob not null, primary key (series, step_first)) without rowid;
create index if not exists chunk_of_blobs on chunk (file, rows_at, values_at);
drop index if exists chunk_of_file;
create table if not exists middle (
    series integer not null, step_first integer not null, stats blob not null,
    primary key (series, step_first)) without rowid;
create table if not exists file (file integer primary key, dead integer not null);
create table if not exists pack (
    series integer not null, step_first integer not null, step_last integer not null, chunks blob not null,
    primary key (series, step_first)) without rowid;
create trigger if not exists chunk_comes after insert on chunk begin
    delete from pack where series = new.series and step_last >= new.step_first and step_first =
        (select max(step_first) from pack where series = new.series and step_first <= new.step_last);
end;
create trigger if not exists chunk_goes after delete on chunk begin
    delete from pack where series = old.series and step_last >= old.step_first and step_first =
        (select max(step_first) from pack where series = old.series and step_first <= old.step_last);
end;
create trigger if not exists chunk_changes after update on chunk begin
    delete from pack where series = old.series and step_last >= old.step_first and step_first =
        (select max(step_first) from pack where series = old.series and step_first <= old.step_last);
    delete from pack where series = new.series and step_last >= new.step_first and step_first =
        (select max(step_first) from pack where series = new.series and step_first <= new.step_last);
end;
create table if not exists edited (run integer primary key, times integer not null);
create table if not exists together (
    first integer not null, stream text not null, runs blob not null, keys blob not null, sum integer not null,
    primary key (first, stream));
"""


class Catalogue:
    """Each thread has a connection of its own; only one thread writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        connection = self.connection
        version = connection.execute("pragma user_version").fetchone()[0]
        if version > FORMAT:
            raise Unavailable(f"the metric store has format {version}; this Gnomon reads up to {FORMAT}: {path}")
        connection.executescript(f"begin; {_SCHEMA} pragma user_version = {FORMAT}; commit;")

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=30)
            connection.execute("pragma page_size = 8192")
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = full")
            connection.execute("pragma cache_size = -4000")
            self._local.connection = connection
            with self._lock:
                self._all.append(connection)
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Everything read inside is of one moment."""
        connection = self.connection
        connection.execute("begin")
        try:
            yield connection
        finally:
            connection.execute("rollback")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Everything written inside survives power loss together, or none of it is there."""
        connection = self.connection
        connection.execute("begin immediate")
        try:
            yield connection
            connection.execute("commit")
        except BaseException:
            if connection.in_transaction:
                connection.execute("rollback")
            raise

    def close(self) -> None:
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()
