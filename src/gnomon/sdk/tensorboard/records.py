"""Event files: records one after the other, read while somebody still writes them.

A record is the length of its data (8 bytes), a checksum of the length, the data, and a checksum of the data. Files on
network disks may show zeros for a while where data is on its way, so a record that does not check is read again later
from its beginning; whoever reads never takes damage for the end.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

HEADER_BYTES = 12
FOOTER_BYTES = 4
CHECKED_BYTES = 64 << 10
"""Records up to this size are checked byte by byte; larger ones where a page of them is all zeros."""

PAGE = bytes(4096)
READ_BYTES = 4 << 20
MAX_RECORD_BYTES = 1 << 30

_header = struct.Struct("<QI").unpack_from
_footer = struct.Struct("<I").unpack_from


def _table() -> tuple[int, ...]:
    def entry(value: int) -> int:
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        return value

    return tuple(entry(value) for value in range(256))


_TABLE = _table()


def crc32c(data: bytes) -> int:
    """The checksum of Castagnoli.

    >>> hex(crc32c(b"123456789"))
    '0xe3069283'
    """
    table, crc = _TABLE, 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def masked(data: bytes) -> int:
    """The checksum as event files have it."""
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def record(data: bytes) -> bytes:
    """Data as a record."""
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked(length)) + data + struct.pack("<I", masked(data))


class EventFile:
    """A file that is read as it grows. `at` is where the next record begins."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.at = 0
        self.damaged = False
        """Whether the next record is there in full and does not check."""

    def new(self) -> Iterator[bytes]:
        """The data of every record that has come whole since. A missing file has none."""
        self.damaged = False
        try:
            with open(self.path, "rb") as file:
                if os.fstat(file.fileno()).st_size <= self.at:
                    return
                file.seek(self.at)
                yield from self._read(file.read(READ_BYTES), file.read)
        except FileNotFoundError:
            return

    def _read(self, held: bytes, more: object) -> Iterator[bytes]:
        start = 0
        while True:
            needed = HEADER_BYTES
            if len(held) - start >= needed:
                length, check = _header(held, start)
                if masked(held[start : start + 8]) != check or length > MAX_RECORD_BYTES:
                    self.damaged = True
                    return
                needed = HEADER_BYTES + length + FOOTER_BYTES
                if len(held) - start >= needed:
                    data = held[start + HEADER_BYTES : start + needed - FOOTER_BYTES]
                    if not _checks(data, _footer(held, start + needed - FOOTER_BYTES)[0]):
                        self.damaged = True
                        return
                    start += needed
                    self.at += needed
                    yield data
                    continue
            added: bytes = more(max(needed - (len(held) - start), READ_BYTES))  # type: ignore[operator]
            if not added:
                return
            held, start = held[start:] + added, 0

    def pass_over(self) -> bool:
        """Go on behind damage, to the next record that checks; for files that nobody writes any more.

        False where there is none.
        """
        with open(self.path, "rb") as file:
            file.seek(self.at)
            held = file.read()
        at = 1
        while len(held) - at >= HEADER_BYTES + FOOTER_BYTES:
            if not held[at]:  # a hole; a length may begin with some of its zeros
                rest = held[at:].lstrip(b"\0")
                at = max(at, len(held) - len(rest) - 7)
            for start in range(at, min(at + 8, len(held) - HEADER_BYTES)):
                if self._is_record(held, start):
                    self.at += start
                    return True
            at += 8
        return False

    @staticmethod
    def _is_record(held: bytes, at: int) -> bool:
        length, check = _header(held, at)
        end = at + HEADER_BYTES + int(length)
        if end + FOOTER_BYTES > len(held) or masked(held[at : at + 8]) != check:
            return False
        return masked(held[at + HEADER_BYTES : end]) == int(_footer(held, end)[0])


def _checks(data: bytes, check: int) -> bool:
    if len(data) <= CHECKED_BYTES or PAGE in data:
        return masked(data) == check
    return True
