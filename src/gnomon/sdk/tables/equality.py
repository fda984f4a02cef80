"""Whether two tables hold the same, and where they first differ."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from gnomon.sdk.tables import cells

if TYPE_CHECKING:
    from gnomon.sdk.tables.table import Table


def difference(one: Table, other: Table) -> str | None:
    """What differs, in words; None where nothing does."""
    if one.columns != other.columns:
        return f"columns {one.columns} and {other.columns}"
    if len(one.data) != len(other.data):
        return f"{len(one.data)} and {len(other.data)} rows"
    if one._column_types != other._column_types:
        return f"column types {one._column_types} and {other._column_types}"
    for number, (mine, theirs) in enumerate(zip(one.data, other.data, strict=True)):
        for name, a, b in zip(one.columns, mine, theirs, strict=True):
            if not same(a, b):
                return f"row {number}, column {name!r}: {a!r} and {b!r}"
    return None


def same(a: Any, b: Any) -> bool:
    """Whether two cells say the same. Dates without a zone are UTC; media are the same when their bytes are."""
    if a is b:
        return True
    if _is_moment(a) and _is_moment(b):
        return bool(cells.said(a, dict) == cells.said(b, dict))
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if cells.is_media(a):
        return type(a) is type(b) and (_stored(a) == _stored(b) if _identity_only(a) else bool(a == b))
    if hasattr(a, "shape") and hasattr(b, "shape"):
        return bool(a.shape == b.shape and (a == b).all())
    if a != a and b != b:
        return True
    return bool(a == b)


def _is_moment(value: Any) -> bool:
    return isinstance(value, datetime.date) or type(value).__name__ == "datetime64"


def _identity_only(value: Any) -> bool:
    plain: Any = object.__eq__
    return type(value).__eq__ is plain and hasattr(type(value), "stored")


def _stored(value: Any) -> Any:
    """What a media value is stored as, with the bytes of its files in place of their names."""
    shelf = MemoryShelf()
    return _opened(value.stored(shelf), shelf.files)


def _opened(said: Any, files: dict[str, bytes]) -> Any:
    if isinstance(said, dict):
        return {key: _opened(inner, files) for key, inner in said.items()}
    if isinstance(said, list):
        return [_opened(inner, files) for inner in said]
    return files.get(said, said) if isinstance(said, str) else said


class MemoryShelf:
    """A shelf of nothing but bytes."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, path: str, data: bytes) -> str:
        """Keep bytes."""
        self.files[path] = bytes(data)
        return path

    def put_file(self, path: str, source: str) -> str:
        """Keep a file's bytes."""
        with open(source, "rb") as file:
            return self.put(path, file.read())

    def open_path(self, path: str) -> str:
        """There are no files here."""
        raise FileNotFoundError(path)
