"""What the commit log holds: one record an append, truncation or deletion. Drawn in `docs/formats/segments.md`.

The bytes of an append are also how its points wait in memory: a `Piece` looks into them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any, NamedTuple
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.points import Points, Values, checked, column_values
from gnomon.server.storage.metrics.store import Block, RunKey, Source

MAGIC = b"GNMR"
_header = struct.Struct("<4sIQQQII")
"""magic, body bytes, lsn, run, first seq, kind, CRC-32 of the body and then of the header before the CRC."""
HEADER_BYTES = _header.size
_size = struct.Struct("<I")

_packer = msgspec.msgpack.Encoder()
_unpacker = msgspec.msgpack.Decoder()


class Kind(IntEnum):
    """What a record does."""

    APPEND = 1
    TRUNCATE = 2
    DELETE = 3


class Part(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Rows with the same keys in the body of an append, as the head of the body describes them.

    Neither it nor a `Piece` can be part of a cycle. The collector of garbage would look at each of the hundreds of
    thousands that may wait, and stop the server for that long.
    """

    stream: str
    keys: tuple[str, ...]
    rows: int
    kinds: str
    """A letter a column: f float64, i int64, b bool, t text."""
    first: int
    """How many rows of the append come before."""
    places: bool
    """Whether the rows' places among the rows of their block follow the times."""
    at: tuple[int, ...]
    """Where steps, times, places (if any) and each column begin; the end last. Counted from the end of the head."""


class Record(NamedTuple):
    """A record of the log."""

    lsn: int
    run: RunKey
    seq: int
    kind: Kind
    body: bytes


def framed(record: Record) -> bytes:
    """The bytes of a record without its body, which follows them."""
    head = _header.pack(MAGIC, len(record.body), record.lsn, record.run, record.seq, record.kind, 0)[:-4]
    return head + _size.pack(crc32(head, crc32(record.body)))


def unpacked_header(head: bytes) -> tuple[bytes, int, int, int, int, int, int]:
    """Magic, bytes of the body, lsn, run, first seq, kind and checksum, as they lie there."""
    magic, size, lsn, run, seq, kind, check = _header.unpack(head)
    return magic, size, lsn, run, seq, kind, check


def records(data: bytes) -> Iterator[tuple[int, int, Record]]:
    """The whole records of a piece of log with where they begin and end; damaged bytes are stepped over."""
    at = 0
    while (found := data.find(MAGIC, at)) != -1 and found + HEADER_BYTES <= len(data):
        _, size, lsn, run, seq, kind, check = _header.unpack_from(data, found)
        start = found + HEADER_BYTES
        end = start + size
        if end <= len(data):
            body = data[start:end]
            if crc32(data[found : start - 4], crc32(body)) == check:
                yield found, end, Record(lsn, RunKey(run), seq, Kind(kind), body)
                at = end
                continue
        at = found + 1


def encode_append(source: Source, blocks: Sequence[Block]) -> tuple[bytes, int]:
    """The body of an append, and how many rows it has. Raises ValueError for blocks that are none."""
    parts: list[Part] = []
    data: list[bytes] = []
    base = 0
    for block in blocks:
        checked(block)
        rows = len(block.steps)
        whole: list[tuple[str, Values]] = []
        for key, column in zip(block.keys, block.columns, strict=True):
            values, places = column_values(column)
            if places is None:
                whole.append((key, values))
            elif len(places):
                parts.append(_part(block, [(key, values)], base, places, data))
        if whole and rows:
            parts.append(_part(block, whole, base, None, data))
        base += rows
    head = _packer.encode((source.journal, source.start, source.end, base, parts))
    aligned = bytes(-(4 + len(head)) % 8)
    return b"".join((_size.pack(len(head)), head, aligned, *data)), base


def _part(
    block: Block, columns: list[tuple[str, Values]], base: int, places: NDArray[np.intp] | None, data: list[bytes]
) -> Part:
    steps, times = block.steps, block.times
    chunks = []
    if places is not None:
        steps, times = steps[places], times[places]
        chunks.append(places.astype(np.int64).tobytes())
    chunks[:0] = [steps.astype(np.int64, copy=False).tobytes(), times.astype(np.float64, copy=False).tobytes()]
    kinds = ""
    for _, values in columns:
        kinds += {"f": "f", "i": "i", "b": "b", "O": "t"}[values.dtype.kind]
        if values.dtype == object:
            encoded = [text.encode("utf-8", "surrogatepass") for text in values]
            lengths = np.array([len(text) for text in encoded], "<u4").tobytes()
            chunks.append(lengths + b"".join(encoded))
        else:
            chunks.append(values.tobytes())
    at = []
    end = sum(map(len, data))
    for chunk in chunks:
        at.append(end)
        padded = chunk + bytes(-len(chunk) % 8)
        data.append(padded)
        end += len(padded)
    at.append(end)
    keys = tuple(key for key, _ in columns)
    return Part(block.stream, keys, len(steps), kinds, base, places is not None, tuple(at))


