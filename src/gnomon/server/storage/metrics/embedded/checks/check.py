"""Whether a metric store holds what was written to it: rows of the catalogue, and the blobs that they name.

Nothing is changed and no lock is taken, so that a store can be checked while its server works on it: what the server
moves in the meantime is looked at again. `repair.py` acts on the same verdicts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from gnomon.model.errors import Unavailable
from gnomon.server.storage.findings import Finding, merged
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded import packs
from gnomon.server.storage.metrics.embedded.catalogue import NEVER_SEALED, Chunk, SealedRun, Totals
from gnomon.server.storage.metrics.embedded.checks import logcheck, verify
from gnomon.server.storage.metrics.embedded.checks.alike import MOST
from gnomon.server.storage.metrics.embedded.checks.alike import all_right as alike
from gnomon.server.storage.metrics.embedded.checks.judge import Judge, Store, Verdict
from gnomon.server.storage.metrics.embedded.checks.mend import mended
from gnomon.server.storage.metrics.embedded.checks.repairing import is_half_repaired, is_headless
from gnomon.server.storage.metrics.store import RunKey

MOST_LOOKS = 10
"""How often a run is looked at while its server keeps moving what it has."""


@dataclass
class SeriesSeen:
    """A key of a run: what the catalogue tells of it, and what its chunks say."""

    number: int
    stream: str
    key: str
    told: Totals | None
    """None where its row has changed."""
    named: bool = True
    """Whether stream and key are what was written."""
    chunks: list[Chunk] = field(default_factory=list)
    """Those that are right, in order of step, and those that can be written anew from their values."""
    verdicts: list[Verdict] = field(default_factory=list)
    found: Totals | None = None
    """Of the points of the chunks; None where they were not read, or there are none."""
    size: float = 0.0
    deep: bool = True
    moving: bool = False
    """Its server is never still: of its totals nothing can be said."""

    def take(self, chunk: Chunk, totals: Totals | None, size: float) -> None:
        """Takes up a chunk whose values are right, and what is known of its points."""
        self.chunks.append(chunk)
        if totals is not None:
            self.found = totals if self.found is None else self.found.plus(totals)
            self.size += size

    @property
    def lost(self) -> list[Verdict]:
        return [one for one in self.verdicts if one.remedy == "lost"]

    @property
    def overlaps(self) -> list[tuple[Chunk, Chunk]]:
        return [(a, b) for a, b in zip(self.chunks, self.chunks[1:], strict=False) if b.step_first <= a.step_last]

    @cached_property
    def wrong_totals(self) -> str | None:
        """How the totals differ from the chunks, all of which are there."""
        if self.moving:
            return None
        if self.told is None:
            return "what the catalogue knows of the key has changed on disk"
        if not self.deep:
            points = sum(chunk.points for chunk in self.chunks)
            return None if points == self.told.points else f"points is {points}, not {self.told.points}"
        if self.found is None:
            return "the key has no points"
        return verify.same_totals(self.told, self.found, self.size)


@dataclass
class RunSeen:
    """A run: its mark, and its keys."""

    run: RunKey
    sealed: SealedRun | None
    """None where its row is missing, or has changed and cannot be mended."""
    row_changed: bool
    series: list[SeriesSeen]
    points: int = 0


def runs_of(connection: sqlite3.Connection) -> list[RunKey]:
    """Every run that has something in segments."""
    return [run for (run,) in connection.execute("select run from run union select run from series order by 1")]


def check_store(folder: Path, *, deep: bool, noted: Callable[[RunSeen], None]) -> Iterator[Finding]:
    """What is wrong with the catalogue and the segments of a store, run by run. `noted` is told of each run."""
    path = "metrics/catalogue.sqlite"
    if is_half_repaired(folder):
        yield Finding(store="metrics", says="a repair was interrupted", remedy="rebuilt", path="metrics")
        return
    if is_headless(folder):
        says = "the catalogue is missing, and with it what the segments hold"
        yield Finding(store="metrics", says=says, remedy="lost", path=path)
    if not (folder / "catalogue.sqlite").exists():
        return
    for part in (check_catalogue, partial(check_runs, deep=deep, noted=noted)):
        try:
            with closing(Store(folder)) as store:
                yield from part(store)
        except sqlite3.DatabaseError as error:
            says = f"the catalogue cannot be read to its end ({error}); what that costs, a repair tells"
            yield Finding(store="metrics", says=says, remedy="rebuilt", path=path)


def check_catalogue(store: Store) -> Iterator[Finding]:
    """What is wrong with the catalogue as a database, and with what in it belongs to no run."""
    connection, path = store.connection, "metrics/catalogue.sqlite"
    told = [text for (text,) in connection.execute("pragma integrity_check(20)") if text != "ok"]
    for text in told:
        yield Finding(store="metrics", says=f"pages of the catalogue are damaged: {text}", remedy="rebuilt", path=path)
    (version,) = connection.execute("pragma user_version").fetchone()
    if not 0 < version <= cat.FORMAT:
        says = f"the catalogue has format {version}; this Gnomon reads up to {cat.FORMAT}"
        yield Finding(store="metrics", says=says, remedy="by hand", path=path)
    lsn = greatest_mark(connection)
    if cat.last_lsn(connection) < lsn:
        says = f"the catalogue knows records of the log up to {cat.last_lsn(connection)}, and a run up to {lsn}"
        yield Finding(store="metrics", says=says, remedy="rebuilt", path=path)
    orphans = "from chunk where series not in (select id from series) group by series"
    for series, first, last in connection.execute(f"select series, min(step_first), max(step_last) {orphans}"):
        says = f"chunks of a key whose name is not there any more (number {series})"
        yield Finding(store="metrics", says=says, remedy="lost", path=path, first_step=first, last_step=last)
    has_packs = connection.execute("select 1 from sqlite_schema where name = 'pack'").fetchone()
    found = connection.execute("select series, step_first, step_last, chunks from pack") if has_packs else ()
    for series, first, last, packed in found:
        if _wrong_pack(connection, series, first, last, packed):
            says = f"a pack of chunks is not what the chunks are (number {series})"
            yield Finding(store="metrics", says=says, remedy="rebuilt", path=path, first_step=first, last_step=last)
    loose = "select count(*) from middle left join chunk using (series, step_first) where chunk.series is null"
    if (count := connection.execute(loose).fetchone()[0]) > 0:
        says = f"{count} middle levels belong to no chunk"
        yield Finding(store="metrics", says=says, remedy="rebuilt", path=path)


def _wrong_pack(connection: sqlite3.Connection, series: int, first: int, last: int, packed: bytes) -> bool:
    if not cat.is_right(packed, series, first, last):
        return True
    try:
        chunks = cat.chunks_between(connection, series, first, last)
    except Unavailable:
        return False  # a chunk is damaged, which is said of the chunk
    return packs.table_of(chunks).tobytes() != packed[:-4]


def check_runs(store: Store, *, deep: bool, noted: Callable[[RunSeen], None]) -> Iterator[Finding]:
    """What is wrong with each run."""
    for run in runs_of(store.connection):
        try:
            seen = look(store, run, deep=deep)
        except sqlite3.DatabaseError as error:
            says = f"its rows of the catalogue cannot be read ({error}); what that costs, a repair tells"
            yield Finding(store="metrics", says=says, remedy="rebuilt", run=run, path="metrics/catalogue.sqlite")
            continue
        noted(seen)
        yield from findings_of(seen)


class LogChecked(NamedTuple):
    """How many whole records the commit log has, and what is wrong with it."""

    records: int
    findings: list[Finding]


def check_log(folder: Path) -> LogChecked:
    """Looks through the commit log of a store."""
    if not (folder / "log").is_dir() or is_half_repaired(folder):
        return LogChecked(0, [])
    try:
        log = logcheck.look(folder / "log")
        with closing(Store(folder)) as store:
            # The catalogue is looked at after the log: what was sealed in between is stepped over.
            last = max(cat.last_lsn(store.connection), greatest_mark(store.connection))
            findings = logcheck.judge(log, last, partial(mark_of, store.connection)).findings
    except ValueError as error:
        says = f"the log has a record that this Gnomon does not know: {error}"
        return LogChecked(0, [Finding(store="log", says=says, remedy="by hand", path="metrics/log")])
    except sqlite3.DatabaseError as error:
        says = f"which records of the log are needed cannot be told: {error}"
        return LogChecked(0, [Finding(store="log", says=says, remedy="rebuilt", path="metrics/log")])
    return LogChecked(sum(isinstance(item, logcheck.Entry) for item in log.items), findings)


def greatest_mark(connection: sqlite3.Connection) -> int:
    """The lsn up to which the run is sealed that is sealed furthest."""
    (lsn,) = connection.execute("select coalesce(max(lsn), 0) from run where typeof(lsn) = 'integer'").fetchone()
    return int(lsn)


def mark_of(connection: sqlite3.Connection, run: RunKey) -> SealedRun | None:
    """How far a run is sealed; None where that is lost."""
    found = connection.execute("select lsn, rows, offsets from run where run = ?", (run,)).fetchall()
    if found:
        return _mark(run, found)[0]
    known = connection.execute("select 1 from series where run = ? limit 1", (run,)).fetchone()
    return None if known else NEVER_SEALED


def look(store: Store, run: RunKey, *, deep: bool) -> RunSeen:
    """The run as it is. What moves while it is looked at is looked at again."""
    for left in range(MOST_LOOKS, 0, -1):
        rows = _read(store.connection, run)
        seen = _judged(store, run, rows, deep=deep)
        if not any(True for _ in findings_of(seen)):
            return seen
        again = _read(store.connection, run)
        if again == rows or left == 1:
            return seen if again == rows else _still_there(seen, again)
    raise AssertionError


_Rows = tuple[list[Any], list[Any], list[Any], dict[tuple[int, int], bytes]]


def _read(connection: sqlite3.Connection, run: RunKey) -> _Rows:
    """All rows of the catalogue that speak of a run, of one moment."""
    connection.execute("begin")
    try:
        mark = connection.execute("select lsn, rows, offsets from run where run = ?", (run,)).fetchall()
        series = connection.execute("select id, stream, key, stats from series where run = ?", (run,)).fetchall()
        chunks: list[Any] = []
        middles: dict[tuple[int, int], bytes] = {}
        for at in range(0, len(series), 500):
            numbers = [row[0] for row in series[at : at + 500]]
            marks = ", ".join("?" * len(numbers))
            columns = ", ".join(("series", *Chunk._fields))
            chunks += connection.execute(f"select {columns} from chunk where series in ({marks})", numbers)
            found = connection.execute(
                f"select series, step_first, stats from middle where series in ({marks})", numbers
            )
            middles.update({(number, step): stats for number, step, stats in found})
        return mark, series, chunks, middles
    finally:
        if connection.in_transaction:
            connection.execute("rollback")


def _still_there(seen: RunSeen, rows: _Rows) -> RunSeen:
    """What can be said of a run whose server is never still: of the chunks that have stayed what they were."""
    there = {(row[0], row[1]): tuple(row[2:-1]) for row in rows[2]}
    still = RunSeen(seen.run, seen.sealed or NEVER_SEALED, row_changed=False, series=[], points=seen.points)
    for series in seen.series:
        verdicts = [one for one in series.verdicts if there.get(one.stored) == one.chunk[1:-1]]
        still.series.append(SeriesSeen(series.number, series.stream, series.key, None, verdicts=verdicts, moving=True))
    return still


def _judged(store: Store, run: RunKey, rows: _Rows, *, deep: bool) -> RunSeen:
    mark, series_rows, chunk_rows, middles = rows
    if not mark and not series_rows:  # it was deleted in the meantime
        return RunSeen(run, NEVER_SEALED, row_changed=False, series=[])
    sealed, changed = _mark(run, mark)
    series = {row[0]: _series(run, *row) for row in series_rows}
    seen = RunSeen(run, sealed, changed, list(series.values()))
    chunks: list[tuple[int, Chunk]] = []
    for row in chunk_rows:
        if row[0] not in series:
            continue  # a damaged page answers what it was not asked; that it is damaged is said of the page
        if all(isinstance(value, int) for value in row[:-1]):
            chunks.append((row[0], Chunk._make(row[1:])))
        else:
            says = "its row of the catalogue has changed on disk"
            series[row[0]].verdicts.append(Verdict((row[0], row[1]), _nothing(row), says, "lost", None))
    chunks.sort(key=lambda one: (one[1].file, one[1].rows_at, one[1].values_at))
    for some in _sharing_rows(chunks):
        plain = deep and not any((number, one.step_first) in middles for number, one in some)
        known = alike(store, some) if plain else None
        if known is not None:
            for (number, _), (chunk, totals, size) in zip(some, known, strict=True):
                series[number].take(chunk, totals, size)
            continue
        for number, stored in some:
            judge = Judge(store, number, stored, middles.get((number, stored.step_first)), deep=deep)
            owner = series[number]
            if judge.verdict is not None:
                owner.verdicts.append(judge.verdict)
            if judge.verdict is None or judge.verdict.remedy == "rebuilt":
                owner.take(judge.chunk, judge.totals, judge.size)
    for one in series.values():
        seen.points += sum(chunk.points for chunk in one.chunks)
        one.deep = deep
        one.chunks.sort()
        one.verdicts.sort(key=lambda verdict: verdict.chunk.step_first)
    return seen


def _sharing_rows(chunks: Sequence[tuple[int, Chunk]]) -> Iterator[list[tuple[int, Chunk]]]:
    """Neighbours that have the same rows, not too many at a time."""
    for _, group in groupby(chunks, key=lambda one: one[1].rows):
        some = list(group)
        for at in range(0, len(some), MOST):
            yield some[at : at + MOST]


def _nothing(row: Sequence[Any]) -> Chunk:
    """A chunk of which only the steps may be known."""
    first, last = (value if isinstance(value, int) else 0 for value in row[1:3])
    return Chunk._make((first, last, *(0,) * (len(Chunk._fields) - 3), b""))


def _mark(run: RunKey, found: Sequence[Any]) -> tuple[SealedRun | None, bool]:
    """How far the run is sealed, and whether its row has changed."""
    if not found:
        return None, True
    lsn, rows, signed = found[0]
    changed = not cat.is_right(signed, run, lsn, rows)
    mend = mended(signed, (run, lsn, rows)) if changed else (bytes(signed[:-4]), (run, lsn, rows))
    if mend is None or mend[1][0] != run:
        return None, True
    try:
        offsets = msgspec.msgpack.decode(mend[0], type=dict[str, int])
    except msgspec.MsgspecError:
        return None, True
    return SealedRun(mend[1][1], mend[1][2], offsets), changed


def _series(run: RunKey, number: int, stream: str, key: str, signed: bytes) -> SeriesSeen:
    if isinstance(stream, str) and isinstance(key, str) and cat.is_right(signed, run, stream, key):
        return SeriesSeen(number, stream, key, cat.unpack_totals(signed[:-4]))
    mend = mended(signed, (run, stream, key))
    if mend is None or mend[1][0] != run:
        stream, key = (str(name).encode("utf-8", "backslashreplace").decode() for name in (stream, key))
        return SeriesSeen(number, stream, key, None, named=False)
    return SeriesSeen(number, mend[1][1], mend[1][2], None)


def findings_of(seen: RunSeen) -> Iterator[Finding]:
    """The verdicts on a run, for people."""
    about: dict[str, Any] = {"store": "metrics", "run": seen.run, "path": "metrics/catalogue.sqlite"}
    if seen.sealed is None:
        says = "how far it was sealed is lost, and with it whether a row that is sent again is there already"
        yield Finding(says=says, remedy="lost", **about)
    elif seen.row_changed:
        yield Finding(says="its row of the catalogue has changed on disk", remedy="rebuilt", **about)
    for series in seen.series:
        named = {**about, "stream": series.stream, "key": series.key}
        if not series.named:
            yield Finding(says="the name of the key has changed on disk", remedy="lost", **named)
            continue
        yield from merged([_finding(one, named) for one in series.verdicts])
        for a, b in series.overlaps:
            yield Finding(
                says="two chunks have the same steps", remedy="rebuilt", first_step=b.step_first,
                last_step=min(a.step_last, b.step_last), **named,
            )  # fmt: skip
        if not series.lost and (wrong := series.wrong_totals):
            missing = series.told is not None and series.told.points > sum(chunk.points for chunk in series.chunks)
            if missing:
                assert series.told is not None
                yield Finding(
                    says=f"some of its points are in no chunk: {wrong}", remedy="lost",
                    first_step=series.told.first_step, last_step=series.told.last_step, **named,
                )  # fmt: skip
            else:
                yield Finding(says=f"its totals differ from its points: {wrong}", remedy="rebuilt", **named)


def _finding(verdict: Verdict, named: dict[str, Any]) -> Finding:
    where = dict(named)
    if verdict.place is not None:
        where.update(path=f"metrics/segments/{verdict.place.file:08d}.seg", byte=verdict.place.at)
    first, last = verdict.chunk.step_first, verdict.chunk.step_last
    return Finding(says=verdict.says, remedy=verdict.remedy, first_step=first, last_step=last, **where)
