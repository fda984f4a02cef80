"""What lies where: runs and how far they are sealed, their keys, their chunks. SQLite, one writer, many readers."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import msgspec
import numpy as np

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.buckets import Ints
from gnomon.server.storage.metrics.embedded.segments import Place
from gnomon.server.storage.metrics.store import RunKey

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

MIXED = 1
"""The chunk holds values that are no numbers: its points and those of its levels differ."""
TIMES_FALL = 2
"""Somewhere in the chunk a time is less than one before it, or is not a number."""
EVEN_STEPS = 4
"""Each step of the chunk is the same distance after the one before it."""
AT_STEPS = 8
"""`low_at` and `high_at` of its statistics count steps from the chunk's first step, not points."""
RISES = 16
"""One finite number a step, none less than the one before it: the key can be an x axis by its levels."""
FLOATS, INTS, BOOLS, STRINGS, JSONS = 32, 64, 128, 256, 512
"""Which types of values the chunk holds; `JSONS` is text that is no JSON string. A chunk of format 1 says nothing."""


TOGETHER_RUNS = 64
"""Of so many runs made one after another what is known of their keys is kept together."""


class Chunk(NamedTuple):
    """A row of the table of the same name. `kept` counts the points that are the last of their step."""

    step_first: int
    step_last: int
    points: int
    kept: int
    seq_first: int
    seq_last: int
    flags: int
    file: int
    rows_at: int
    rows_size: int
    fine_at: int
    fine_size: int
    values_at: int
    values_size: int
    stat: bytes
    """Empty where the chunk has no numbers."""

    @property
    def rows(self) -> Place:
        return Place(self.file, self.rows_at, self.rows_size)

    @property
    def fine(self) -> Place:
        return Place(self.file, self.fine_at, self.fine_size)

    @property
    def values(self) -> Place:
        return Place(self.file, self.values_at, self.values_size)


_COLUMNS = ", ".join(Chunk._fields)
_MARKS = ", ".join("?" * (len(Chunk._fields) + 1))


class Totals(msgspec.Struct, frozen=True, array_like=True):
    """What is known of all points of a key, in a form that two can be added up. Text values are JSON."""

    numeric: bool
    points: int
    first_step: int
    last_step: int
    first_time: float
    last_time: float
    first_seq: int
    first: Any
    last_seq: int
    last: Any
    finite: int
    low: float | None
    high: float | None
    total: float

    def plus(self, other: Totals) -> Totals:
        """Of the points of both."""
        early = self if self.first_seq <= other.first_seq else other
        newest = self if self.last_seq > other.last_seq else other
        return Totals(
            self.numeric or other.numeric, self.points + other.points,
            min(self.first_step, other.first_step), max(self.last_step, other.last_step),
            min(self.first_time, other.first_time), max(self.last_time, other.last_time),
            early.first_seq, early.first, newest.last_seq, newest.last, self.finite + other.finite,
            other.low if self.low is None else self.low if other.low is None else min(self.low, other.low),
            other.high if self.high is None else self.high if other.high is None else max(self.high, other.high),
            self.total + other.total,
        )  # fmt: skip


def signed(data: bytes, *row: object) -> bytes:
    """Data with a checksum over it and the row it stands in: SQLite itself does not notice flipped bits."""
    return data + crc32(repr(row).encode(), crc32(data)).to_bytes(4, "little")


def _checked(signed: bytes, *row: object) -> bytes:
    """The data again. Raises Unavailable where a bit of it or of its row has changed."""
    if not is_right(signed, *row):
        raise Unavailable(f"the catalogue of the metric store is damaged at the row {row!r:.200}")
    return signed[:-4]


def is_right(signed: object, *row: object) -> bool:
    """Whether neither the data nor the row has changed since they were signed."""
    if not isinstance(signed, bytes):  # a flipped bit makes a blob a text
        return False
    return crc32(repr(row).encode(), crc32(signed[:-4])).to_bytes(4, "little") == signed[-4:]


pack_totals = msgspec.msgpack.Encoder().encode
unpack_totals = msgspec.msgpack.Decoder(Totals).decode


class SealedRun(NamedTuple):
    """How far a run is in segments. Everything of it up to `lsn` is."""

    lsn: int
    rows: int
    offsets: dict[str, int]


NEVER_SEALED = SealedRun(0, 0, {})


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


