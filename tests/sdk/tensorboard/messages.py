"""Messages for the tests, written by hand as protocol buffers are."""

from __future__ import annotations

import struct


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def part(field: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def double(field: int, value: float) -> bytes:
    return varint(field << 3 | 1) + struct.pack("<d", value)


def float32(field: int, value: float) -> bytes:
    return varint(field << 3 | 5) + struct.pack("<f", value)


def event(step: int, *values: bytes, time: float = 1.5) -> bytes:
    return double(1, time) + number(2, step) + part(5, b"".join(part(1, value) for value in values))


def scalar(tag: str, value: float) -> bytes:
    return part(1, tag) + float32(2, value)


def tensor(tag: str, plugin: str, kind: int, shape: tuple[int, ...], content: bytes) -> bytes:
    dims = b"".join(part(2, number(1, size)) for size in shape)
    return part(1, tag) + part(8, number(1, kind) + part(2, dims) + content) + part(9, part(1, part(1, plugin)))
