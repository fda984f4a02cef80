"""Logged tables, as the JSON files they are kept in, on their way into DuckDB: only the child process reads them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import nanoarrow as na

WORDS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
"""How numbers are kept that JSON has no way to write."""
LARGEST_INT = 1 << 63
LARGEST_MS = 8.64e15


class Unreadable(Exception):
    """The file holds no table."""


class Typed:
    """A table whose columns have types, which DuckDB can read; `shown` makes JSON of those that are JSON."""

    def __init__(self, array: Any, shown: str) -> None:
        self._array, self.shown = array, shown

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return na.c_array_stream(self._array).__arrow_c_stream__()


def parsed(data: bytes) -> Any:
    """What the file says. Raises Unreadable where it is no JSON."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise Unreadable("The file holds no table") from None


def typed(parts: Sequence[Any]) -> Typed:
    """Parts of one table, one after the other; those with other columns than the last are left out.

    Raises Unreadable.
    """
    if not parts or not all(_is_table(part) for part in parts):
        raise Unreadable("The file holds no table")
    given = [str(name) for name in parts[-1]["columns"]]
    if not given:
        raise Unreadable("The table has no columns")
    rows = [
        row for part in parts if [str(name) for name in part["columns"]] == given for row in part["data"]
        if isinstance(row, list)
    ]  # fmt: skip
    times = _times(parts[-1])
    columns, fields, shown = [], [], []
    for place, name in enumerate(unique(given)):
        kind, values = column([row[place] if place < len(row) else None for row in rows], time=given[place] in times)
        schema = na.timestamp("us") if kind == "time" else _SCHEMAS[kind]()
        columns.append(na.c_array(values, schema))
        fields.append(na.Schema(schema, name=name, nullable=True))
        quoted = '"' + name.replace('"', '""') + '"'
        shown.append(f"cast({quoted} as json) as {quoted}" if kind == "json" else quoted)
    array = na.c_array_from_buffers(na.struct(fields), len(rows), [None], children=columns)
    return Typed(array, ", ".join(shown))


_SCHEMAS = {"bool": na.bool_, "int": na.int64, "float": na.float64, "text": na.string, "json": na.string}


def column(values: list[Any], *, time: bool = False) -> tuple[str, list[Any]]:
    """What kind of values a column has, and the values as that.

    >>> column([1, None, 2]), column([1, "NaN"])[0], column(["a", "NaN"]), column([True, 1])
    (('int', [1, None, 2]), 'float', ('text', ['a', 'NaN']), ('json', ['true', '1']))
    """
    kinds = {type(value) for value in values} - {type(None)}
    if kinds <= {bool} and kinds:
        return "bool", values
    if kinds and kinds <= {int, float}:
        if time:
            return "time", [_micros(value) for value in values]
        if kinds == {int} and all(value is None or -LARGEST_INT <= value < LARGEST_INT for value in values):
            return "int", values
        return "float", [None if value is None else float(value) for value in values]
    mixed = kinds <= {int, float, str} and str in kinds and kinds != {str}
    if mixed and all(not isinstance(value, str) or value in WORDS for value in values):
        return "float", [None if value is None else float(WORDS.get(value, value)) for value in values]
    if kinds <= {str}:
        return "text", values
    return "json", [None if value is None else json.dumps(_plain(value)) for value in values]


def unique(names: Sequence[str]) -> list[str]:
    """Names as DuckDB takes them: none empty, and none twice, also where they differ in case alone.

    >>> unique(["a", "A", "", "a"])
    ['a', 'A_2', 'column3', 'a_3']
    """
    seen: set[str] = set()
    found = []
    for place, name in enumerate(names):
        name = name.replace("\0", "") or f"column{place + 1}"
        free, number = name, 1
        while free.lower() in seen:
            number += 1
            free = f"{name}_{number}"
        seen.add(free.lower())
        found.append(free)
    return found


def _is_table(part: Any) -> bool:
    return isinstance(part, dict) and isinstance(part.get("columns"), list) and isinstance(part.get("data"), list)


def _times(part: dict[str, Any]) -> set[str]:
    """The columns that hold times, in milliseconds."""
    try:
        said = part["column_types"]["params"]["type_map"]
        return {name for name, kind in said.items() if _kinds(kind) == {"timestamp"}}
    except (KeyError, TypeError, AttributeError):
        return set()


def _kinds(kind: Any) -> set[str]:
    if kind.get("wb_type") == "union":
        return {one.get("wb_type") for one in kind["params"]["allowed_types"]} - {"none"}
    return {kind.get("wb_type")}


def _micros(value: Any) -> int | None:
    return None if value is None or not abs(value) <= LARGEST_MS else round(value * 1000)


def _plain(value: Any) -> Any:
    """The value without numbers that JSON cannot say."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value
