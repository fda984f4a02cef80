"""From values as they were logged to columns of one type each, as whole runs are read. Pure.

A key that is always a float is a float column, and so for ints, bools and strings. A key that was an int here and a
float there is a float column, unless one of its ints has digits that a float cannot hold. Every other mixture, and
lists and objects, are JSON text: exact, whatever came together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntFlag
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from gnomon.model.errors import Unavailable
from gnomon.model.floats import named
from gnomon.server.storage.metrics.points import Values, parsed
from gnomon.server.storage.metrics.store import Cells, ColumnType, Repeats

EXACT = 2**53
"""Ints up to here, and down to its negative, are floats exactly."""


class Kinds(IntFlag):
    """Which types of values there are. `JSONS` is text that is no JSON string."""

    FLOATS = 1
    INTS = 2
    BOOLS = 4
    STRINGS = 8
    JSONS = 16


_encode = msgspec.json.Encoder().encode
_decode_text = msgspec.json.Decoder(str).decode
_check = msgspec.json.Decoder(msgspec.Raw).decode
_DTYPES: dict[ColumnType, Any] = {"float": np.float64, "int": np.int64, "bool": np.bool_}


def kinds_of(values: Values) -> Kinds:
    """The types of some values."""
    kind = values.dtype.kind
    if kind != "O":
        found = {"f": Kinds.FLOATS, "i": Kinds.INTS, "b": Kinds.BOOLS}[kind]
        return found if len(values) else Kinds(0)
    kinds = Kinds(0)
    types = set(map(type, values))
    for type_, flag in ((float, Kinds.FLOATS), (int, Kinds.INTS), (bool, Kinds.BOOLS)):
        if type_ in types:
            kinds |= flag
    if str in types:
        strings = {value[:1] == '"' for value in values if isinstance(value, str)}
        kinds |= (Kinds.STRINGS if True in strings else 0) | (Kinds.JSONS if False in strings else 0)
    return kinds


def exact_as_floats(values: Values) -> bool:
    """Whether floats can hold every int of the values."""
    if values.dtype == np.int64:
        large = values[(values > EXACT) | (values < -EXACT)].tolist()
    elif values.dtype == object:
        large = [value for value in values if isinstance(value, int) and abs(value) > EXACT]
    else:
        return True
    return all(int(float(value)) == value for value in large)


def column_type(kinds: Kinds, *, exact: bool) -> ColumnType:
    """How a key with these types of values is read; `exact` says floats can hold its ints."""
    if kinds == Kinds.INTS:
        return "int"
    if kinds == Kinds.BOOLS:
        return "bool"
    if kinds == Kinds.STRINGS:
        return "string"
    if kinds == Kinds.FLOATS or (kinds == Kinds.FLOATS | Kinds.INTS and exact):
        return "float"
    return "json"


def read_as(types: dict[str, ColumnType], repeats: Repeats) -> dict[str, ColumnType]:
    """The types once repeats are resolved: a mean of ints or bools is a float."""
    if repeats != "mean":
        return types
    return {key: "float" if type_ in ("int", "bool") else type_ for key, type_ in types.items()}


def as_column(parts: Sequence[Values], type_: ColumnType) -> Values:
    """Values that came in parts as one array of this type: float64, int64, bool, or str in an array of objects."""
    if type_ in _DTYPES:
        dtype = _DTYPES[type_]
        return np.concatenate([part.astype(dtype, copy=False) for part in parts] or [np.empty(0, dtype)])
    return texts(((value for part in parts for value in part.tolist())), type_, sum(map(len, parts)))


def texts(values: Iterable[Any], type_: ColumnType, count: int) -> Values:
    """Values as strings, or as JSON text."""
    out = np.empty(count, object)
    spell = as_string if type_ == "string" else as_json
    for at, value in enumerate(values):
        out[at] = spell(value)
    return out


def as_string(text: str) -> str:
    """The string that JSON text says; text that is no JSON stands for itself."""
    try:
        return _decode_text(text)
    except msgspec.MsgspecError:
        return str(parsed(text))


def as_json(value: Any) -> str:
    """A value as JSON text. Numbers that JSON lacks are the texts `NaN`, `Infinity` and `-Infinity`."""
    if isinstance(value, str):
        try:
            _check(value)
        except msgspec.MsgspecError:
            return _encode(named(parsed(value))).decode()
        return value
    return _encode(named(value)).decode()


def spread(values: Values, places: NDArray[np.intp] | None, rows: int, type_: ColumnType) -> Cells:
    """Values of one type at their places among rows; None is a value for every row, in order."""
    if places is None or len(places) == rows:
        return Cells(type_, values, None)
    valid = np.zeros(rows, np.bool_)
    valid[places] = True
    whole = np.zeros(rows, values.dtype) if values.dtype != object else np.full(rows, None, object)
    whole[places] = values
    return Cells(type_, whole, valid)


def recast(cells: Cells | None, type_: ColumnType, rows: int) -> Cells:
    """A column as one of a type that holds all of its values too; None is a column without any.

    Raises Unavailable where the type does not: the run has changed since the types were asked for.
    """
    if cells is None:
        return spread(as_column([], type_), np.empty(0, np.intp), rows, type_)
    if cells.type == type_:
        return cells
    if type_ != "json" and (cells.type, type_) != ("int", "float"):
        raise Unavailable("The run has got values of another type while it was read; read it again")
    places = np.arange(rows) if cells.valid is None else np.flatnonzero(cells.valid)
    values = cells.values[places]
    if type_ == "json" and cells.type == "string":
        values = texts((_encode(text).decode() for text in values.tolist()), "json", len(values))
    else:
        values = as_column([values], type_)
    return spread(values, places, rows, type_)


def values_and_texts(cells: Cells) -> tuple[Cells, Cells]:
    """Values of one type as floats beside texts: what floats say exactly is no text.

    Bools are 1 and 0. Strings are themselves, and the rest is JSON.
    """
    size = len(cells.values)
    nothing = Cells("string", np.full(size, "", object), np.zeros(size, np.bool_))
    if cells.type in ("float", "bool"):
        return Cells("float", cells.values.astype(np.float64, copy=False), None), nothing
    if cells.type == "int":
        numbers = Cells("float", cells.values.astype(np.float64), None)
        if exact_as_floats(cells.values):
            return numbers, nothing
        spelled = [str(value) if int(float(value)) != value else None for value in cells.values.tolist()]
        return numbers, _some(spelled)
    if cells.type == "string":
        return Cells("float", np.zeros(size), np.zeros(size, np.bool_)), Cells("string", cells.values, None)
    said = [_value_and_text(text) for text in cells.values.tolist()]
    values = np.array([0.0 if value is None else value for value, _ in said], np.float64)
    valid = np.array([value is not None for value, _ in said], np.bool_)
    return Cells("float", values, valid), _some([text for _, text in said])


def _value_and_text(text: str) -> tuple[float | None, str | None]:
    if text[:1] == '"':
        return None, as_string(text)
    if text in ("true", "false"):
        return float(text == "true"), text
    if text[:1] == "-" or text[:1].isdigit():
        value = float(text)
        return value, None if text in (_encode(value).decode(), str(int(value))) else text
    return None, text


def _some(found: Sequence[str | None]) -> Cells:
    out = np.empty(len(found), object)
    out[:] = ["" if text is None else text for text in found]
    return Cells("string", out, np.array([text is not None for text in found], np.bool_))
