"""Tables of pandas and polars, where these are installed."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from gnomon.model.reading import ReadBatch, ReadEnd, ReadFrame
from gnomon.sdk.errors import UsageError
from gnomon.sdk.public.columns import Shape, named_column, rows_of

_DTYPES = {"float": "<f8", "int": "<i8", "bool": "?"}


def load(name: str, what: str) -> Any:
    """The library of this name. Raises UsageError that says what to install."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UsageError(
            f"{what} needs {name}, which cannot be imported here ({error}); install it with: pip install {name}"
        ) from None


def is_there(name: str) -> bool:
    """Whether a library can be imported here."""
    try:
        load(name, name)
    except UsageError:
        return False
    return True


def pandas_table(frames: Sequence[ReadFrame], shape: Shape) -> Any:
    """A pandas DataFrame of the rows, its columns in the order of their first appearance."""
    pd = load("pandas", "A DataFrame")
    columns = _columns(frames, shape)
    if columns is not None:
        return pd.DataFrame(columns)
    return pd.DataFrame.from_records([row for frame in frames for row in rows_of(frame, shape)])


def polars_table(frames: Sequence[ReadFrame], shape: Shape) -> Any:
    """A polars DataFrame of the rows."""
    pl = load("polars", "A polars DataFrame")
    rows = [row for frame in frames for row in rows_of(frame, shape)]
    return pl.from_dicts(rows, infer_schema_length=None) if rows else pl.DataFrame()


def _columns(frames: Sequence[ReadFrame], shape: Shape) -> Mapping[str, Any] | None:
    """Chosen columns without making rows first; None where that is not possible."""
    batches = [frame for frame in frames if not isinstance(frame, ReadEnd)]
    if shape.names is None or not batches:
        return None
    np = importlib.import_module("numpy")
    found: dict[str, Any] = {}
    for name in shape.names:
        parts = []
        for batch in batches:
            part = _array(np, batch, name, shape) if isinstance(batch, ReadBatch) else None
            if part is None:
                return None
            parts.append(part)
        found[name] = np.concatenate(parts)
    return found


def _array(np: Any, batch: ReadBatch, name: str, shape: Shape) -> Any:
    """A column of numbers; None for another."""
    if name == "_step":
        return np.frombuffer(batch.steps, "<i8")
    if name == "_timestamp":
        return np.frombuffer(batch.times or b"", "<f8")
    if name == "_runtime":
        return np.array(named_column(batch, name, shape.began_at), "f8")
    column = next((one for one in batch.columns if one.key == name), None)
    if column is None or column.places is not None or not isinstance(column.values, bytes):
        return None
    return np.frombuffer(column.values, _DTYPES[column.kind])
