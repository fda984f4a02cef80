"""The data folder: one server at a time, and none that is older than what lies there."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import msgspec

from gnomon.model.errors import Conflict, Rejected
from gnomon.server.version import DATA_VERSION, VERSION


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """The server that works on the folder, as written in its lock file."""

    pid: int
    address: str


class DataFolder:
    """The folder, held for as long as the process lives or until `release`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    def hold(self, address: str) -> None:
        """Make the folder where it is missing, and take it. Raises Conflict where another server has it."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        check_version(self.path)
        lock = os.open(_lock_file(self.path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            holder = holder_of(self.path)
            who = f" (process {holder.pid}, {holder.address})" if holder else ""
            raise Conflict(f"Another Gnomon server{who} already works on the data folder {self.path}") from None
        self._lock = lock
        os.ftruncate(lock, 0)
        os.pwrite(lock, msgspec.json.encode(Holder(pid=os.getpid(), address=address)), 0)
        _write_version(self.path)

    def release(self) -> None:
        """Let another server have the folder."""
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None


def check_version(folder: Path) -> None:
    """Raises Rejected where a newer Gnomon wrote the folder."""
    try:
        found = (folder / "version").read_text().split()
    except FileNotFoundError:
        return
    if not found or not found[0].isdigit() or int(found[0]) > DATA_VERSION:
        by = f" by Gnomon {found[1]}" if len(found) > 1 else ""
        raise Rejected(
            f"This is Gnomon {VERSION}, which reads data version {DATA_VERSION}; "
            f"version {found[0] if found else '?'} was written{by} to {folder}"
        )


def holder_of(folder: Path) -> Holder | None:
    """Which server has, or had last, the folder; None where that cannot be told."""
    try:
        return msgspec.json.decode(_lock_file(folder).read_bytes(), type=Holder)
    except (OSError, msgspec.DecodeError):
        return None


def write_private(path: Path, text: str) -> None:
    """A file that only its owner can read, from the moment it is there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


def _lock_file(folder: Path) -> Path:
    return folder / "server.lock"


def _write_version(folder: Path) -> None:
    file = folder / "version"
    if not file.exists():
        part = file.with_name("version.part")
        part.write_text(f"{DATA_VERSION} {VERSION}\n")
        part.replace(file)