def sealed_run(connection: sqlite3.Connection, run: RunKey) -> SealedRun:
    """How far the run is sealed."""
    row = connection.execute("select lsn, rows, offsets from run where run = ?", (run,)).fetchone()
    if row is None:
        return NEVER_SEALED
    lsn, rows, offsets = row
    return SealedRun(lsn, rows, msgspec.msgpack.decode(_checked(offsets, run, lsn, rows), type=dict[str, int]))


def put_run(connection: sqlite3.Connection, run: RunKey, sealed: SealedRun) -> None:
    connection.execute(
        "insert or replace into run values (?, ?, ?, ?)",
        (run, *sealed[:2], signed(msgspec.msgpack.encode(sealed.offsets), run, *sealed[:2])),
    )


def versions_of(connection: sqlite3.Connection, runs: Ints, newest: Mapping[RunKey, int]) -> Ints:
    """A number for each of these runs, which ascend, that is another one after each change of the run; 0 without rows.

    `newest` are the last lsn of runs of which something may not be sealed yet.
    """
    if not len(runs):
        return np.zeros(0, np.int64)
    bounds = int(runs[0]), int(runs[-1])
    lsns = dict(connection.execute("select run, lsn from run where run between ? and ?", bounds))
    lsns.update(newest)
    found = np.fromiter((lsns.get(run, 0) for run in runs.tolist()), np.int64, len(runs))
    for run, times in connection.execute("select run, times from edited where run between ? and ?", bounds):
        at = int(np.searchsorted(runs, run))
        if at < len(runs) and runs[at] == run:
            found[at] += times << 40
    return found


def count_edit(connection: sqlite3.Connection, run: RunKey) -> None:
    """Notes that a run has become another one without a record in the log."""
    connection.execute("insert into edited values (?, 1) on conflict do update set times = times + 1", (run,))


def last_lsn(connection: sqlite3.Connection) -> int:
    """The greatest lsn that was ever sealed."""
    row = connection.execute("select value from meta where name = 'lsn'").fetchone()
    return int(row[0]) if row else 0


def put_last_lsn(connection: sqlite3.Connection, lsn: int) -> None:
    connection.execute(
        "insert into meta values ('lsn', ?) on conflict do update set value = max(value, excluded.value)", (lsn,)
    )


def series_of(connection: sqlite3.Connection, run: RunKey, stream: str) -> dict[str, tuple[int, Totals]]:
    """The keys of a stream, with their numbers."""
    found = connection.execute("select key, id, stats from series where run = ? and stream = ?", (run, stream))
    return {key: (number, unpack_totals(_checked(stats, run, stream, key))) for key, number, stats in found}


def keys_of(connection: sqlite3.Connection, run: RunKey, stream: str) -> list[str]:
    """The keys of a stream."""
    return [key for (key,) in connection.execute("select key from series where run = ? and stream = ?", (run, stream))]


def find_series(connection: sqlite3.Connection, run: RunKey, stream: str, key: str) -> tuple[int, Totals] | None:
    """The number of a key, and what is known of it."""
    row = connection.execute(
        "select id, stats from series where run = ? and stream = ? and key = ?", (run, stream, key)
    ).fetchone()
    return (row[0], unpack_totals(_checked(row[1], run, stream, key))) if row else None


def put_series(connection: sqlite3.Connection, run: RunKey, stream: str, key: str, totals: Totals) -> int:
    """Sets what is known of a key, which is made where it is new; its number."""
    row = connection.execute(
        "insert into series (run, stream, key, stats) values (?, ?, ?, ?)"
        " on conflict (run, stream, key) do update set stats = excluded.stats returning id",
        (run, stream, key, signed(pack_totals(totals), run, stream, key)),
    ).fetchone()
    return int(row[0])


def chunks_of(connection: sqlite3.Connection, series: int) -> list[Chunk]:
    """The chunks of a key in order of step; they do not overlap."""
    found = connection.execute(f"select {_COLUMNS} from chunk where series = ? order by step_first", (series,))
    return [_chunk(series, row) for row in found]


def chunks_between(connection: sqlite3.Connection, series: int, first: int, last: int) -> list[Chunk]:
    """The chunks of a key that begin within a range of steps, both ends included, in order of step."""
    found = connection.execute(
        f"select {_COLUMNS} from chunk where series = ? and step_first between ? and ? order by step_first",
        (series, first, last),
    )
    return [_chunk(series, row) for row in found]


