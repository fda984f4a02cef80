"""The writer of a journal: whole frames, one `write` a call, never an exception.

The file is opened for appending, so a write of whole frames needs no lock against other threads, signal handlers or
finalisers: each lands in one piece. What cannot be written (disk full, I/O error) is held in memory, at most
`RING_BYTES`, and written when writing works again; what does not fit is counted and said in a LOST record.

After `fork` the child must not write into its parent's file (its schemas and steps go their own way), so `forked()`
lets go of it; the child's first write then opens `run-<pid>.journal` beside it. A child that writes nothing leaves
nothing.
"""

from __future__ import annotations

import os
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from zlib import crc32

import msgspec

from gnomon.protocol.journal import FRAME_MARK, HEADER_BYTES, MAGIC, MAX_PAYLOAD_BYTES, Kind, frame
from gnomon.sdk import guard

RING_BYTES = 64 << 20
RETRY_SECS = 0.25
PARKED_SECS = 5.0
"""How long the number of a closed journal's descriptor stays taken: another thread may be about to write to it."""

_encode = msgspec.msgpack.Encoder().encode
_header = struct.Struct("<II")
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
_SACRIFICE = (Kind.CONSOLE, Kind.ROW)
"""What is let go of first when the ring is full; records that later ones need are kept to the last."""

Write = Callable[[int, bytes], int]


def record(kind: Kind, *parts: Any) -> bytes:
    """The frame of one record. Raises what msgspec raises for values that are not plain, ValueError for huge ones."""
    return frame(_encode((kind.value, *parts)))


class Journal:
    """Appends frames to one run's journal. Every method may be called from anywhere at any time.

    `append(data)` takes one or several whole frames. When it has returned, they are in the file (in the page cache,
    which outlives the process), or in the ring when the disk refuses.
    """

    def __init__(self, folder: str, begin: Mapping[str, Any], *, write: Write = os.write, worker: bool = False) -> None:
        """Open `run.journal` in `folder` (`run-<pid>.journal` for a worker) and write what it begins with.

        Raises OSError where that is not possible.
        """
        self._folder = folder
        self._begin = dict(begin)
        self._write = write
        self._fd = -1
        self._ring: deque[bytes] | None = None
        """What could not be written, in order; None as long as writing works."""
        self._talk: deque[bytes] = deque()
        """Console lines that could not be written; their place among the rows does not matter."""
        self._kept: deque[bytes] = deque()
        """Schemas and the like of rows that were let go of: later rows need them."""
        self._held_bytes = 0
        self._ring_limit = RING_BYTES
        self._lost: dict[str, int] = {}
        self.lost: dict[str, int] = {}
        """How many records were let go of since the journal was opened, by kind."""
        self._flushing = False
        self._full = False
        self._retry_at = 0.0
        self._lock = threading.RLock()
        self._detached = worker
        self.closed = False
        self.id: str = begin["journal"]
        if not worker:
            self._fd = self._open("run.journal", self._begin)

    def append(self, data: bytes) -> None:
        """Write whole frames, in one `write`."""
        if self._ring is None:
            try:
                count = self._write(self._fd, data)
                if count == len(data):
                    return
                data = _unwritten(data, count)
                trouble: OSError | None = None
            except OSError as error:
                trouble = error
        else:
            trouble = None
        try:
            self._hold(data, trouble)
        except Exception as error:
            guard.report("keep a row", error)

    def fill_up(self) -> None:
        """The file has grown as large as it may: what comes now is held as if the disk were full."""
        with self._lock:
            self._full = True
            if self._ring is None:
                self._ring = deque()

    def forked(self) -> None:
        """In a child after `fork`: let go of the parent's file."""
        if self._fd >= 0:
            try:
                os.close(self._fd)
            except OSError:
                pass
        self._fd = -1
        self._lock = threading.RLock()
        self._ring, self._held_bytes, self._lost, self._flushing = None, 0, {}, False  # the parent's to write
        self._talk, self._kept = deque(), deque()
        self._detached = True

    def close(self) -> None:
        """Write what is held, if that is possible now, and close the file."""
        with self._lock:
            if self.closed:
                return
            self._full = False  # the last there is, and how the run ended
            if self._ring is not None:
                self._flush()
            if self._ring is not None:
                count = len(self._ring) + len(self._talk)
                guard.warn(f"{count} records could not be written to disk and are lost. {self._folder}")
            self.closed = True
            if self._fd >= 0:
                _park(self._fd)
                self._fd = -1

    def _open(self, name: str, begin: Mapping[str, Any]) -> int:
        descriptor = os.open(os.path.join(self._folder, name), _FLAGS, 0o644)
        try:
            self._write_all(descriptor, MAGIC + record(Kind.BEGIN, begin))
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _open_as_worker(self) -> None:
        pid = os.getpid()
        begin = {
            **self._begin,
            "journal": os.urandom(16).hex(),
            "writer": f"main-{pid}",
            "pid": pid,
            "started_at": time.time(),
        }
        self._fd = self._open(f"run-{pid}.journal", begin)
        self.id = begin["journal"]
        self._detached = False

    def _write_all(self, descriptor: int, data: bytes) -> None:
        while data:
            data = data[self._write(descriptor, data) :]

    def _hold(self, data: bytes, trouble: OSError | None) -> None:
        """The slow side of `append`: a forked child's first write, a full disk, a short write."""
        with self._lock:
            if self.closed:
                return
            if self._detached:
                try:
                    self._open_as_worker()
                    self._write_all(self._fd, data)
                    return
                except OSError as error:
                    trouble = error
            if self._ring is None:
                self._ring = deque()
                if trouble is not None:
                    self._wait_for_disk(trouble)
            (self._talk if _kind(data) == Kind.CONSOLE else self._ring).append(data)
            self._held_bytes += len(data)
            while self._held_bytes > self._ring_limit and self._let_go():
                pass
            if not self._flushing and time.monotonic() >= self._retry_at:
                self._flush()

    def _flush(self) -> None:
        """Write what is held, in order, as far as the disk takes it."""
        if self._ring is None or self._full:
            return
        self._flushing = True
        try:
            if self._detached:
                self._open_as_worker()
            for held in (self._kept, self._ring, self._talk):
                while held:
                    data = held[0]
                    rest = _unwritten(data, self._write(self._fd, data))
                    self._held_bytes -= len(data) - len(rest)
                    if rest:
                        held[0] = rest
                    else:
                        held.popleft()
            while self._lost:
                what, count = next(iter(self._lost.items()))
                self._write_all(self._fd, record(Kind.LOST, {"what": what, "count": count, "reason": "disk full"}))
                del self._lost[what]
            self._ring, self._held_bytes = None, 0
        except OSError as error:
            self._wait_for_disk(error)
        finally:
            self._flushing = False

    def _wait_for_disk(self, trouble: OSError) -> None:
        self._retry_at = time.monotonic() + RETRY_SECS
        guard.warn_once(
            f"journal {self._folder}",
            f"rows cannot be written to disk ({trouble.strerror}); they are held in memory until that works again. "
            f"{self._folder}",
        )

    def _let_go(self) -> bool:
        """Make room: forget the oldest console lines, or where there are none the oldest rows; schemas are kept."""
        held = self._talk or self._ring
        if not held:
            return False
        data = held.popleft()
        self._held_bytes -= len(data)
        for piece in _pieces(data):
            kind = _kind(piece)
            if kind in _SACRIFICE:
                what = Kind(kind).name.lower()
                self._lost[what] = self._lost.get(what, 0) + 1
                self.lost[what] = self.lost.get(what, 0) + 1
            else:
                self._kept.append(piece)
                self._held_bytes += len(piece)
        return True


