"""Logged rows to columns: which values share a block, and what is done with odd ones. Pure."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from gnomon.server.storage.metrics.store import Block, Column

MAX_SEGMENTS = 64
"""So many changes of schema within a post still give one block a stretch; beyond, rows are gathered by schema."""

_EXACT_INT = 1 << 53
_NUMBERS = (frozenset({float}), frozenset({int}), frozenset({bool}), frozenset({int, float}))


class Piece(NamedTuple):
    """Rows of one schema in the order in which they were logged; `order` says where among all rows of the post."""

    keys: tuple[str, ...]
    order: NDArray[np.int64]
    steps: NDArray[np.int64]
    times: NDArray[np.float64]
    columns: tuple[Column, ...]


def text(value: Any) -> str:
    """A value that is no number, as the JSON text the store keeps."""
    try:
        return msgspec.json.encode(value, enc_hook=_spell).decode()
    except (TypeError, ValueError, RecursionError):
        return msgspec.json.encode(repr(value)[:1000]).decode()


def pieces(
    keys: tuple[str, ...],
    order: Sequence[int],
    steps: Sequence[int],
    times: Sequence[float],
    columns: Sequence[Sequence[Any]],
) -> list[Piece]:
    """Rows of one schema, given as Python values. Columns of one type stay together; one whose values are of several
    types, or missing here and there, is given in pieces of its own, in the order of the rows."""
    order_column = np.array(order, dtype=np.int64)
    step_column = np.array(steps, dtype=np.int64)
    time_column = np.array(times, dtype=np.float64)
    whole: list[tuple[str, Column]] = []
    extra: list[Piece] = []
    for key, values in zip(keys, columns, strict=True):
        kinds = frozenset(map(type, values))
        column = _column(values, kinds)
        if column is not None:
            whole.append((key, column))
            continue
        at = 0
        present = [i for i, value in enumerate(values) if value is not None]
        for part in _stretches([values[i] for i in present]):
            rows = present[at : at + len(part)]
            at += len(part)
            extra.append(Piece((key,), order_column[rows], step_column[rows], time_column[rows], (part,)))
    found = extra
    if whole:
        names, arrays = zip(*whole, strict=True)
        found = [Piece(names, order_column, step_column, time_column, arrays), *extra]
    return found


def blocks(stream: str, found: list[Piece]) -> list[Block]:
    """The pieces of a post as few blocks that hold the same rows, every key's values in the order they were logged."""
    found = [piece for piece in joined(found) if len(piece.steps)]
    if len(found) > MAX_SEGMENTS or _interleaved(found):
        found = _gathered(found)
    return [Block(stream, piece.keys, piece.steps, piece.times, piece.columns) for piece in found]


def _interleaved(found: Sequence[Piece]) -> bool:
    """Whether some key has values in a piece that were logged before those in an earlier piece."""
    last: dict[str, int] = {}
    for piece in found:
        first, end = int(piece.order[0]), int(piece.order[-1])
        for key in piece.keys:
            if last.get(key, -1) >= first:
                return True
            last[key] = end
    return False


def joined(found: Sequence[Piece]) -> list[Piece]:
    """The same pieces, neighbours of equal keys and types made one."""
    result: list[Piece] = []
    for _, group in groupby(found, key=_signature):
        result.append(_concatenated(list(group)))
    return result


def _signature(piece: Piece) -> tuple[Any, ...]:
    return piece.keys, tuple(part.dtype.char if isinstance(part, np.ndarray) else "text" for part in piece.columns)


def _concatenated(group: Sequence[Piece]) -> Piece:
    """Pieces of equal keys and types as one, in the order in which its rows were logged."""
    if len(group) == 1:
        return group[0]
    first = group[0]
    columns: list[Column] = []
    for i, column in enumerate(first.columns):
        if isinstance(column, np.ndarray):
            columns.append(np.concatenate([piece.columns[i] for piece in group]))
        else:
            columns.append([value for piece in group for value in piece.columns[i]])
    whole = Piece(
        first.keys,
        np.concatenate([piece.order for piece in group]),
        np.concatenate([piece.steps for piece in group]),
        np.concatenate([piece.times for piece in group]),
        tuple(columns),
    )
    return whole if (whole.order[1:] > whole.order[:-1]).all() else _sorted(whole)


