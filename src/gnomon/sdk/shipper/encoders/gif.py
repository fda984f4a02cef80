"""Frames to an animated GIF: with Pillow, or as plainly as the format allows.

Without Pillow colours are rounded to five levels a channel, and pixels are not packed: where the table of codes is
cleared before it grows, each code is one byte, the pixel itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from typing import Any

LEVELS = 5
CLEAR, END = 128, 129
RUN = 120
"""Pixels between two CLEAR codes; with 126 the codes would grow."""
SHORTEST = 2
"""Hundredths of a second: browsers slow down what is shorter."""


def gif(data: bytes, width: int, height: int, mode: str, fps: float) -> bytes:
    """A GIF that goes round for ever; the frames are `L` or `RGB`, one after another."""
    hundredths = max(SHORTEST, round(100 / fps))
    frames = _frames(data, width * height * len(mode))
    try:
        pil: Any = import_module("PIL.Image")
    except ImportError:
        return plain_gif(frames, width, height, mode, hundredths)
    pictures = (pil.frombytes(mode, (width, height), frame) for frame in frames)
    made = BytesIO()
    next(pictures).save(
        made, format="GIF", save_all=True, append_images=pictures, duration=10 * hundredths, loop=0, optimize=False
    )
    return made.getvalue()


def plain_gif(frames: Iterator[bytes], width: int, height: int, mode: str, hundredths: int) -> bytes:
    """The same without Pillow."""
    parts = [
        b"GIF89a" + struct.pack("<HHBBB", width, height, 0b11110110, 0, 0),
        _palette(mode),
        b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00",
    ]
    for frame in frames:
        places = _grey(frame) if mode == "L" else _coloured(frame)
        parts.append(b"\x21\xf9\x04\x04" + struct.pack("<H", hundredths) + b"\x00\x00")
        parts.append(b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x07")
        parts.append(_blocks(_codes(places)))
    return b"".join(parts) + b"\x3b"


def _frames(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def _palette(mode: str) -> bytes:
    """128 colours."""
    if mode == "L":
        return bytes(level for place in range(128) for level in [place * 255 // 127] * 3)
    levels = [place * 255 // (LEVELS - 1) for place in range(LEVELS)]
    colours = [bytes((red, green, blue)) for red in levels for green in levels for blue in levels]
    return b"".join(colours).ljust(3 * 128, b"\0")


_HALF = bytes(value // 2 for value in range(256))
_NEAREST = [round(value * (LEVELS - 1) / 255) for value in range(256)]
_RED, _GREEN, _BLUE = (bytes(near * weight for near in _NEAREST) for weight in (LEVELS * LEVELS, LEVELS, 1))


def _grey(frame: bytes) -> bytes:
    return frame.translate(_HALF)


def _coloured(frame: bytes) -> bytes:
    """The place of each pixel's colour in the palette: three bytes added, for all pixels at once as large numbers."""
    planes = (frame[0::3].translate(_RED), frame[1::3].translate(_GREEN), frame[2::3].translate(_BLUE))
    return sum(int.from_bytes(plane, "big") for plane in planes).to_bytes(len(frame) // 3, "big")


def _codes(places: bytes) -> bytes:
    clear = bytes((CLEAR,))
    return b"".join(clear + places[at : at + RUN] for at in range(0, len(places), RUN)) + bytes((END,))


def _blocks(codes: bytes) -> bytes:
    return b"".join(bytes((len(piece),)) + piece for piece in _frames(codes, 255)) + b"\0"
