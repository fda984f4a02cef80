"""Keys of runs, and what is known of each without its points."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from gnomon.server.storage.metrics.embedded.catalogue.checksums import checked, signed
from gnomon.server.storage.metrics.embedded.catalogue.chunks import chunks_of, replace_chunks
from gnomon.server.storage.metrics.store import RunKey


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


pack_totals = msgspec.msgpack.Encoder().encode

unpack_totals = msgspec.msgpack.Decoder(Totals).decode


def series_of(connection: sqlite3.Connection, run: RunKey, stream: str) -> dict[str, tuple[int, Totals]]:
    """The keys of a stream, with their numbers."""
    found = connection.execute("select key, id, stats from series where run = ? and stream = ?", (run, stream))
    return {key: (number, unpack_totals(checked(stats, run, stream, key))) for key, number, stats in found}


def keys_of(connection: sqlite3.Connection, run: RunKey, stream: str) -> list[str]:
    """The keys of a stream."""
    return [key for (key,) in connection.execute("select key from series where run = ? and stream = ?", (run, stream))]


def find_series(connection: sqlite3.Connection, run: RunKey, stream: str, key: str) -> tuple[int, Totals] | None:
    """The number of a key, and what is known of it."""
    row = connection.execute(
        "select id, stats from series where run = ? and stream = ? and key = ?", (run, stream, key)
    ).fetchone()
    return (row[0], unpack_totals(checked(row[1], run, stream, key))) if row else None


def totals_of_key(
    connection: sqlite3.Connection, runs: Sequence[RunKey], stream: str, key: str
) -> dict[RunKey, Totals]:
    """What is known of one key of several runs; of those that have it."""
    found: dict[RunKey, Totals] = {}
    for at in range(0, len(runs), 500):
        part = runs[at : at + 500]
        marks = ", ".join("?" * len(part))
        query = f"select run, stats from series where stream = ? and key = ? and run in ({marks})"
        for run, stats in connection.execute(query, (stream, key, *part)):
            found[RunKey(run)] = unpack_totals(checked(stats, run, stream, key))
    return found


def put_series(connection: sqlite3.Connection, run: RunKey, stream: str, key: str, totals: Totals) -> int:
    """Sets what is known of a key, which is made where it is new; its number."""
    row = connection.execute(
        "insert into series (run, stream, key, stats) values (?, ?, ?, ?)"
        " on conflict (run, stream, key) do update set stats = excluded.stats returning id",
        (run, stream, key, signed(pack_totals(totals), run, stream, key)),
    ).fetchone()
    return int(row[0])


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
