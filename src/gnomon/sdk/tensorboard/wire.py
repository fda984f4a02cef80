"""The wire format of protocol buffers, read without their library."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_double = struct.Struct("<d").unpack_from
_float = struct.Struct("<f").unpack_from

Field = tuple[int, int, Any]
"""Number, wire type, and the value: an int, or bytes (four or eight of them where it is of a fixed size)."""


class BadMessage(ValueError):
    """These bytes are no message."""


def fields(data: bytes) -> Iterator[Field]:
    """The fields of a message, in their order. Raises BadMessage.

    >>> list(fields(bytes([0x08, 0x96, 0x01, 0x12, 0x02, 0x68, 0x69])))
    [(1, 0, 150), (2, 2, b'hi')]
    """
    at, end = 0, len(data)
    while at < end:
        tag, at = varint(data, at)
        number, kind = tag >> 3, tag & 7
        if number == 0:
            raise BadMessage("a field without a number")
        if kind == VARINT:
            value, at = varint(data, at)
            yield number, kind, value
            continue
        if kind == BYTES:
            size, at = varint(data, at)
        elif kind == FIXED64:
            size = 8
        elif kind == FIXED32:
            size = 4
        else:
            raise BadMessage(f"a field of the unknown kind {kind}")
        if at + size > end:
            raise BadMessage("a field longer than its message")
        yield number, kind, data[at : at + size]
        at += size


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at this place, and where the next thing begins."""
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise BadMessage("a number without an end")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def message(data: bytes) -> dict[int, list[Any]]:
    """All fields of a message by number, each with its values in their order. Raises BadMessage."""
    found: dict[int, list[Any]] = {}
    for number, _, value in fields(data):
        found.setdefault(number, []).append(value)
    return found


def signed(value: int) -> int:
    """An int64 as it was meant.

    >>> signed(2**64 - 1)
    -1
    """
    return value - (1 << 64) if value >= 1 << 63 else value


def double(value: bytes) -> float:
    """A double. Raises BadMessage."""
    return _only(value, 8, _double)


def float32(value: bytes) -> float:
    """A float. Raises BadMessage."""
    return _only(value, 4, _float)


def text(values: Mapping[int, list[Any]], number: int) -> str:
    """A field that is text; empty where it is missing."""
    found = values.get(number)
    return found[-1].decode("utf-8", "replace") if found and isinstance(found[-1], bytes) else ""


def numbers(values: list[Any], letter: str) -> list[Any]:
    """A repeated field of numbers of this `struct` letter (`d`, `f`), packed or not. Raises BadMessage."""
    size = struct.calcsize(letter)
    joined = b"".join(value for value in values if isinstance(value, bytes))
    if len(joined) % size:
        raise BadMessage("numbers that are cut off")
    return list(struct.unpack(f"<{len(joined) // size}{letter}", joined))


def varints(values: list[Any]) -> list[int]:
    """A repeated field of whole numbers, packed or not. Raises BadMessage."""
    found: list[int] = []
    for value in values:
        if isinstance(value, int):
            found.append(signed(value))
            continue
        at = 0
        while at < len(value):
            number, at = varint(value, at)
            found.append(signed(number))
    return found


def _only(value: Any, size: int, unpack: Any) -> float:
    if not isinstance(value, bytes) or len(value) != size:
        raise BadMessage("a number of another kind")
    return float(unpack(value)[0])
