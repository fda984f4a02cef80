"""Frames of readings as rows and as columns. Pure."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from gnomon.model.reading import ReadBatch, ReadColumn, ReadEnd, ReadFrame
from gnomon.model.row_tree import tree

PLACES = ("_step", "_timestamp", "_runtime")
"""What every row has, whether it was logged as a key or not."""
SYSTEM_PREFIX = "system."

_from_json = msgspec.json.Decoder().decode
_CODES = {"float": "d", "int": "q", "bool": "B"}


class Shape(NamedTuple):
    """How rows are to look: the chosen `names` alone, or all of a row; with times from the run's beginning on."""

    began_at: float
    names: tuple[str, ...] | None = None
    nested_as: Mapping[str, Any] | None = None
    system: bool = False
    run: str | None = None
    """What each row is to have as `run_id`."""


def rows_of(frame: ReadFrame, shape: Shape) -> list[dict[str, Any]]:
    """The rows of a frame, in order."""
    if isinstance(frame, ReadEnd):
        return []
    if isinstance(frame, ReadBatch) and shape.names is not None:
        columns = [named_column(frame, name, shape.began_at) for name in shape.names]
        if shape.run is None:
            return dicts(shape.names, columns)
        return dicts((*shape.names, "run_id"), [*columns, [shape.run] * len(columns[0])])
    rows = _whole(frame, shape) if isinstance(frame, ReadBatch) else [_shaped(row, shape) for row in frame.rows]
    if shape.run is not None:
        for row in rows:
            row["run_id"] = shape.run
    return rows


def named_column(batch: ReadBatch, name: str, began_at: float) -> list[Any]:
    """A column of a batch in which every row has a value: a key, or one of PLACES."""
    if name == "_step":
        return numbers(batch.steps, "q").tolist()
    if name == "_timestamp":
        return numbers(batch.times or b"", "d").tolist()
    found = next((column for column in batch.columns if column.key == name), None)
    if name != "_runtime":
        return values_of(found) if found is not None else []
    since = [max(0.0, time - began_at) for time in numbers(batch.times or b"", "d")]
    if found is not None:
        for at, value in zip(places_of(found, len(since)), values_of(found), strict=True):
            if isinstance(value, (int, float)):
                since[at] = value
    return since


def dicts(names: Sequence[str], columns: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows of full columns.

    >>> dicts(("a", "b"), ([1, 2], [3, 4]))
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 4}]
    """
    if len(names) == 1:
        (one,) = names
        return [{one: a} for a in columns[0]]
    if len(names) == 2:  # a literal costs a third of what zip and dict do, and most questions are of this kind
        one, two = names
        return [{one: a, two: b} for a, b in zip(columns[0], columns[1], strict=True)]
    if len(names) == 3:
        one, two, three = names
        return [{one: a, two: b, three: c} for a, b, c in zip(columns[0], columns[1], columns[2], strict=True)]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def values_of(column: ReadColumn) -> list[Any]:
    """The values of a column, of the rows that have one."""
    if isinstance(column.values, bytes):
        found = numbers(column.values, _CODES[column.kind])
        return list(map(bool, found)) if column.kind == "bool" else found.tolist()
    return list(map(_from_json, column.values)) if column.kind == "json" else column.values


def places_of(column: ReadColumn, rows: int) -> Iterable[int]:
    """Which rows of the batch have a value."""
    return range(rows) if column.places is None else numbers(column.places, "I")


def numbers(data: bytes, code: str) -> array[Any]:
    """Little-endian numbers as an array of this machine."""
    found = array(code)
    found.frombytes(data)
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _whole(batch: ReadBatch, shape: Shape) -> list[dict[str, Any]]:
    """All of each row; keys in the order of their names."""
    steps, times = numbers(batch.steps, "q").tolist(), numbers(batch.times or b"", "d").tolist()
    rows: list[dict[str, Any]] = [{} for _ in steps]
    for column in batch.columns:
        key = column.key
        if column.places is None:
            for row, value in zip(rows, values_of(column), strict=True):
                row[key] = value
        else:
            for at, value in zip(places_of(column, len(rows)), values_of(column), strict=True):
                rows[at][key] = value
    plain = not shape.system and not any("." in column.key for column in batch.columns)
    if not plain:
        return [
            _shaped({**row, "_step": step, "_time": time}, shape)
            for row, step, time in zip(rows, steps, times, strict=True)
        ]
    for row, step, time in zip(rows, steps, times, strict=True):
        _place(row, step, time, row.get("_runtime"), shape.began_at)
    return rows


def _shaped(row: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """A row that came as one."""
    step, time, runtime = row["_step"], row["_time"], row.get("_runtime")
    if shape.names is not None:
        places = _place({}, step, time, runtime, shape.began_at)
        return {name: places[name] if name in PLACES else row[name] for name in shape.names}
    logged = {key: value for key, value in row.items() if key not in ("_step", "_time")}
    if shape.system:
        values = {
            key if key.startswith(SYSTEM_PREFIX) else SYSTEM_PREFIX + key: value
            for key, value in logged.items()
            if key not in PLACES
        }
        places = _place({}, step, time, runtime, shape.began_at)
        return {**values, "_wandb": True, "_timestamp": time, "_runtime": places["_runtime"]}
    return _place(tree(logged, shape.nested_as), step, time, runtime, shape.began_at)


def _place(row: dict[str, Any], step: int, time: float, runtime: Any, began_at: float) -> dict[str, Any]:
    row["_step"] = step
    row["_runtime"] = runtime if isinstance(runtime, (int, float)) else max(0.0, time - began_at)
    row["_timestamp"] = time
    return row


def by_run(frames: Iterable[ReadFrame]) -> Iterator[tuple[str, list[ReadFrame]]]:
    """The frames of each run together; the last one is its end."""
    held: list[ReadFrame] = []
    for frame in frames:
        held.append(frame)
        if isinstance(frame, ReadEnd):
            yield frame.run, held
            held = []