class Piece(msgspec.Struct, gc=False):
    """The points of an append that have the same keys, as they wait in memory."""

    lsn: int
    seq: int
    part: Part
    body: bytes
    start: int

    @property
    def rows(self) -> int:
        return self.part.rows

    @property
    def size_bytes(self) -> int:
        """About how much memory it takes."""
        return self.part.at[-1] - self.part.at[0] + 300 + 40 * len(self.part.at)

    def rows_of_key(self, column: int) -> Points:
        """The points of a column, in the order of logging."""
        steps, times, seqs = self.places()
        return Points(steps, times, seqs, self.values(column))

    def places(self) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
        """Steps, times and seqs."""
        rows = self.part.rows
        steps, times = self._numbers(0, np.int64), self._numbers(1, np.float64)
        if self.part.places:
            return steps, times, self._numbers(2, np.int64) + self.seq
        return steps, times, np.arange(self.seq, self.seq + rows, dtype=np.int64)

    def values(self, column: int) -> Values:
        """The values of a column."""
        kind = self.part.kinds[column]
        place = column + (3 if self.part.places else 2)
        if kind == "f":
            return self._numbers(place, np.float64)
        if kind == "i":
            return self._numbers(place, np.int64)
        if kind == "b":
            return self._numbers(place, np.bool_)
        lengths = self._numbers(place, np.uint32).tolist()
        at = self.start + self.part.at[place] + 4 * len(lengths)
        out = np.empty(len(lengths), object)
        for row, length in enumerate(lengths):
            out[row] = self.body[at : at + length].decode("utf-8", "surrogatepass")
            at += length
        return out

    def columns(self, first: int, end: int) -> NDArray[Any]:
        """The values of neighbouring columns that are all floats or all ints, a row a column."""
        kind = np.float64 if self.part.kinds[first] == "f" else np.int64
        at = self.start + self.part.at[first + (3 if self.part.places else 2)]
        flat = np.frombuffer(self.body, kind, (end - first) * self.part.rows, at)
        return flat.reshape(end - first, self.part.rows)

    def texts(self, column: int, *, first: bool) -> str:
        """The first or the last value of a column of text."""
        place = column + (3 if self.part.places else 2)
        lengths = self._numbers(place, np.uint32)
        at = self.start + self.part.at[place] + 4 * len(lengths)
        if not first:
            at += int(lengths[:-1].sum())
        return self.body[at : at + int(lengths[0 if first else -1])].decode("utf-8", "surrogatepass")

    def _numbers(self, place: int, kind: Any) -> NDArray[Any]:
        return np.frombuffer(self.body, kind, self.part.rows, self.start + self.part.at[place])

    def up_to(self, step: int) -> Piece | None:
        """What remains after a truncation; None is nothing."""
        steps, times, seqs = self.places()
        kept = np.flatnonzero(steps <= step)
        if len(kept) == len(steps):
            return self
        if len(kept) == 0:
            return None
        columns = tuple(self.values(at)[kept] for at in range(len(self.part.keys)))
        data: list[bytes] = []
        block = Block(self.part.stream, self.part.keys, steps[kept], times[kept], columns)
        part = _part(block, list(zip(self.part.keys, columns, strict=True)), 0, np.arange(len(kept)), data)
        data[2] = (seqs[kept] - self.seq).tobytes()
        return Piece(self.lsn, self.seq, part, b"".join(data), 0)


def decode_append(record: Record) -> tuple[Source, int, list[Piece]]:
    """From where an append came, how many rows it has, and its pieces."""
    (size,) = _size.unpack_from(record.body)
    journal, start, end, rows, parts = _unpacker.decode(record.body[4 : 4 + size])
    columns_from = 4 + size + -(4 + size) % 8
    pieces = []
    for stream, keys, count, kinds, first, places, at in parts:
        part = Part(stream, tuple(keys), count, kinds, first, places, tuple(at))
        pieces.append(Piece(record.lsn, record.seq + first, part, record.body, columns_from))
    return Source(journal, start, end), rows, pieces


def encode_truncate(stream: str, after_step: int) -> bytes:
    """The body of a truncation."""
    return _packer.encode((stream, after_step))


def decode_truncate(record: Record) -> tuple[str, int]:
    """The stream, and the last step that stays."""
    stream, after_step = _unpacker.decode(record.body)
    return str(stream), int(after_step)
