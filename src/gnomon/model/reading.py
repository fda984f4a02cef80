"""What runs have logged, as programs read it: columns in frames, see `docs/formats/readings.md`.

An answer is frames, one after another: four bytes, little endian, that say how long the frame is, and a msgpack array
that begins with its kind.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from gnomon.model.history import Stream

ColumnKind = Literal["float", "int", "bool", "string", "json"]


class ReadQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rows of which runs, in step order; where a step was logged more than once, its last values.

    Both ends of `first` to `last` are in the range; None is open. Only rows that have each of `every` come. With
    `samples` at most so many come, an even choice with the first and the last row in it; with `limit` about so many,
    and where to go on.
    """

    runs: tuple[str, ...]
    keys: tuple[str, ...] | None = None
    every: tuple[str, ...] = ()
    stream: Stream = "history"
    first: int | None = None
    last: int | None = None
    samples: int | None = None
    limit: int | None = None
    times: bool = True
    """Whether to send when each row was logged."""


class ReadColumn(msgspec.Struct, frozen=True, array_like=True):
    """The values of a key: eight bytes each, little endian, for floats and ints, one byte for bools, else texts.

    `places` says which rows have one, as numbers of four bytes; None is all of them.
    """

    key: str
    kind: ColumnKind
    values: bytes | list[str]
    places: bytes | None = None


class ReadBatch(msgspec.Struct, frozen=True, array_like=True, tag="batch"):
    """Rows of a run: their steps (int64) and times (float64, Unix seconds), and a column for each key."""

    run: str
    steps: bytes
    times: bytes | None
    columns: list[ReadColumn]


class ReadRows(msgspec.Struct, frozen=True, array_like=True, tag="rows"):
    """Rows of a run as they were logged, each with `_step` and `_time`."""

    run: str
    rows: list[dict[str, Any]]


class ReadEnd(msgspec.Struct, frozen=True, array_like=True, tag="end"):
    """No more of a run comes in this answer; `next` is the first step that was left out."""

    run: str
    next: int | None = None


ReadFrame = ReadBatch | ReadRows | ReadEnd

_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(ReadFrame)
_length = struct.Struct("<I")


def encoded(frame: ReadFrame) -> bytes:
    """The bytes of one frame."""
    body = _encode(frame)
    return _length.pack(len(body)) + body


class Frames:
    """Takes an answer in pieces of any size, and gives the frames that are whole."""

    def __init__(self) -> None:
        self._held = bytearray()

    def take(self, data: bytes) -> Iterator[ReadFrame]:
        """The frames that these bytes complete. Raises msgspec.MsgspecError for what is no frame."""
        self._held += data
        at = 0
        view = memoryview(self._held)
        try:
            while at + 4 <= len(view):
                end = at + 4 + _length.unpack_from(view, at)[0]
                if end > len(view):
                    break
                frame: ReadFrame = _decoder.decode(view[at + 4 : end])
                at = end
                yield frame
        finally:
            view.release()
            del self._held[:at]

    @property
    def whole(self) -> bool:
        """Whether nothing of a frame is left over."""
        return not self._held
