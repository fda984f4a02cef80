"""A data folder as a whole: everything in it that is not as it was written, found while a server works on it or not."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from gnomon.model.errors import NotFound
from gnomon.server.storage.blobs.check import BlobsSeen, blob_path, check_folder
from gnomon.server.storage.findings import Finding, described
from gnomon.server.storage.metrics.embedded.checks.check import RunSeen, check_log, check_store
from gnomon.server.storage.tables import check as tables
from gnomon.server.storage.tables import holders
from gnomon.server.storage.tables.holders import Holder


@dataclass
class Looked:
    """What a check has looked at so far."""

    runs: int = 0
    points: int = 0
    log_records: int = 0
    blobs: BlobsSeen = field(default_factory=BlobsSeen)

    def run(self, seen: RunSeen) -> None:
        self.runs += 1
        self.points += seen.points


class DataCheck:
    """Looks through a data folder, reading only. Without `deep`, the bytes of segments and files are believed."""

    def __init__(self, folder: Path, *, deep: bool, clock: Callable[[], float] = time.time) -> None:
        if not (folder / tables.FILE).exists():
            raise NotFound(f"there is no data of a Gnomon server: {folder}")
        self._folder = folder
        self._deep = deep
        self._now = clock()
        self._names: dict[int, str] = {}
        self.looked = Looked()

    def findings(self) -> Iterator[Finding]:
        """One by one, as they are found."""
        for part in (self._tables, self._metrics, self._log, self._blobs):
            yield from part()

    def describe(self, finding: Finding) -> str:
        """The finding as a line, with its run by the names it has."""
        run = finding.run
        if run is not None and run not in self._names:
            try:
                with closing(tables.read_only(self._folder)) as connection:
                    self._names.update(tables.run_names(connection, [run]))
            except sqlite3.DatabaseError:
                pass  # then its number has to do
        return described(finding, None if run is None else self._names.get(run))

    def name_of(self, run: int) -> str | None:
        """`entity/project/id` of a run that a finding was described of."""
        return self._names.get(run)

    def _tables(self) -> Iterator[Finding]:
        try:
            with closing(tables.read_only(self._folder)) as connection:
                yield from tables.check_tables(connection)
        except sqlite3.DatabaseError as error:
            says = f"the tables cannot be read: {error}"
            yield Finding(store="tables", says=says, remedy="by hand", path=tables.FILE)

    def _metrics(self) -> Iterator[Finding]:
        return check_store(self._folder / "metrics", deep=self._deep, noted=self.looked.run)

    def _log(self) -> Iterator[Finding]:
        seen = check_log(self._folder / "metrics")
        self.looked.log_records = seen.records
        yield from seen.findings

    def _blobs(self) -> Iterator[Finding]:
        folder = self._folder / "blobs"
        wanted: dict[str, Holder] = {}
        try:
            with closing(tables.read_only(self._folder)) as connection:
                wanted = holders.counted(connection, self._now)
                for digest in sorted(wanted):
                    if not (folder / blob_path(digest)).exists():
                        yield from self._missing(connection, digest)
        except sqlite3.DatabaseError as error:
            says = f"which files there are cannot be told: {error}"
            yield Finding(store="blobs", says=says, remedy="by hand", path="blobs")
        for one in check_folder(folder, wanted, self.looked.blobs, deep=self._deep):
            holder = wanted.get((one.path or "").rpartition("/")[2])
            yield one if holder is None else replace(one, run=holder.run, says=f"{holder.what}: {one.says}")

    def _missing(self, connection: sqlite3.Connection, digest: str) -> Iterator[Finding]:
        """What has bytes that are not there; a file that was replaced in the meantime does not count."""
        for run, what in holders.holders_of(connection, digest):
            says = f"the bytes of {what} are missing"
            yield Finding(store="blobs", says=says, remedy="lost", run=run, path=f"blobs/{blob_path(digest)}")