def count_between(connection: sqlite3.Connection, series: int, first: int, last: int) -> int:
    """How many chunks of a key begin within a range of steps."""
    found = connection.execute(
        "select count(*) from chunk where series = ? and step_first between ? and ?", (series, first, last)
    )
    return int(found.fetchone()[0])


def _chunk(series: int, row: tuple[Any, ...]) -> Chunk:
    return Chunk._make((*row[:-1], _checked(row[-1], series, *row[:-1])))


def _chunk_row(series: int, chunk: Chunk) -> tuple[Any, ...]:
    return (series, *chunk[:-1], signed(chunk.stat, series, *chunk[:-1]))


def chunks_from(connection: sqlite3.Connection, series: int, step: int, trailing: int) -> list[Chunk]:
    """The chunks of a key from the one that `step` may belong to, and at least the last few."""
    found = connection.execute(
        "select min(step_first) from (select step_first from chunk where series = ? order by step_first desc limit ?)"
        " union all select max(step_first) from chunk where series = ? and step_first <= ?",
        (series, trailing, series, step),
    ).fetchall()
    if found[0][0] is None:
        return []
    start = found[0][0] if found[1][0] is None else min(found[0][0], found[1][0])
    if found[1][0] is None:
        start = -(2**63)
    rows = connection.execute(
        f"select {_COLUMNS} from chunk where series = ? and step_first >= ? order by step_first", (series, start)
    )
    return [_chunk(series, row) for row in rows]


def chunks_of_many(connection: sqlite3.Connection, series: Sequence[int]) -> dict[int, list[Chunk]]:
    """The chunks of many keys, by key, each in order of step."""
    chunks: dict[int, list[Chunk]] = {}
    for some, marks in _batches(series):
        query = f"select series, {_COLUMNS} from chunk where series in ({marks}) order by series, step_first"
        for row in connection.execute(query, some):
            chunks.setdefault(row[0], []).append(_chunk(row[0], row[1:]))
    return chunks


def middles_of_many(connection: sqlite3.Connection, series: Sequence[int]) -> dict[int, dict[int, bytes]]:
    """The middle levels of chunks, by key and first step of the chunk."""
    middles: dict[int, dict[int, bytes]] = {}
    for some, marks in _batches(series):
        found = connection.execute(f"select series, step_first, stats from middle where series in ({marks})", some)
        for number, step_first, stats in found:
            middles.setdefault(number, {})[step_first] = _checked(stats, number, step_first)
    return middles


def middles_between(
    connection: sqlite3.Connection, series: int, first: int, last: int
) -> dict[int, tuple[bytes, bytes]]:  # fmt: skip
    """The statistic and the middle level of chunks that begin within a range of steps, by their first step."""
    found = connection.execute(
        "select step_first, chunk.stat, middle.stats from middle join chunk using (series, step_first)"
        " where series = ? and step_first between ? and ?",
        (series, first, last),
    )
    return {step: (stat[:-4], _checked(stats, series, step)) for step, stat, stats in found}


def _batches(numbers: Sequence[int]) -> Iterator[tuple[Sequence[int], str]]:
    """Some at a time, with as many question marks."""
    for at in range(0, len(numbers), 500):
        some = numbers[at : at + 500]
        yield some, ", ".join("?" * len(some))


def replace_chunks(
    connection: sqlite3.Connection, series: int, old: Sequence[Chunk], new: Sequence[tuple[Chunk, bytes]]
) -> None:
    """Puts chunks with their middle levels in the place of others, whose bytes are counted as dead."""
    gone = [(series, chunk.step_first) for chunk in old]
    if gone:
        connection.executemany("delete from chunk where series = ? and step_first = ?", gone)
        connection.executemany("delete from middle where series = ? and step_first = ?", gone)
        count_dead(connection, old)
    connection.executemany(f"insert into chunk values ({_MARKS})", [_chunk_row(series, chunk) for chunk, _ in new])
    middles = [(series, chunk.step_first, signed(stats, series, chunk.step_first)) for chunk, stats in new if stats]
    if middles:
        connection.executemany("insert into middle values (?, ?, ?)", middles)


def count_dead(connection: sqlite3.Connection, chunks: Sequence[Chunk]) -> None:
    """Notes that bytes of chunks which are not in the table any more are not needed, where no other chunk has them."""
    dead: dict[int, int] = {}
    for chunk in chunks:
        if not _named(connection, chunk):
            dead[chunk.file] = dead.get(chunk.file, 0) + chunk.fine_size + chunk.values_size
    connection.executemany(
        "insert into file values (?, ?) on conflict do update set dead = dead + excluded.dead", list(dead.items())
    )


