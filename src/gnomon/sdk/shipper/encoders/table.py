"""The rows of a table to the JSON file that every reader of tables knows.

The raw bytes are msgpack: `[head, rows]`, the head being the whole object but for its `data`.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from gnomon.sdk.tables.cells import unpacked


def encode(data: bytes, raw: dict[str, Any]) -> bytes:
    """The file: keys sorted, NaN as null. Raises ValueError where the bytes are no table."""
    try:
        head, rows = msgspec.msgpack.decode(data)
        said = {**head, "data": [[unpacked(cell) for cell in row] for row in rows]}
    except (msgspec.MsgspecError, TypeError, ValueError) as error:
        raise ValueError(f"these bytes are no table: {error}") from None
    return json.dumps(said, sort_keys=True).encode()
