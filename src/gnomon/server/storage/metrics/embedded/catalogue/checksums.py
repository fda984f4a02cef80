"""Checksums over rows: SQLite itself does not notice flipped bits."""

from __future__ import annotations

from zlib import crc32

from gnomon.model.errors import Unavailable


def signed(data: bytes, *row: object) -> bytes:
    """Data with a checksum over it and the row it stands in: SQLite itself does not notice flipped bits."""
    return data + crc32(repr(row).encode(), crc32(data)).to_bytes(4, "little")


def checked(signed: bytes, *row: object) -> bytes:
    """The data again. Raises Unavailable where a bit of it or of its row has changed."""
    if not is_right(signed, *row):
        raise Unavailable(f"the catalogue of the metric store is damaged at the row {row!r:.200}")
    return signed[:-4]


def is_right(signed: object, *row: object) -> bool:
    """Whether neither the data nor the row has changed since they were signed."""
    if not isinstance(signed, bytes):  # a flipped bit makes a blob a text
        return False
    return crc32(repr(row).encode(), crc32(signed[:-4])).to_bytes(4, "little") == signed[-4:]
