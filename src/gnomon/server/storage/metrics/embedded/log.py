"""The commit log: what was acknowledged and is not yet in segments. Parts `log/<number>.log`, one after another."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded.records import Record, framed, records
from gnomon.server.storage.metrics.store import RunKey

PART_BYTES = 64 << 20


class LogPart:
    """One file of the log, and which runs still need it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.needed_by: dict[RunKey, int] = {}
        """The last lsn of each run in this part."""


def sync_folder(path: Path) -> None:
    """Makes names in a folder survive power loss."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class CommitLog:
    """Written by one thread; `retire` may be called by another."""

    def __init__(self, folder: Path, *, part_bytes: int = PART_BYTES) -> None:
        self._folder = folder
        self._part_bytes = part_bytes
        self._file: int | None = None
        self._lock = threading.Lock()
        """Held while parts come and go: none may be retired while it is opened to be written on."""
        folder.mkdir(exist_ok=True)
        self.parts: list[LogPart] = [LogPart(path) for path in sorted(folder.glob("*.log"))]
        self._next = int(self.parts[-1].path.stem) + 1 if self.parts else 1

    def replay(self) -> Iterator[Record]:
        """Every record in order. What was torn off at the end goes away; raises Unavailable for damage before that."""
        for part in self.parts:
            data = part.path.read_bytes()
            whole = 0
            for start, end, record in records(data):
                if start != whole:
                    raise Unavailable(f"the metric log is damaged at byte {whole}, whole again at {start}: {part.path}")
                whole = end
                part.needed_by[record.run] = record.lsn
                yield record
            if whole < len(data) and part is not self.parts[-1]:
                raise Unavailable(f"the metric log is damaged at byte {whole}, with newer parts after it: {part.path}")
            part.size = whole
            if whole < len(data):
                with open(part.path, "r+b") as file:
                    file.truncate(whole)
                    os.fsync(file.fileno())

    def write(self, group: Sequence[Record]) -> None:
        """Puts records on disk with one write and one sync. Raises OSError, and then nothing of them is in the log.

        Raises SyncFailed where nobody can know what is on disk: the log must not be written again.
        """
        with self._lock:
            if self._file is None or self.parts[-1].size >= self._part_bytes:
                self._begin_part()
            part, file = self.parts[-1], self._file
        assert file is not None
        data = b"".join(piece for record in group for piece in (framed(record), record.body))
        try:
            written = 0
            while written < len(data):
                written += os.write(file, memoryview(data)[written:])
        except OSError as error:
            try:
                os.ftruncate(file, part.size)
            except OSError:
                raise SyncFailed(f"the metric log cannot be written: {error}") from error
            raise
        try:
            os.fdatasync(file)
        except OSError as error:
            raise SyncFailed(f"the metric log cannot be synced: {error}") from error
        part.size += len(data)
        for record in group:
            part.needed_by[record.run] = record.lsn

    def _begin_part(self) -> None:
        if self._file is None and self.parts and self.parts[-1].size < self._part_bytes:
            self._file = os.open(self.parts[-1].path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
            return
        path = self._folder / f"{self._next:012d}.log"
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            sync_folder(self._folder)
        except OSError:
            os.close(file)
            path.unlink(missing_ok=True)
            raise
        if self._file is not None:
            os.close(self._file)
        self._file = file
        self._next += 1
        self.parts.append(LogPart(path))

    def retire(self, sealed: Mapping[RunKey, int], seen: int) -> None:
        """Removes the oldest parts whose records are all in segments.

        `sealed` says how far the runs that wait are, `seen` up to which lsn that was found out: what other runs have up
        to there is all in segments, and nothing is known of what came later.
        """
        removed = False
        with self._lock:
            while self.parts and (len(self.parts) > 1 or self._file is None):
                part = self.parts[0]
                if any(lsn > sealed.get(run, seen) for run, lsn in list(part.needed_by.items())):
                    break
                part.path.unlink(missing_ok=True)
                del self.parts[0]
                removed = True
        if removed:
            sync_folder(self._folder)

    def close(self) -> None:
        """No more writes."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class SyncFailed(OSError):
    """What is on disk is not known any more; only a new start can tell."""