class NoJournal:
    """Stands in for a journal where nothing is to be kept."""

    id = ""
    closed = False

    def append(self, data: bytes) -> None:
        """Forget the frames."""

    def fill_up(self) -> None:
        """There is no file."""

    def forked(self) -> None:
        """Nothing to let go of."""

    def close(self) -> None:
        """Nothing to close."""


_parked: deque[tuple[float, int]] = deque()


def _park(descriptor: int) -> None:
    """Close a file, but not the number of its descriptor: that would soon be some other file's.

    A thread that has looked up the number and not written yet then writes into nothing, not into somebody's checkpoint.
    """
    try:
        nowhere = os.open(os.devnull, _FLAGS)
        os.dup2(nowhere, descriptor, inheritable=False)
        os.close(nowhere)
    except OSError:  # no descriptor is left: then this one is needed
        os.close(descriptor)
    else:
        _parked.append((time.monotonic(), descriptor))
    while _parked and _parked[0][0] < time.monotonic() - PARKED_SECS:
        os.close(_parked.popleft()[1])


def framed(payload: bytes) -> bytes:
    """The frame of a payload that is known to be neither empty nor too large."""
    return _header.pack(len(payload) << 8 | FRAME_MARK, crc32(payload)) + payload


def fits(payload: bytes) -> bool:
    """Can this be one frame?"""
    return len(payload) <= MAX_PAYLOAD_BYTES


def _pieces(data: bytes) -> list[bytes]:
    """Whole frames, one by one."""
    found = []
    at = 0
    while at < len(data):
        (word,) = struct.unpack_from("<I", data, at)
        end = at + HEADER_BYTES + (word >> 8)
        found.append(data[at:end])
        at = end
    return found


def _unwritten(data: bytes, count: int) -> bytes:
    """The frames of which the first `count` bytes do not hold all: they are written again, whole."""
    at = 0
    for piece in _pieces(data):
        if at + len(piece) > count:
            break
        at += len(piece)
    return data[at:]


def _kind(data: bytes) -> int:
    """The kind of the record in the first frame."""
    array = data[HEADER_BYTES]
    return data[HEADER_BYTES + (1 if array & 0xF0 == 0x90 else 3 if array == 0xDC else 5)]
