"""The journal: an append-only file of checked frames, one per run and writing process.

The bytes are drawn in `docs/formats/journal.md`. A file is the 8 bytes of `MAGIC`, then frames:

    byte 0       0xA7
    bytes 1-3    payload length, little endian, 1 .. 2^24 - 1
    bytes 4-7    CRC-32 of the payload, little endian
    bytes 8-     payload: one msgpack array, its first element the kind of record

Offsets are offsets in that file. A reader that meets bytes which are no frame looks for the next
place where a whole frame begins, so damage costs only the records it touches.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, NamedTuple
from zlib import crc32

import msgspec

MAGIC = b"GNOMONJ\x01"
"""The last byte is the version of the format."""

FRAME_MARK = 0xA7
HEADER_BYTES = 8
MAX_PAYLOAD_BYTES = (1 << 24) - 1

_MARK = bytes([FRAME_MARK])
_RECORD_STARTS = frozenset((*range(0x91, 0xA0), 0xDC, 0xDD))
"""How a msgpack array begins: with few, up to 65,535, or more elements."""
_MOST_TRIES = 1_000_000

_header = struct.Struct("<II")
_decoder = msgspec.msgpack.Decoder()


class Kind(IntEnum):
    """The first element of a record, and what follows it."""

    BEGIN = 1
    """`{journal, writer, entity, project, run, host, pid, started_at, sdk, label?, joins?, ...}`; the first one."""
    RUN = 2
    """`{name?, notes?, tags?, group?, job_type?, program?, host?, metadata?, client?, preempting?}`: set what is
    given."""
    CONFIG = 3
    """`{key: value}, [removed keys]`: top-level keys, each replaced whole."""
    SUMMARY = 4
    """`{key: value}, [removed keys]`: set by the user, stands until the key is logged again."""
    SCHEMA = 5
    """`id, [keys]`: what the values of the following rows with this id are called."""
    ROW = 6
    """`schema id, step, time, value, value, ...`"""
    METRIC = 7
    """A `MetricRule` as a map, with `overwrite`."""
    CONSOLE = 8
    """`line, time, stream (1 stdout, 2 stderr), text`; a line given again replaces the earlier one."""
    EXIT = 9
    """`{state, exit_code, time, reason?}`"""
    FILE = 10
    """`{path, source?, raw?, policy?}`: a file of the run to be uploaded; see `docs/formats/journal.md`."""
    SYSTEM = 11
    """`time, {key: number}`: one sample of the machine."""
    LOST = 12
    """`{what, count, reason}`: what could not be kept, so that the gap is known."""
    ARTIFACT = 13
    """`{client_id, name, type, manifest, ...}`: a version the shipper makes; the server steps over it."""
    ALERT = 14
    """`{title, text, severity, time, wait_secs}`"""


class Frame(NamedTuple):
    """A whole frame: where it begins and ends in the file, and its payload."""

    start: int
    end: int
    payload: memoryview


def frame(payload: bytes) -> bytes:
    """The bytes of one frame. Raises ValueError where the payload is empty or over `MAX_PAYLOAD_BYTES`."""
    size = len(payload)
    if not 0 < size <= MAX_PAYLOAD_BYTES:
        raise ValueError(f"a journal record has 1 to {MAX_PAYLOAD_BYTES} bytes, not {size}")
    return _header.pack(size << 8 | FRAME_MARK, crc32(payload)) + payload


def frames(data: bytes | bytearray | memoryview, start: int = 0) -> Iterator[Frame]:
    """The whole frames in `data`, a piece of a journal that begins at file offset `start`.

    The magic at file offset 0 is stepped over. Damaged stretches are stepped over to the next whole
    frame; a frame cut short by the end of `data` is not given (its bytes may still arrive).
    """
    view = memoryview(data)
    total = len(view)
    at = len(MAGIC) if start == 0 else 0
    search: _Search | None = None
    while at + HEADER_BYTES <= total:
        word, check = _header.unpack_from(view, at)
        end = at + HEADER_BYTES + (word >> 8)
        if word & 0xFF == FRAME_MARK and word >> 8 and end <= total:
            payload = view[at + HEADER_BYTES : end]
            if crc32(payload) == check:
                yield Frame(start + at, start + end, payload)
                at = end
                continue
        search = search or _Search(data)
        following = search.next_frame(at + 1)
        if following is None:
            return
        at = following


def undecided(data: bytes | bytearray | memoryview, at: int = 0) -> int:
    """Where the first frame from `at` on begins that the end of `data` may have cut short; `len(data)` if none does.

    What lies before it and is no whole frame is damage that no further bytes can mend.
    """
    raw = data if isinstance(data, (bytes, bytearray)) else bytes(data)
    total = len(raw)
    found = raw.find(_MARK, max(at, total - HEADER_BYTES - MAX_PAYLOAD_BYTES))
    for _ in range(_MOST_TRIES):
        if found == -1:
            break
        if found + HEADER_BYTES > total:
            return found
        size = _header.unpack_from(raw, found)[0] >> 8
        body = found + HEADER_BYTES
        if body + size > total and (body == total or raw[body] in _RECORD_STARTS):
            return found
        found = raw.find(_MARK, found + 1)
    return total


def decode(payload: bytes | memoryview) -> list[Any]:
    """The record in a payload: a list whose first element is its `Kind`.

    Raises ValueError for a payload that is no record; one that passed its checksum never is, unless
    it was written by something else.
    """
    try:
        record = _decoder.decode(payload)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a journal record: {error}") from None
    if not isinstance(record, list) or not record or not isinstance(record[0], int):
        raise ValueError("not a journal record: it must be an array that begins with a number")
    return record


def version(head: bytes) -> int:
    """The format version in the first bytes of a journal. Raises ValueError where they are not a journal's."""
    if len(head) < len(MAGIC) or head[:7] != MAGIC[:7]:
        raise ValueError("this is not a Gnomon journal")
    return head[7]


class _Search:
    """Looks for whole frames between damage; its work is bounded, whatever the bytes are."""

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        self.data = data if isinstance(data, (bytes, bytearray)) else bytes(data)
        self.view = memoryview(self.data)
        # A stretch of damage made on purpose has a candidate at every byte, each asking for a checksum of megabytes.
        self.tries_left = _MOST_TRIES
        self.bytes_left = 1_000_000_000

    def next_frame(self, at: int) -> int | None:
        """Where the next whole frame begins, at or after `at`."""
        data, total = self.data, len(self.data)
        found = data.find(_MARK, at)
        while found != -1 and found + HEADER_BYTES < total and self.tries_left > 0 and self.bytes_left > 0:
            self.tries_left -= 1
            word, check = _header.unpack_from(data, found)
            body = found + HEADER_BYTES
            end = body + (word >> 8)
            if word >> 8 and end <= total and data[body] in _RECORD_STARTS:
                self.bytes_left -= end - body
                if crc32(self.view[body:end]) == check:
                    return found
            found = data.find(_MARK, found + 1)
        return None
