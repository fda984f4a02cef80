"""The fast road: consecutive rows of one schema whose frames have the same shape, read as one numpy table. Pure.

A loop that logs the same numbers each step writes frames that differ in nothing but the digits. Such a stretch is
checked and transposed by numpy, some ten times faster than row by row; only the checksums are taken one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from gnomon.protocol.journal import HEADER_BYTES, Kind

MIN_ROWS = 16
"""A shorter stretch is not worth the set-up."""

_FIXED: dict[int, tuple[str, int]] = {
    0xCA: (">f4", 4), 0xCB: (">f8", 8),
    0xCC: ("u1", 1), 0xCD: (">u2", 2), 0xCE: (">u4", 4), 0xCF: (">u8", 8),
    0xD0: ("i1", 1), 0xD1: (">i2", 2), 0xD2: (">i4", 4), 0xD3: (">i8", 8),
}  # fmt: skip
_INTEGERS = frozenset((0x00, 0xE0, 0xCC, 0xCD, 0xCE, 0xD0, 0xD1, 0xD2, 0xD3))
"""Codes of integers that always fit into int64."""
MAX_TIME = 1e15
"""What is beyond was no time in seconds; 0 stands for it."""


class Stretch(NamedTuple):
    """`rows` rows that end at byte `end` of the data."""

    schema: int
    rows: int
    end: int
    steps: NDArray[np.int64]
    times: NDArray[np.float64]
    columns: tuple[NDArray[Any], ...]


class _Field(NamedTuple):
    code: int
    """The msgpack type byte; for numbers that fit into it, 0x00 (0 to 127), 0xE0 (-32 to -1) or 0xC2 (bools)."""
    at: int
    """Where the type byte stands in the frame."""


def stretch(data: bytes, at: int, limit: int, accepts: Callable[[int, int], bool]) -> Stretch | None:
    """The rows shaped like the frame at `at` that follow one another from there, at most `limit`.

    None where they are too few, are not rows of plain numbers, are damaged within the first ones, or where
    `accepts(schema, number of values)` says no; the slow road knows what to do then. Costs no more than some times
    what it takes.
    """
    head = data[at : at + 4]
    size = HEADER_BYTES + int.from_bytes(head[1:4], "little")
    most = min(limit, (len(data) - at) // size)
    if most < MIN_ROWS or data[at + size * (MIN_ROWS - 1) : at + size * (MIN_ROWS - 1) + 4] != head:
        return None
    fields = _fields(data[at : at + size])
    if fields is None:
        return None
    schema = int(_values(data, at, size, 1, fields[0])[0])
    if not accepts(schema, len(fields) - 3):
        return None
    rows = _sound(data, at, size, most, fields)
    if rows < MIN_ROWS:
        return None
    steps, times, *columns = (_values(data, at, size, rows, field) for field in fields[1:])
    times = times.astype(np.float64, copy=False)
    times[~(np.abs(times) < MAX_TIME)] = 0.0
    return Stretch(schema, rows, at + size * rows, steps, times, tuple(columns))


def _fields(frame: bytes) -> list[_Field] | None:
    """Where schema id, step, time and values stand in a ROW frame; None where the record is something else."""
    at = HEADER_BYTES
    first = frame[at]
    if 0x94 <= first <= 0x9F:
        count, at = first & 0x0F, at + 1
    elif first == 0xDC and len(frame) > at + 3:
        count, at = int.from_bytes(frame[at + 1 : at + 3], "big"), at + 3
    else:
        return None
    if count < 4 or at >= len(frame) or frame[at] != Kind.ROW:
        return None
    at += 1
    fields = []
    for _ in range(count - 1):
        if at >= len(frame):
            return None
        code = frame[at]
        if code <= 0x7F:
            fields.append(_Field(0x00, at))
            at += 1
        elif code >= 0xE0:
            fields.append(_Field(0xE0, at))
            at += 1
        elif code in (0xC2, 0xC3):
            fields.append(_Field(0xC2, at))
            at += 1
        elif code in _FIXED:
            fields.append(_Field(code, at))
            at += 1 + _FIXED[code][1]
        else:
            return None
    if at != len(frame) or any(field.code not in _INTEGERS for field in fields[:2]) or fields[2].code == 0xC2:
        return None
    return fields


def _sound(data: bytes, at: int, size: int, most: int, fields: list[_Field]) -> int:
    """How many frames from `at` on have the header, schema and types of the first, and the checksum they claim."""
    schema = fields[0]
    fixed = [0, 1, 2, 3, *range(HEADER_BYTES, fields[1].at)]
    fixed.extend(field.at for field in fields[1:] if field.code in _FIXED)
    places = np.array(sorted(fixed))
    wanted = np.frombuffer(data, np.uint8, size, at)[places]
    ranges = [(field.at, *_RANGE[field.code]) for field in fields if field.code not in _FIXED and field is not schema]
    length = size - HEADER_BYTES
    taken, step = 0, 256
    while taken < most:
        rows = min(step, most - taken)
        begin = at + taken * size
        table = np.frombuffer(data, np.uint8, rows * size, begin).reshape(rows, size)
        good = (table[:, places] == wanted).all(axis=1)
        for place, low, high in ranges:
            good &= (table[:, place] >= low) & (table[:, place] <= high)
        if not good.all():
            rows = int(np.argmin(good))
        claimed: NDArray[np.uint32] = np.ndarray((rows,), "<u4", data, begin + 4, (size,))
        bodies = range(begin + HEADER_BYTES, begin + rows * size, size)
        found = np.fromiter((crc32(data[body : body + length]) for body in bodies), np.uint32, rows)
        intact = claimed == found
        if not intact.all():
            return taken + int(np.argmin(intact))
        taken += rows
        if not good.all():
            break
        step *= 4
    return taken


_RANGE = {0x00: (0x00, 0x7F), 0xE0: (0xE0, 0xFF), 0xC2: (0xC2, 0xC3)}


def _values(data: bytes, at: int, size: int, rows: int, field: _Field) -> NDArray[Any]:
    """One field of all the rows as an aligned column of float64, int64 or bool."""
    if field.code in _FIXED:
        kind, _ = _FIXED[field.code]
        raw: NDArray[Any] = np.ndarray((rows,), kind, data, at + field.at + 1, (size,))
        as_float = kind[1] == "f" or (field.code == 0xCF and int(raw.max()) >= 1 << 63)
        return raw.astype(np.float64 if as_float else np.int64)
    small: NDArray[Any] = np.ndarray((rows,), "i1" if field.code == 0xE0 else "u1", data, at + field.at, (size,))
    return small == 0xC3 if field.code == 0xC2 else small.astype(np.int64)
