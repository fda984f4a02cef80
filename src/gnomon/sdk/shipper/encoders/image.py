"""Raw pixels to image files, away from the training process."""

from __future__ import annotations

import struct
import zlib
from typing import Any

CHANNELS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "I;16": 2}
"""Bytes a pixel."""

_COLOUR_TYPE = {"L": 0, "LA": 4, "RGB": 2, "RGBA": 6, "I;16": 0}
DEEP = "I;16"
"""One channel of two bytes a pixel, little end first."""


def png(pixels: bytes, width: int, height: int, mode: str) -> bytes:
    """A PNG of pixels, row by row from the top left. Raises ValueError where the sizes do not agree.

    Lines are stored as they are (filter 0): for the small pictures of a training, choosing filters in Python
    costs more than it saves.
    """
    if mode not in CHANNELS:
        raise ValueError(f"pictures are {', '.join(CHANNELS)}, not {mode!r}")
    line = width * CHANNELS[mode]
    if width < 1 or height < 1 or len(pixels) != line * height:
        raise ValueError(f"{width}×{height} {mode} needs {line * height} bytes, not {len(pixels)}")
    if mode == DEEP:
        pixels = _big_end_first(pixels)
    view = memoryview(pixels)
    lines = b"".join([b"\0" + bytes(view[at : at + line]) for at in range(0, len(view), line)])
    head = struct.pack(">IIBBBBB", width, height, 16 if mode == DEEP else 8, _COLOUR_TYPE[mode], 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(lines, 6)) + _chunk(b"IEND", b"")
    )


def encode(pixels: bytes, raw: dict[str, Any]) -> bytes:
    """The file a `raw` entry of a FILE record asks for. Types other than PNG need Pillow; without it a PNG is made."""
    width, height, mode = int(raw["width"]), int(raw["height"]), str(raw["mode"])
    file_type = str(raw.get("file_type") or "png").lower()
    if file_type != "png":
        if mode == DEEP:
            pixels, mode = pixels[1::2], "L"
        try:
            from io import BytesIO

            from PIL import Image

            made = BytesIO()
            picture = Image.frombytes(mode, (width, height), pixels)
            if file_type in ("jpg", "jpeg") and mode in ("LA", "RGBA"):
                picture = picture.convert("RGB")
            elif file_type == "bmp" and mode == "LA":
                picture = picture.convert("RGBA")
            picture.save(made, format="jpeg" if file_type == "jpg" else file_type)
            return made.getvalue()
        except (ImportError, OSError, KeyError, ValueError):
            pass
    return png(pixels, width, height, mode)


def _big_end_first(pixels: bytes) -> bytes:
    swapped = bytearray(len(pixels))
    swapped[0::2], swapped[1::2] = pixels[1::2], pixels[0::2]
    return bytes(swapped)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
