"""A backup, made from outside: without help of the server, which may be running, and without stopping it."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gnomon.model.errors import NotFound, Rejected, Unavailable
from gnomon.server.backup import manifest
from gnomon.server.backup.copying import copy_file, make_folder, sync_folder, sync_tree
from gnomon.server.backup.manifest import Entry, Manifest
from gnomon.server.backup.moment import Moment
from gnomon.server.data_folder import check_version
from gnomon.server.first_start import key_file
from gnomon.server.storage.blobs.check import blob_path, digest_of
from gnomon.server.storage.metrics.embedded.checks.repairing import refuse_half_repaired
from gnomon.server.storage.tables import check as tables
from gnomon.server.storage.tables import holders
from gnomon.server.version import DATA_VERSION, VERSION

MOST_ROUNDS = 20
"""How often another moment is chosen because compaction took away what the last one needed."""
_PART = ".part"


@dataclass(frozen=True)
class Made:
    """A backup that is there."""

    folder: Path
    size_bytes: int
    linked_bytes: int
    """How much of it an earlier backup has, too."""
    missing: list[str]


def backup(data: Path, target: Path, *, clock: Callable[[], float] = time.time) -> Made:
    """Makes `target/<time>`: a data folder that has everything acknowledged before this was called.

    Raises NotFound where there is no data, Rejected where a newer Gnomon wrote it, and Unavailable where it cannot be
    read now. What a backup leaves that was killed ends in `.part`; the next one takes it away.
    """
    if not (data / tables.FILE).exists():
        raise NotFound(f"there is no data of a Gnomon server: {data}")
    check_version(data)
    refuse_half_repaired(data / "metrics")
    if target.resolve().is_relative_to(data.resolve()):
        raise Rejected(f"a backup cannot lie in the data folder itself: {target}")
    begun_at = clock()
    make_folder(target)
    with _new_part(target, begun_at) as part:
        work = _Backup(data, part, _newest(target))
        moment = work.copy(clock)
        manifest.write(
            part,
            Manifest(
                gnomon=VERSION, data_version=DATA_VERSION, begun_at=begun_at, moment=moment, finished_at=clock(),
                files=dict(sorted(work.files.items())), missing=work.missing,
            ),
        )  # fmt: skip
        sync_tree(part)
        done = part.with_name(part.name.removesuffix(_PART))
        part.rename(done)
        sync_folder(target)
    size = sum(entry.size_bytes for entry in work.files.values())
    return Made(done, size, work.linked_bytes, work.missing)


def backups_in(target: Path) -> list[Path]:
    """The backups in a folder, oldest first."""
    return sorted(path.parent for path in target.glob(f"*/{manifest.NAME}") if not path.parent.name.endswith(_PART))


def _newest(target: Path) -> tuple[Path, Manifest] | None:
    for folder in reversed(backups_in(target)):
        try:
            return folder, manifest.read(folder)
        except Rejected:
            continue
    return None


@contextmanager
def _new_part(target: Path, now: float) -> Iterator[Path]:
    """A folder to make a backup in, held as long as somebody works on it. Those that nobody holds are taken away."""
    for left in target.glob(f"*{_PART}"):
        with suppress(FileNotFoundError), _held(left) as ours:
            if ours:
                shutil.rmtree(left)
    name = time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime(now))
    number = 1
    while True:
        part = target / f"{name}{'' if number == 1 else f'.{number}'}{_PART}"
        if not part.exists() and not part.with_name(part.name.removesuffix(_PART)).exists():
            part.mkdir(mode=0o700)
            break
        number += 1
    with _held(part):
        try:
            yield part
        finally:
            if part.exists():
                shutil.rmtree(part)


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


class _Backup:
    """Copies a data folder into another; `files` has what is there."""

    def __init__(self, data: Path, part: Path, earlier: tuple[Path, Manifest] | None) -> None:
        self._data = data
        self._part = part
        self._earlier = earlier
        self._closed: set[str] = set()
        """Segment files that were copied when nobody wrote to them any more."""
        self.files: dict[str, Entry] = {}
        self.missing: list[str] = []
        self.linked_bytes = 0

    def copy(self, clock: Callable[[], float]) -> float:
        """Copies everything as it is at one moment, which is returned."""
        segments = self._data / "metrics" / "segments"
        for path in sorted(segments.glob("*.seg"))[:-1]:  # most of it, while no moment has to be held for it
            with suppress(FileNotFoundError):  # compaction was quicker
                self._segment(path)
        for _ in range(MOST_ROUNDS):
            at = clock()
            with Moment(self._data) as moment:
                try:
                    self._segments(moment)
                except FileNotFoundError:  # compaction has moved what it held
                    continue
                for part in moment.log:
                    self._open_file(part.file, f"metrics/log/{part.name}", part.size_bytes)
                if moment.catalogue is not None:
                    self._database(moment.catalogue, "metrics/catalogue.sqlite")
                self._database(moment.tables, tables.FILE)
                digests = holders.every_digest(moment.tables)
            self._blobs(digests)
            for path in (self._data / "version", key_file(self._data)):
                if path.exists():
                    self._file(path)
            return at
        raise Unavailable("the metric store moves what it has faster than it can be copied; try again")

    def _segments(self, moment: Moment) -> None:
        """Every segment file that a chunk is in, and the newest: a server that is started on the backup writes to that
        one, and never to one that backups share."""
        needed = {
            path.relative_to(self._data).as_posix()
            for path in sorted((self._data / "metrics" / "segments").glob("*.seg"))[-1:]
        }
        if moment.catalogue is not None:
            found = moment.catalogue.execute("select distinct file from chunk")
            needed |= {f"metrics/segments/{number:08d}.seg" for (number,) in found}
        for name in sorted(needed):
            if name not in self._closed:
                self._segment(self._data / name)
        for name in [name for name in self.files if name.startswith("metrics/segments/") and name not in needed]:
            (self._part / name).unlink()
            del self.files[name]
            self._closed.discard(name)

    def _segment(self, path: Path) -> None:
        """Copies a segment file. Only the newest is still written to, and none is once there is a newer one."""
        name = path.relative_to(self._data).as_posix()
        closed = any(other.name > path.name for other in path.parent.glob("*.seg"))
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            told = os.fstat(file)
            if closed and self._link(name, lambda entry: entry.mtime_ns == told.st_mtime_ns, told.st_size):
                self._closed.add(name)
                return
            digest = copy_file(file, self._part / name, told.st_size)
        finally:
            os.close(file)
        self.files[name] = Entry(size_bytes=told.st_size, sha256=digest, mtime_ns=told.st_mtime_ns if closed else None)
        if closed:
            self._closed.add(name)

    def _blobs(self, digests: Sequence[str]) -> None:
        """The bytes of all files. Those that the server has cleared away since the moment are not missed."""
        for digest in digests:
            name = f"blobs/{blob_path(digest)}"
            try:
                size = (self._data / name).stat().st_size
                if not self._link(name, lambda entry: True, size):
                    self._file(self._data / name)
            except FileNotFoundError:
                with closing(tables.read_only(self._data)) as now:
                    named = holders.holders_of(now, digest)
                self.missing += [what if run is None else f"{what} of run number {run}" for run, what in named]

    def _link(self, name: str, same: Callable[[Entry], bool], size_bytes: int) -> bool:
        """Gives a file of the newest earlier backup a second name here, where it is the same file."""
        if self._earlier is None:
            return False
        folder, told = self._earlier
        entry = told.files.get(name)
        if entry is None or entry.size_bytes != size_bytes or not same(entry):
            return False
        make_folder((self._part / name).parent)
        try:
            os.link(folder / name, self._part / name)
        except FileExistsError:
            return False
        except OSError:  # it is gone, or the disk has no second names, or no more of them
            return False
        if (self._part / name).stat().st_size != size_bytes:
            (self._part / name).unlink()
            return False
        self.files[name] = entry
        self.linked_bytes += size_bytes
        return True

    def _database(self, source: sqlite3.Connection, name: str) -> None:
        target = self._part / name
        make_folder(target.parent)
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(target)) as connection:
            source.backup(connection)
        with open(target, "rb") as file:
            os.fsync(file.fileno())
        self.files[name] = Entry(size_bytes=target.stat().st_size, sha256=digest_of(target))

    def _file(self, path: Path) -> None:
        name = path.relative_to(self._data).as_posix()
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._open_file(file, name, os.fstat(file).st_size)
        finally:
            os.close(file)

    def _open_file(self, file: int, name: str, size_bytes: int) -> None:
        digest = copy_file(file, self._part / name, size_bytes)
        self.files[name] = Entry(size_bytes=size_bytes, sha256=digest)
