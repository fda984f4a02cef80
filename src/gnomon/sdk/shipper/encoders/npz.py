"""A numpy array as it lies in memory to the compressed file that `numpy.load` reads."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

MAGIC = b"\x93NUMPY"


def encode(data: bytes, raw: dict[str, Any]) -> bytes:
    """An `.npz` with the array under the name `array`. Raises ValueError where the bytes are no `.npy` file."""
    if not data.startswith(MAGIC):
        raise ValueError("these bytes are no numpy array")
    return packed({str(raw.get("array") or "array"): data})


def packed(arrays: dict[str, bytes]) -> bytes:
    """An `.npz` of `.npy` files by name; the same arrays give the same bytes."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:  # as numpy does, to the byte
                file.write(data)
    return made.getvalue()
