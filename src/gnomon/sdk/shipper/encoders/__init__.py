"""What the script left raw, to the files that are kept; away from the training process. One codec a file.

An encoder is `encode(data: bytes, raw: dict) -> bytes`: the raw bytes and the `raw` entry of their FILE record.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

CODECS = (
    "image",
    "npz",
    "points",
    "table",
    "video",
)
"""The modules of this folder; a journal may name no other."""

Encode = Callable[[bytes, dict[str, Any]], bytes]


def encode(data: bytes, raw: dict[str, Any]) -> bytes:
    """The bytes of the file. Raises ValueError where there is no such codec, or the bytes are not what `raw` says."""
    codec = raw.get("codec", "image")
    if codec not in CODECS:
        raise ValueError(f"there is no codec {codec!r}")
    found: Encode = import_module(f"gnomon.sdk.shipper.encoders.{codec}").encode
    return found(data, raw)
