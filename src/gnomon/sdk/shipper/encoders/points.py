"""Raw points to `pts.json` files, away from the training process."""

from __future__ import annotations

import struct
from array import array
from typing import Any

import msgspec

KINDS = {"d": 8, "q": 8}
"""Floats and whole numbers of 64 bits, in this machine's order."""


def packed(rest: Any, numbers: bytes) -> bytes:
    """Raw bytes for `encode`: what the scene says besides its points (None for a cloud alone), and their numbers."""
    head = msgspec.json.encode(rest)
    return struct.pack("<I", len(head)) + head + numbers


def encode(data: bytes, raw: dict[str, Any]) -> bytes:
    """A list of rows of `columns` numbers of `kind`, alone or as the `points` of a scene. Raises ValueError."""
    kind, columns = str(raw.get("kind")), int(raw.get("columns") or 0)
    if len(data) < 4 or kind not in KINDS or columns < 1:
        raise ValueError("these bytes are no points")
    start = 4 + int(struct.unpack("<I", data[:4])[0])
    if (len(data) - start) % (KINDS[kind] * columns) or start > len(data):
        raise ValueError(f"{len(data) - start} bytes are no rows of {columns} numbers")
    scene = msgspec.json.decode(data[4:start])
    numbers = array(kind)
    numbers.frombytes(data[start:])
    flat = numbers.tolist()
    points = [flat[at : at + columns] for at in range(0, len(flat), columns)]
    return msgspec.json.encode(points if scene is None else {**scene, "points": points})
