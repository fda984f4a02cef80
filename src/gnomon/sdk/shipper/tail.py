"""Collect: what lies in a journal that is still being written, cut at frame boundaries.

A tail reads on from where it stopped, notes where frames end and how many rows lie before, and hands out
any stretch between two such places. Rows are not decoded here; the server checks them.
"""

from __future__ import annotations

import os
import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from gnomon.protocol import journal
from gnomon.protocol.journal import FRAME_MARK, HEADER_BYTES, MAGIC, Kind

READ_BYTES = 1 << 20
NOTE_EVERY_BYTES = 1 << 14
DAMAGE_READ_BYTES = 48 << 20
"""How far ahead a whole frame is looked for behind damage: more than two frames of the largest size."""

_header = struct.Struct("<II")
_PLAIN_KINDS = frozenset((Kind.ROW, Kind.SCHEMA, Kind.CONSOLE, Kind.SYSTEM))


class Batch(NamedTuple):
    """Whole frames of a journal: where they begin and end in it, and their bytes."""

    start: int
    end: int
    data: bytes


class Tail:
    """One journal. `poll()` is for one thread; `batch()` and the numbers may be read by another."""

    def __init__(self, path: Path, on_record: Callable[[list[Any]], None] | None = None) -> None:
        self.path = path
        self.name = path.name
        self.whole = 0
        """Where the last whole frame ends: what is owed to the server is everything before it."""
        self.rows = 0
        self.damaged_bytes = 0
        self._on_record = on_record
        self._ends = array("Q")
        self._rows_before = array("Q")
        self._size_seen = -1
        self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._fd)

    def size(self) -> int:
        """How many bytes the file has now."""
        return os.fstat(self._fd).st_size

    def sync(self) -> None:
        """Have the disk write what is in the file. Raises OSError."""
        getattr(os, "fdatasync", os.fsync)(self._fd)

    def poll(self, final: bool = False) -> bool:
        """Read what was added; True where there was something. `final` says that nobody writes any more."""
        size = self.size()
        if size == self._size_seen and not (final and self.whole < size):
            return False
        before = self.whole
        while self._read_on(size, final):
            pass
        self._size_seen = size
        return self.whole > before

    def batch(self, start: int, limit_bytes: int) -> Batch | None:
        """The frames from `start` on, at most `limit_bytes` of them but at least one; None where nothing is owed."""
        whole = self.whole
        if start >= whole:
            return None
        end = whole
        if whole - start > limit_bytes:
            at = bisect_right(self._ends, start + limit_bytes) - 1
            if at < 0 or self._ends[at] <= start:
                at = bisect_right(self._ends, start)
            if at < len(self._ends):
                end = min(self._ends[at], whole)
        return Batch(start, end, os.pread(self._fd, end - start, start))

    def rows_before(self, offset: int) -> int:
        """How many rows end before the offset."""
        if offset >= self.whole:
            return self.rows
        at = bisect_left(self._ends, offset + 1) - 1
        place, rows = (self._ends[at], self._rows_before[at]) if at >= 0 else (0, 0)
        if place >= offset:
            return rows
        data = os.pread(self._fd, min(offset - place, READ_BYTES), place)
        return rows + sum(_is_row(found.payload) for found in journal.frames(data, place))

    def _read_on(self, size: int, final: bool) -> bool:
        """Walk one stretch; True where there may be more to walk now."""
        start = self.whole or (len(MAGIC) if size >= len(MAGIC) else 0)
        left = size - start
        if start == 0 or left <= 0:
            return False
        data = os.pread(self._fd, min(left, READ_BYTES), start)
        end, needed = self._walk(data, start)
        if end > start:
            self._advance(end)
            return end < size
        if 0 < needed <= left:  # one frame larger than a stretch
            data = os.pread(self._fd, needed, start)
            end, _ = self._walk(data, start)
            if end > start:
                self._advance(end)
                return end < size
        if needed > left and not final:
            return False  # a frame that is being written, or was cut: more bytes will tell
        return self._step_over(start, left)

    def _walk(self, data: bytes, start: int) -> tuple[int, int]:
        """Go from header to header: where the last whole frame ends, and the bytes the next one needs (0: damage)."""
        at, before, total, unpack = 0, 0, len(data), _header.unpack_from
        rows, noted = self.rows, self._ends[-1] if self._ends else 0
        while True:
            if at + HEADER_BYTES > total:
                needed = HEADER_BYTES
                break
            word = unpack(data, at)[0]
            size = word >> 8
            if word & 0xFF != FRAME_MARK or not size:
                needed = 0
                if before < at and crc32(data[before + HEADER_BYTES : at]) != unpack(data, before)[1]:
                    # A frame cut short by a full disk and written again: the damage begins with it.
                    rows -= data[before + HEADER_BYTES + 1] == Kind.ROW
                    at = before
                break
            end = at + HEADER_BYTES + size
            if end > total:
                needed = end - at
                break
            body = at + HEADER_BYTES
            first = data[body]
            kind = data[body + 1] if 0x90 <= first <= 0x9F and size > 1 else data[body + 3] if first == 0xDC else 0
            if kind == 6:
                rows += 1
            elif kind not in _PLAIN_KINDS:
                self._give(data[body:end], unpack(data, at)[1])
            before, at = at, end
            if start + at - noted >= NOTE_EVERY_BYTES:
                noted = start + at
                self._note(noted, rows)
        self.rows = rows
        return start + at, needed

    def _step_over(self, start: int, left: int) -> bool:
        """Look for the next whole frame behind damage, and go on after it."""
        for reach in (READ_BYTES, DAMAGE_READ_BYTES):
            found = next(journal.frames(os.pread(self._fd, min(left, reach), start), start), None)
            if found is None:
                continue
            payload = bytes(found.payload)
            self.damaged_bytes += found.start - start
            if _is_row(payload):
                self.rows += 1
            else:
                self._give(payload, None)
            self._advance(found.end)
            self._note(found.end, self.rows)
            return True
        return False

    def _give(self, payload: bytes, check: int | None) -> None:
        if self._on_record is None or (check is not None and crc32(payload) != check):
            return
        try:
            record = journal.decode(payload)
        except ValueError:
            return
        self._on_record(record)

    def _advance(self, end: int) -> None:
        self.whole = end

    def _note(self, end: int, rows: int) -> None:
        self._rows_before.append(rows)
        self._ends.append(end)


def _is_row(payload: bytes | memoryview) -> bool:
    """Whether a record is a row, told without decoding it."""
    at = 3 if payload[0] == 0xDC else 1
    return len(payload) > at and payload[at] == Kind.ROW
