"""Segment files: checked blobs, only ever appended. `segments/<number>.seg`; a blob is found by its `Place`."""

from __future__ import annotations

import os
import struct
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded.log import sync_folder

MAGIC = b"GNMB"
_header = struct.Struct("<4sII")
"""magic, payload bytes, CRC-32 of the payload."""
HEADER_BYTES = _header.size
FILE_BYTES = 128 << 20
OPEN_FILES = 64
WRITE_BYTES = 256 << 10
"""Blobs are collected up to so much before they are written."""
SYNC_BYTES = 4 << 20
"""So much is synced at a time: a long sync would hold up those of the log, for which appends wait."""


class Place(NamedTuple):
    """Where a blob is: file number, first byte of its header, bytes with the header."""

    file: int
    at: int
    size: int


class Gone(Exception):
    """The file was removed after its blobs had moved; the catalogue knows where."""


class _File:
    """An open file that closes itself when the last reader has let go of it."""

    def __init__(self, path: Path) -> None:
        self.number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def __del__(self) -> None:
        if hasattr(self, "number"):
            os.close(self.number)


class Segments:
    """Written by one thread, read by many."""

    def __init__(self, folder: Path, *, file_bytes: int = FILE_BYTES) -> None:
        self._folder = folder
        self._file_bytes = file_bytes
        folder.mkdir(exist_ok=True)
        numbers = [int(path.stem) for path in folder.glob("*.seg")]
        self.newest = max(numbers, default=0)
        self._size = self._path(self.newest).stat().st_size if self.newest else file_bytes
        self._writing: int | None = None
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._unsynced_bytes = 0
        self._open: OrderedDict[int, _File] = OrderedDict()
        self._lock = threading.Lock()

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08d}.seg"

    def put(self, payloads: Sequence[bytes]) -> list[Place]:
        """Puts blobs side by side into the newest file; they are there to be read, and safe, after `sync`."""
        if self._writing is None:
            self._writing = os.open(self._path(self.newest), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        places = []
        for payload in payloads:
            size = HEADER_BYTES + len(payload)
            self._pending += (_header.pack(MAGIC, len(payload), crc32(payload)), payload)
            self._pending_bytes += size
            places.append(Place(self.newest, self._size, size))
            self._size += size
        if self._pending_bytes >= WRITE_BYTES:
            self._write()
        return places

    def _write(self) -> None:
        """Writes what was collected. Raises OSError, and then it is as if nothing of it had been put."""
        if self._writing is None or not self._pending:
            return
        data, at = memoryview(b"".join(self._pending)), self._size - self._pending_bytes
        self._pending, self._pending_bytes = [], 0
        try:
            written = 0
            while written < len(data):
                written += os.pwrite(self._writing, data[written:], at + written)
            self._unsynced_bytes += len(data)
            if self._unsynced_bytes >= SYNC_BYTES:
                self._sync()
        except OSError:
            self._size = at
            raise

    def _sync(self) -> None:
        if self._writing is not None:
            os.fdatasync(self._writing)
            self._unsynced_bytes = 0

    def turn(self) -> None:
        """Begins a new file where the newest is full. Until the next turn all blobs go into one file."""
        if self._size >= self._file_bytes:
            self._begin_file()

    def beyond(self, number: int, end: int) -> None:
        """Keeps from writing where a blob was that somebody still names, although the file was cut or is missing."""
        if number > self.newest or (number == self.newest and end > self._size):
            self.newest, self._size = number, self._file_bytes

    def _begin_file(self) -> None:
        if self._writing is not None:
            self.sync()
            os.close(self._writing)
            self._writing = None
        self.newest += 1
        self._writing = os.open(self._path(self.newest), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._size = os.fstat(self._writing).st_size
        sync_folder(self._folder)

    def sync(self) -> None:
        """Makes all blobs put so far survive power loss."""
        self._write()
        self._sync()

    def get(self, place: Place) -> bytes:
        """The payload of a blob. Raises Unavailable, naming it, where the bytes are not those that were put."""
        try:
            file = self._opened(place.file)
            data = os.pread(file.number, place.size, place.at)
        except FileNotFoundError:
            raise Gone(place) from None
        except OSError:
            raise Unavailable(
                f"a part of the metric store cannot be read at byte {place.at}: {self._path(place.file)}"
            ) from None
        return self.checked(place, data)

    def checked(self, place: Place, data: bytes) -> bytes:
        """The payload in the bytes of a blob. Raises Unavailable where they are not those that were put."""
        if len(data) == place.size and len(data) >= HEADER_BYTES:
            magic, size, check = _header.unpack_from(data)
            payload = data[HEADER_BYTES:]
            if magic == MAGIC and size == len(payload) and crc32(payload) == check:
                return payload
        raise Unavailable(f"a part of the metric store is damaged at byte {place.at}: {self._path(place.file)}")

    def _opened(self, number: int) -> _File:
        with self._lock:
            file = self._open.pop(number, None) or _File(self._path(number))
            self._open[number] = file
            while len(self._open) > OPEN_FILES:
                self._open.popitem(last=False)
            return file

    def numbers(self) -> list[int]:
        """The files there are."""
        return sorted(int(path.stem) for path in self._folder.glob("*.seg"))

    def size_bytes(self, number: int) -> int:
        """How long a file is; 0 where there is none."""
        try:
            return self._path(number).stat().st_size
        except FileNotFoundError:
            return 0

    def remove(self, number: int) -> None:
        """Takes away a file that nothing points to. Reads that have begun in it end well."""
        self._path(number).unlink(missing_ok=True)

    def close(self) -> None:
        """Lets go of all files."""
        with self._lock:
            self._open.clear()
        self._pending, self._pending_bytes = [], 0  # nobody points to what was never synced
        if self._writing is not None:
            os.close(self._writing)
            self._writing = None