def _gathered(found: Sequence[Piece]) -> list[Piece]:
    """Many short stretches of alternating schemas as one piece a set of keys that come together.

    A key that only one kind of row has stays with its rows. A key that several kinds have is merged over them by
    `order`, because its values must keep the order in which they were logged: the last one wins where a step repeats.
    """
    groups: dict[tuple[Any, ...], list[Piece]] = {}
    for piece in found:
        groups.setdefault(_signature(piece), []).append(piece)
    kinds = [_concatenated(group) for group in groups.values()]
    owners: dict[str, list[int]] = {}
    for number, kind in enumerate(kinds):
        for key in kind.keys:
            owners.setdefault(key, []).append(number)
    together: dict[tuple[int, ...], list[str]] = {}
    for key, numbers in owners.items():
        together.setdefault(tuple(numbers), []).append(key)
    result: list[Piece] = []
    for owning, keys in together.items():
        parts = [_only(kinds[number], keys) for number in owning]
        if len(parts) == 1:
            result.append(parts[0])
        elif all(_signature(part) == _signature(parts[0]) for part in parts):
            result.append(_concatenated(parts))
        else:
            for key in keys:
                result.extend(_key_over(key, [_only(part, [key]) for part in parts]))
    # The store takes the block that comes last for the latest: where two hold the same key that is decided above, so
    # only the eye of a reader profits from this order.
    return sorted(result, key=lambda piece: int(piece.order[0]))


def _key_over(key: str, parts: list[Piece]) -> list[Piece]:
    """One key whose values are of several types, in as many pieces as its type changes."""
    rows: list[tuple[int, int, float, Any]] = []
    for part in parts:
        column = part.columns[0]
        values = column.tolist() if isinstance(column, np.ndarray) else [_Text(value) for value in column]
        rows.extend(zip(part.order.tolist(), part.steps.tolist(), part.times.tolist(), values, strict=True))
    rows.sort(key=lambda row: row[0])
    order, steps, times, values = zip(*rows, strict=True)
    return pieces((key,), order, steps, times, (values,))


def _only(piece: Piece, keys: Sequence[str]) -> Piece:
    places = [piece.keys.index(key) for key in keys]
    return piece._replace(keys=tuple(keys), columns=tuple(piece.columns[place] for place in places))


def _sorted(piece: Piece) -> Piece:
    places = np.argsort(piece.order, kind="stable")
    columns = tuple(
        column[places] if isinstance(column, np.ndarray) else [column[i] for i in places.tolist()]
        for column in piece.columns
    )
    return Piece(piece.keys, piece.order[places], piece.steps[places], piece.times[places], columns)


class _Text(str):
    """JSON text that was encoded already."""


def _column(values: Sequence[Any], kinds: frozenset[type]) -> Column | None:
    """All values as one column, or None where they do not fit into one."""
    if kinds == _NUMBERS[0]:
        return np.array(values, dtype=np.float64)
    if kinds == _NUMBERS[1]:
        try:
            return np.array(values, dtype=np.int64)
        except OverflowError:
            return None
    if kinds == _NUMBERS[2]:
        return np.array(values, dtype=np.bool_)
    if kinds == _NUMBERS[3]:
        if all(type(value) is float or -_EXACT_INT <= value <= _EXACT_INT for value in values):
            return np.array(values, dtype=np.float64)
        return None
    if kinds and not kinds & {float, int, bool, type(None)}:
        return [str(value) if type(value) is _Text else text(value) for value in values]
    return None


def _stretches(values: Sequence[Any]) -> list[Column]:
    """Present values of several types as columns of one type each, none of them reordered."""
    result: list[Column] = []
    for kind, group in groupby(values, key=_kind):
        part = list(group)
        if kind == "huge":
            result.append(np.array([float(value) for value in part], dtype=np.float64))
        elif kind == "text":
            result.append([str(value) if type(value) is _Text else text(value) for value in part])
        elif kind == "float":
            result.append(np.array(part, dtype=np.float64))
        elif kind == "int":
            result.append(np.array(part, dtype=np.int64))
        else:
            result.append(np.array(part, dtype=np.bool_))
    return result


def _kind(value: Any) -> str:
    if type(value) is float:
        return "float"
    if type(value) is bool:
        return "bool"
    if type(value) is int:
        return "int" if -(1 << 63) <= value < 1 << 63 else "huge"
    return "text"


def _spell(value: Any) -> Any:
    if isinstance(value, msgspec.msgpack.Ext):
        return {"ext": value.code, "data": base64.b64encode(bytes(value.data)).decode()}
    raise TypeError(type(value).__name__)
