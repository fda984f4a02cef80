"""Runs: how far each is sealed, and how often it was changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import numpy as np

from gnomon.server.storage.metrics.buckets import Ints
from gnomon.server.storage.metrics.embedded.catalogue.checksums import checked, signed
from gnomon.server.storage.metrics.embedded.catalogue.keys import forget_series
from gnomon.server.storage.metrics.store import RunKey

TOGETHER_RUNS = 64
"""Of so many runs made one after another what is known of their keys is kept together."""


class SealedRun(NamedTuple):
    """How far a run is in segments. Everything of it up to `lsn` is."""

    lsn: int
    rows: int
    offsets: dict[str, int]


NEVER_SEALED = SealedRun(0, 0, {})


def sealed_run(connection: sqlite3.Connection, run: RunKey) -> SealedRun:
    """How far the run is sealed."""
    row = connection.execute("select lsn, rows, offsets from run where run = ?", (run,)).fetchone()
    if row is None:
        return NEVER_SEALED
    lsn, rows, offsets = row
    return SealedRun(lsn, rows, msgspec.msgpack.decode(checked(offsets, run, lsn, rows), type=dict[str, int]))


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


def forget_run(connection: sqlite3.Connection, run: RunKey) -> None:
    """Takes away all that is known of a run."""
    for (series,) in connection.execute("select id from series where run = ?", (run,)).fetchall():
        forget_series(connection, series)
    connection.execute("delete from run where run = ?", (run,))
    connection.execute("delete from together where first between ? and ?", (run - TOGETHER_RUNS, run))
