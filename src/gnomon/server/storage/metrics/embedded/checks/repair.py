"""A damaged metric store made whole: what follows from what is right is made anew, exactly; the rest is put aside.

The store must not be in use. Everything is made beside what is there and takes its place at the end (`repairing.py`),
so that a repair that is killed has changed nothing, or is ended by the next one. Segment files are only added to, and
what was put aside names them too: compaction, which takes away what no chunk needs, leaves the damaged bytes there.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from gnomon.model.errors import Unavailable
from gnomon.server.storage.findings import Finding, Remedy
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded.catalogue import Catalogue, Chunk
from gnomon.server.storage.metrics.embedded.checks import check, logcheck, repairing
from gnomon.server.storage.metrics.embedded.checks.check import RunSeen, SeriesSeen
from gnomon.server.storage.metrics.embedded.checks.judge import Store, any_text, points_of, read_only
from gnomon.server.storage.metrics.embedded.checks.salvage import salvage
from gnomon.server.storage.metrics.embedded.log import CommitLog, sync_folder
from gnomon.server.storage.metrics.embedded.records import HEADER_BYTES, Record
from gnomon.server.storage.metrics.embedded.seal import SortedRows
from gnomon.server.storage.metrics.embedded.segments import Segments
from gnomon.server.storage.metrics.points import in_order, joined

_CATALOGUE = "catalogue.sqlite"


def repair(folder: Path, aside: Path) -> list[Finding]:
    """Afterwards the store opens and a check finds nothing. `aside` is a new folder on the same disk.

    Answers what was rebuilt and what was put aside, which is more than a check can say where pages of the catalogue
    were damaged. Raises Unavailable for a store of a newer format, which is left as it is.
    """
    made = repairing.catalogue_for_repair(folder)
    done = _copy_of_catalogue(folder, made)
    catalogue = Catalogue(made)
    catalogue.connection.text_factory = any_text
    store = Store(folder, made)
    try:
        _keep_segments(folder, aside)
        with closing(store):
            done += _Repair(catalogue, store).catalogue()
        done += _log(catalogue.connection, folder, repairing.log_for_repair(folder))
        busy, *_ = catalogue.connection.execute("pragma wal_checkpoint(truncate)").fetchone()
        if busy:  # the file alone must hold everything before it takes its place
            raise Unavailable(f"somebody reads the catalogue while it is repaired: {made}")
    finally:
        catalogue.close()
    repairing.swap(folder, aside)
    return done


def _keep_segments(folder: Path, aside: Path) -> None:
    """Gives every segment file a second name among what is put aside; a copy, where a disk has no such names."""
    kept = aside / "segments"
    kept.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in sorted((folder / "segments").glob("*.seg")):
        try:
            os.link(path, kept / path.name)
        except FileExistsError:
            continue
        except OSError:
            shutil.copyfile(path, kept / path.name)


def _copy_of_catalogue(folder: Path, made: Path) -> list[Finding]:
    """The catalogue as it is, or as much of it as can be read, and what could not be."""
    damaged = folder / _CATALOGUE
    if not damaged.exists():
        Catalogue(made).close()
        return _headless(folder)
    try:
        with closing(read_only(damaged)) as source:
            if not _unreadable(source):
                (version,) = source.execute("pragma user_version").fetchone()
                if version > cat.FORMAT:
                    raise Unavailable(f"the metric store has format {version}; this Gnomon repairs up to {cat.FORMAT}")
                with closing(sqlite3.connect(made)) as target:
                    source.backup(target)
                return []
    except sqlite3.DatabaseError:
        pass  # it is read row by row, then
    made.unlink(missing_ok=True)
    read = salvage(damaged, made, folder / "scratch.repaired")
    found = [_finding("pages of the catalogue are damaged; all rows that can be read are kept", "rebuilt")]
    for run, stream, key in read.unread:
        says = "the row of the key in the catalogue cannot be read"
        path = f"metrics/{_CATALOGUE}"
        found.append(Finding(store="metrics", says=says, remedy="lost", run=run, stream=stream, key=key, path=path))
    if "series" in read.cut:
        found.append(_finding("not all names of keys could be read: keys that are named nowhere else are lost", "lost"))
    return found


def _headless(folder: Path) -> list[Finding]:
    if not repairing.is_headless(folder):
        return []
    return [_finding("the catalogue is missing, and with it what the segments hold", "lost")]


def _finding(says: str, remedy: Remedy) -> Finding:
    return Finding(store="metrics", says=says, remedy=remedy, path=f"metrics/{_CATALOGUE}")


def _unreadable(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("pragma integrity_check(1)").fetchone()[0] != "ok")


class _Repair:
    """Works on a copy of the catalogue, and adds to the segments."""

    def __init__(self, catalogue: Catalogue, store: Store) -> None:
        self._catalogue = catalogue
        self._connection = catalogue.connection
        self._store = store
        self._writing = Segments(store.folder / "segments")
        self._writing.beyond(*cat.end_of_files(self._connection))

    def catalogue(self) -> list[Finding]:
        """Run by run, each in a transaction; what was found."""
        found = list(check.check_catalogue(self._store))
        with self._catalogue.writing() as connection:
            connection.execute("delete from chunk where series not in (select id from series)")
            connection.execute("delete from series where run is null or stream is null or key is null")
            connection.execute("delete from together")  # the versions of runs mean something else from here on
        for run in check.runs_of(self._connection):
            seen = check.look(self._store, run, deep=True)
            if some := list(check.findings_of(seen)):
                found += some
                self._run(seen)
        with self._catalogue.writing() as connection:
            connection.execute(
                "delete from middle where not exists (select 1 from chunk"
                " where chunk.series = middle.series and chunk.step_first = middle.step_first)"
            )
            cat.put_last_lsn(connection, check.greatest_mark(connection))
            connection.execute("delete from pack")  # made again of what is there now
            self._count_dead(connection)
        self._writing.close()
        sync_folder(self._store.folder / "segments")
        return found

    def _run(self, seen: RunSeen) -> None:
        remade = [(series, self._remade(series)) for series in seen.series if seen.sealed is not None and series.named]
        self._writing.sync()
        with self._catalogue.writing() as connection:
            cat.count_edit(connection, seen.run)
            if seen.sealed is None:
                for series in seen.series:
                    _forget(connection, series.number)
                connection.execute("delete from run where run = ?", (seen.run,))
                return
            for series in seen.series:
                if not series.named:
                    _forget(connection, series.number)
            for series, chunks in remade:
                self._series(connection, seen, series, chunks)
            if seen.row_changed:
                cat.put_run(connection, seen.run, seen.sealed)

    def _series(
        self, connection: sqlite3.Connection, seen: RunSeen, series: SeriesSeen, remade: Sequence[tuple[Chunk, bytes]]
    ) -> None:
        if series.found is None:
            _forget(connection, series.number)
            return
        gone = [verdict.stored for verdict in series.verdicts]
        gone += [(series.number, chunk.step_first) for pair in series.overlaps for chunk in pair]
        connection.executemany("delete from chunk where series = ? and step_first = ?", gone)
        connection.executemany("delete from middle where series = ? and step_first = ?", gone)
        cat.replace_chunks(connection, series.number, [], remade)
        if series.verdicts or series.wrong_totals:
            cat.relabel_series(connection, series.number, seen.run, series.stream, series.key, series.found)

    def _remade(self, series: SeriesSeen) -> list[tuple[Chunk, bytes]]:
        """Chunks whose values are right, from their values; those that have the same steps become one."""
        wrong = {verdict.chunk.step_first for verdict in series.verdicts if verdict.remedy == "rebuilt"}
        wrong |= {chunk.step_first for pair in series.overlaps for chunk in pair}
        made: list[tuple[Chunk, bytes]] = []
        for group in _overlapping([chunk for chunk in series.chunks if chunk.step_first in wrong]):
            points = in_order(joined(points_of(self._store, group)))
            self._writing.turn()
            made += SortedRows(points.steps, points.times, points.seqs).write(self._writing, points.values)
        return made

    def _count_dead(self, connection: sqlite3.Connection) -> None:
        """How many bytes of each file nobody names."""
        live: dict[int, int] = {}
        for query in (
            "select file, sum(size) from (select distinct file, rows_at, rows_size as size from chunk) group by file",
            "select file, sum(size) from"
            " (select distinct file, values_at, values_size + fine_size as size from chunk) group by file",
        ):
            for file, size in connection.execute(query):
                live[file] = live.get(file, 0) + size
        connection.execute("delete from file")
        dead = [(file, self._writing.size_bytes(file) - live.get(file, 0)) for file in self._writing.numbers()]
        connection.executemany("insert into file values (?, ?)", [one for one in dead if one[1] > 0])


def _overlapping(chunks: Sequence[Chunk]) -> Iterator[list[Chunk]]:
    """Chunks in order of step, those together that have steps in common."""
    group: list[Chunk] = []
    for chunk in chunks:
        if group and chunk.step_first > max(one.step_last for one in group):
            yield group
            group = []
        group.append(chunk)
    if group:
        yield group


def _forget(connection: sqlite3.Connection, series: int) -> None:
    for table in ("chunk", "middle"):
        connection.execute(f"delete from {table} where series = ?", (series,))
    connection.execute("delete from series where id = ?", (series,))


def _log(connection: sqlite3.Connection, folder: Path, made: Path) -> list[Finding]:
    """The log anew, of the records that are needed and go on where their runs stand. They get new numbers: those that
    are missing must not look as if they were missing from the new log."""
    log = logcheck.look(folder / "log")
    last = cat.last_lsn(connection)
    judged = logcheck.judge(log, last, lambda run: check.mark_of(connection, run))
    if not judged.findings:
        return []
    made.mkdir()
    writer = CommitLog(made)
    data, part = b"", ""
    for number, entry in enumerate(judged.kept, last + 1):
        if entry.part != part:
            data, part = (folder / "log" / entry.part).read_bytes(), entry.part
        body = data[entry.start + HEADER_BYTES : entry.end]
        writer.write([Record(number, entry.run, entry.seq, entry.kind, body)])
    writer.close()
    sync_folder(made)
    sync_folder(made.parent)
    return judged.findings
