"""One moment of a data folder, held while it is copied, whatever its server does.

A backup is what a power failure at one moment would have left, and every promise about crashes holds for it. Since the
tables are written before the metrics, and a crash between the two is made good by the sender, the metrics must not know
more than the tables: for the blink in which the moment is chosen, nobody may write to the tables. Log and catalogue
need no such care: a log that is looked at after the catalogue has everything that the catalogue lacks.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded.checks.judge import read_only as metrics_read_only
from gnomon.server.storage.tables import check as tables

MOST_TRIES = 20
BUSY_SECS = 30.0


class LogPart(NamedTuple):
    """A part of the log, held open, and how long it was at the moment."""

    name: str
    file: int
    size_bytes: int


class Moment:
    """Snapshots of both databases, and the parts of the log. Segments are not held: they may go away."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._held = ExitStack()
        self._parts: dict[str, int] = {}
        self.log: list[LogPart] = []
        self.tables: sqlite3.Connection
        self.catalogue: sqlite3.Connection | None = None

    def __enter__(self) -> Moment:
        for _ in range(MOST_TRIES):
            try:
                with closing(
                    sqlite3.connect(self._data / tables.FILE, isolation_level=None, timeout=BUSY_SECS)
                ) as lock:
                    lock.execute("begin immediate")
                    try:
                        self._hold()
                    finally:
                        lock.execute("rollback")
            except FileNotFoundError:  # a part of the log was retired between the look and the opening
                self._release()
                continue
            except sqlite3.DatabaseError as error:
                self._release()
                raise Unavailable(f"the tables cannot be read now ({error}): {self._data / tables.FILE}") from error
            except BaseException:
                self._release()
                raise
            if self._whole():
                return self
            self._release()
        raise Unavailable("the log of the metric store changes faster than it can be read; try again")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release()

    def _hold(self) -> None:
        self.tables = self._snapshot(tables.read_only(self._data))
        self._open_parts()
        catalogue = self._data / "metrics" / "catalogue.sqlite"
        if catalogue.exists():
            self.catalogue = self._snapshot(metrics_read_only(catalogue))
        self._open_parts()
        self.log = [LogPart(name, file, os.fstat(file).st_size) for name, file in sorted(self._parts.items())]

    def _snapshot(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        self._held.callback(connection.close)
        connection.execute("begin")
        connection.execute("select count(*) from sqlite_schema").fetchone()
        return connection

    def _open_parts(self) -> None:
        for path in (self._data / "metrics" / "log").glob("*.log"):
            if path.name not in self._parts:
                self._parts[path.name] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                self._held.callback(os.close, self._parts[path.name])

    def _whole(self) -> bool:
        """Whether no part came and went between the two looks."""
        numbers = [int(part.name.partition(".")[0]) for part in self.log]
        return not numbers or numbers == list(range(numbers[0], numbers[0] + len(numbers)))

    def _release(self) -> None:
        self._held.close()
        self._held = ExitStack()
        self._parts, self.log, self.catalogue = {}, [], None