def _named(connection: sqlite3.Connection, chunk: Chunk) -> bool:
    """Whether a row of the table has the bytes of the chunk: of a run that was forked, or of the fork."""
    where = chunk.file, chunk.rows_at, chunk.values_at
    query = "select 1 from chunk where file = ? and rows_at = ? and values_at = ? limit 1"
    return connection.execute(query, where).fetchone() is not None


def forget_run(connection: sqlite3.Connection, run: RunKey) -> None:
    """Takes away all that is known of a run."""
    for (series,) in connection.execute("select id from series where run = ?", (run,)).fetchall():
        forget_series(connection, series)
    connection.execute("delete from run where run = ?", (run,))
    connection.execute("delete from together where first between ? and ?", (run - TOGETHER_RUNS, run))


def forget_series(connection: sqlite3.Connection, series: int) -> None:
    """Takes away a key."""
    replace_chunks(connection, series, chunks_of(connection, series), [])
    connection.execute("delete from series where id = ?", (series,))


def streams_of(connection: sqlite3.Connection, run: RunKey) -> list[str]:
    """The streams of which the run has something."""
    return [name for (name,) in connection.execute("select distinct stream from series where run = ?", (run,))]


def relabel_series(
    connection: sqlite3.Connection, series: int, run: RunKey, stream: str, key: str, totals: Totals
) -> None:
    """Gives a key another stream and name. Its chunks stay what they are."""
    connection.execute(
        "update series set stream = ?, key = ?, stats = ? where id = ?",
        (stream, key, signed(pack_totals(totals), run, stream, key), series),
    )


def drop_series(connection: sqlite3.Connection, series: int) -> None:
    """Takes away a key that has no chunks any more."""
    connection.execute("delete from series where id = ?", (series,))


def hand_over(connection: sqlite3.Connection, series: int, to_series: int, chunks: Sequence[Chunk]) -> None:
    """Makes chunks of one key chunks of another."""
    share(connection, series, to_series, chunks)
    gone = [(series, chunk.step_first) for chunk in chunks]
    connection.executemany("delete from chunk where series = ? and step_first = ?", gone)
    connection.executemany("delete from middle where series = ? and step_first = ?", gone)


def share(connection: sqlite3.Connection, series: int, to_series: int, chunks: Sequence[Chunk]) -> None:
    """Makes chunks of one key chunks of another too: both name the same bytes."""
    connection.executemany(f"insert into chunk values ({_MARKS})", [_chunk_row(to_series, chunk) for chunk in chunks])
    steps = {chunk.step_first for chunk in chunks}
    middles = [
        (to_series, step, signed(stats, to_series, step))
        for step, stats in middles_of_many(connection, [series]).get(series, {}).items()
        if step in steps
    ]
    connection.executemany("insert into middle values (?, ?, ?)", middles)


def chunks_in(connection: sqlite3.Connection, file: int, limit: int) -> list[tuple[int, Chunk]]:
    """Some chunks whose bytes are in a file, with their keys: those with the same rows, or bytes, side by side."""
    found = connection.execute(
        f"select series, {_COLUMNS} from chunk where file = ? order by rows_at, values_at limit ?", (file, limit)
    )
    return [(row[0], _chunk(row[0], row[1:])) for row in found]


def move_chunks(connection: sqlite3.Connection, moved: Sequence[tuple[int, Chunk]]) -> None:
    """Notes where the bytes of chunks are now."""
    connection.executemany(f"insert or replace into chunk values ({_MARKS})", [_chunk_row(*one) for one in moved])


def end_of_files(connection: sqlite3.Connection) -> tuple[int, int]:
    """The newest file that some chunk is in, and where the last chunk in it ends; nothing is (0, 0)."""
    row = connection.execute(
        "select file, max(values_at + values_size) from chunk where file = (select max(file) from chunk) group by file"
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def is_in_use(connection: sqlite3.Connection, file: int) -> bool:
    """Whether some chunk is in a file."""
    return connection.execute("select 1 from chunk where file = ? limit 1", (file,)).fetchone() is not None


def dead_bytes(connection: sqlite3.Connection) -> dict[int, int]:
    """How many bytes of each file were let go of since it was begun."""
    return dict(connection.execute("select file, dead from file"))


def forget_file(connection: sqlite3.Connection, file: int) -> None:
    """The file is not there any more."""
    connection.execute("delete from file where file = ?", (file,))
