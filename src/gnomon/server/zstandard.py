"""Zstandard, from where this Python has it."""

from __future__ import annotations

import sys
import threading

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdCompressor, ZstdError, decompress
else:
    from backports.zstd import ZstdCompressor, ZstdError, decompress

__all__ = ["ZstdError", "compress", "decompress"]


class _Held(threading.local):
    def __init__(self) -> None:
        self.compressors: dict[int, ZstdCompressor] = {}


_held = _Held()


def compress(data: bytes, level: int) -> bytes:
    """The data as one frame. A thread keeps its tables from frame to frame: making them costs more than using them."""
    compressor = _held.compressors.get(level)
    if compressor is None:
        compressor = _held.compressors[level] = ZstdCompressor(level)
    return compressor.compress(data, ZstdCompressor.FLUSH_FRAME)
