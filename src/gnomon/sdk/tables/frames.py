"""Rows out of numpy arrays and data frames (pandas, polars), known by what they can do."""

from __future__ import annotations

from typing import Any, NamedTuple

from gnomon.sdk.tables.columns import BadTable
from gnomon.sdk.tables.types import BOOLEAN, NUMBER, Type


class Columnar(NamedTuple):
    """Values by column; `kinds` says what the library knows of all values of one."""

    names: list[Any]
    values: list[list[Any]]
    kinds: list[Type | None]


_KINDS: dict[str, Type] = {"i": NUMBER, "u": NUMBER, "f": NUMBER, "b": BOOLEAN}


def is_frame(value: Any) -> bool:
    """A pandas or polars data frame."""
    module = type(value).__module__.partition(".")[0]
    return module in ("pandas", "polars") and type(value).__name__ == "DataFrame"


def is_array(value: Any) -> bool:
    """A numpy array."""
    return type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "ndim")


def of_frame(frame: Any) -> Columnar:
    """The columns of a data frame; its index is left out. Raises BadTable for what is none."""
    if not hasattr(frame, "columns") or not hasattr(frame, "__getitem__"):
        raise BadTable(f"A data frame of pandas or polars is wanted, not {type(frame).__name__}")
    names, values, kinds = [], [], []
    labels = list(frame.columns)
    for place, label in enumerate(labels):
        # A name may stand twice; what `frame[label]` gives then is no column.
        series = frame.iloc[:, place] if hasattr(frame, "iloc") else frame[label]
        names.append(_name(label))
        if hasattr(series, "to_list") and not hasattr(series, "values"):
            column, kind = list(series.to_list()), None
        else:
            column, kind = _of_values(series.values)
        values.append(column)
        kinds.append(kind)
    return Columnar(names, values, kinds)


def of_array(array: Any, names: list[Any]) -> Columnar:
    """The columns of an array of rows. Raises BadTable where it has no columns, or others than named."""
    if array.ndim < 2:
        raise BadTable(f"An array of rows has 2 dimensions, not {array.ndim}; make it a column with `array[:, None]`")
    if array.shape[1] != len(names):
        raise BadTable(f"The array has {array.shape[1]} columns, {len(names)} are named")
    found = [_of_values(array[:, place]) for place in range(len(names))]
    return Columnar(list(names), [values for values, _ in found], [kind for _, kind in found])


def of_values(values: Any) -> tuple[list[Any], Type | None]:
    """One column from an array."""
    return _of_values(values)


def _of_values(values: Any) -> tuple[list[Any], Type | None]:
    dtype: Any = getattr(values, "dtype", None)
    kind = getattr(dtype, "kind", "O")
    if getattr(values, "ndim", 1) == 1 and kind in _KINDS and dtype.itemsize <= 8 and is_array(values):
        return list(values.tolist()), _KINDS[kind]
    return list(values), None


def _name(label: Any) -> Any:
    if isinstance(label, str):
        return str(label)
    if hasattr(label, "__index__") and not isinstance(label, bool):
        return int(label)
    return str(label)
