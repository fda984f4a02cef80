"""A row of the catalogue of which one bit has changed, as it was: the one that is a bit away and has the checksum."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zlib import crc32

MOST_BYTES = 4096
"""Longer data are not tried bit by bit."""
_WIDTHS = (1, 2, 3, 4, 6, 8)
"""Of the integers in SQLite's files."""


def mended(signed: object, row: tuple[Any, ...]) -> tuple[bytes, tuple[Any, ...]] | None:
    """Data and row before a bit of them, or of their checksum, was flipped; None where that is not what happened.

    A CRC-32 tells all single flips in so few bytes apart, so there is never more than one answer.
    """
    if not isinstance(signed, bytes) or not 4 <= len(signed) <= MOST_BYTES:
        return None
    data, check = signed[:-4], int.from_bytes(signed[-4:], "little")
    whole = repr(row).encode()
    if (crc32(whole, crc32(data)) ^ check).bit_count() <= 1:
        return data, row
    for flipped in _bytes_flipped(data):
        if crc32(whole, crc32(flipped)) == check:
            return flipped, row
    before = crc32(data)
    for at, value in enumerate(row):
        for other in _flipped(value):
            candidate = (*row[:at], other, *row[at + 1 :])
            if crc32(repr(candidate).encode(), before) == check:
                return data, candidate
    return None


def _bytes_flipped(data: bytes) -> Iterator[bytes]:
    changed = bytearray(data)
    for at in range(len(data)):
        for bit in range(8):
            changed[at] ^= 1 << bit
            yield bytes(changed)
            changed[at] ^= 1 << bit


def _flipped(value: Any) -> Iterator[Any]:
    if isinstance(value, str):
        for data in _bytes_flipped(value.encode("utf-8", "surrogatepass")):
            try:
                yield data.decode("utf-8", "surrogatepass")
            except UnicodeDecodeError:
                continue
    elif isinstance(value, int):
        for width in _WIDTHS:
            if -(1 << 8 * width - 1) <= value < 1 << 8 * width - 1:
                for data in _bytes_flipped(value.to_bytes(width, "big", signed=True)):
                    yield int.from_bytes(data, "big", signed=True)
