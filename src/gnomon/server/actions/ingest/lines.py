"""Lines of the official client as columns of the metric store. Pure.

A line of history or of system metrics is a row: `_step` and `_timestamp` say where and when, all else are its values,
nested dicts being spelled with dots as everywhere here. Rows that have no step of their own are numbered by their line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from gnomon.model.summary import flattened
from gnomon.protocol.filestream import ConsoleLine
from gnomon.server.actions.ingest.batch import HISTORY, MAX_KEY_CHARS, SYSTEM
from gnomon.server.actions.ingest.columns import Piece, blocks, pieces
from gnomon.server.actions.ingest.strided import MAX_TIME
from gnomon.server.storage.metrics.store import Block

MOST_STEP = (1 << 63) - 1
SYSTEM_PREFIX = "system."


class Taken(NamedTuple):
    """What lines come to."""

    blocks: list[Block]
    rows: int = 0
    points: int = 0
    first_step: int | None = None
    """The least step; not the one that came first."""
    last_step: int | None = None


def history(rows: Sequence[dict[str, Any] | None], first_line: int, now: float) -> Taken:
    """Rows of the history, the first of which is the line number `first_line`; None is a line without a row."""
    groups = _grouped((at, row) for at, row in enumerate(rows) if row is not None)
    return _taken(HISTORY, groups, lambda order, said: _steps(order, said, first_line), str, now)


def events(rows: Sequence[dict[str, Any] | None], next_step: int, now: float) -> Taken:
    """Rows of system metrics; they have no steps, so they go on from `next_step`."""
    groups = _grouped((at, row) for at, row in enumerate(rows) if row is not None)
    return _taken(SYSTEM, groups, lambda order, _: [next_step + at for at in order], _system_key, now)


def console(lines: Sequence[ConsoleLine], attempt: int, first_line: int, now: float) -> Taken:
    """Console lines of an attempt, the first of which is its line number `first_line`."""
    found: list[Piece] = []
    groups: dict[tuple[str, ...], list[tuple[int, ConsoleLine]]] = {}
    for at, line in enumerate(lines):
        keys = ("stderr" if line.stderr else "stdout", *(("label",) if line.label else ()))
        groups.setdefault(keys, []).append((at, line))
    for keys, some in groups.items():
        columns = [[line.text for _, line in some]]
        if len(keys) > 1:
            columns.append([line.label for _, line in some])
        found.extend(
            pieces(
                keys,
                [at for at, _ in some],
                [first_line + at for at, _ in some],
                [line.time if line.time is not None and 0 <= line.time < MAX_TIME else now for _, line in some],
                columns,
            )
        )
    last = first_line + len(lines) - 1
    return Taken(blocks(f"console/{attempt}", found), len(lines), len(lines), first_line, last)


class _Group(NamedTuple):
    """Rows that have the same keys: their places among all rows, and each key's values."""

    order: list[int]
    columns: dict[str, Sequence[Any]]


def _grouped(rows: Iterable[tuple[int, dict[str, Any]]], *, flat: bool = False) -> list[_Group]:
    """The rows as columns, those of the same keys together; `flat` rows hold no dicts to be spelled with dots."""
    alike: dict[frozenset[str], tuple[list[int], list[dict[str, Any]]]] = {}
    for at, row in rows:
        known = alike.get(keys := frozenset(row))
        if known is None:
            known = alike[keys] = ([], [])
        known[0].append(at)
        known[1].append(row)
    found: list[_Group] = []
    for keys, (order, some) in alike.items():
        names = sorted(keys)
        columns = dict(zip(names, _columns(names, some), strict=True))
        if not flat and any(dict in set(map(type, column)) for column in columns.values()):
            found.extend(_grouped(zip(order, map(flattened, some), strict=True), flat=True))
        else:
            found.append(_Group(order, columns))
    return found


def _columns(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[Sequence[Any]]:
    if not names:
        return []
    if len(names) == 1:
        return [[row[names[0]] for row in rows]]
    return list(zip(*map(itemgetter(*names), rows), strict=True))


def _taken(
    stream: str,
    groups: Sequence[_Group],
    steps_of: Callable[[Sequence[int], Sequence[Any] | None], list[int]],
    name_of: Callable[[str], str],
    now: float,
) -> Taken:
    found: list[Piece] = []
    ends: list[int] = []
    for order, columns in groups:
        steps = steps_of(order, columns.get("_step"))
        ends += (min(steps), max(steps))
        values = {name_of(key): column for key, column in columns.items() if _is_value(key)}
        values.pop("", None)
        if values:
            times = _times(columns.get("_timestamp"), len(order), now)
            found.extend(pieces(tuple(values), order, steps, times, list(values.values())))
    points = sum(len(piece.steps) * len(piece.keys) for piece in found)
    rows = sum(len(group.order) for group in groups)
    return Taken(blocks(stream, found), rows, points, min(ends, default=None), max(ends, default=None))


def _is_value(key: str) -> bool:
    return key not in ("_step", "_timestamp") and not key.startswith("_wandb") and 0 < len(key) <= MAX_KEY_CHARS


def _system_key(key: str) -> str:
    """Without the prefix that all of them have; that the script has been running is no metric of a machine."""
    return "" if key == "_runtime" else key.removeprefix(SYSTEM_PREFIX)


def _steps(order: Sequence[int], said: Sequence[Any] | None, first_line: int) -> list[int]:
    if said is None:
        return [first_line + at for at in order]
    if set(map(type, said)) == {int} and min(said) >= -MOST_STEP and max(said) <= MOST_STEP:
        return list(said)
    return [_step(one, first_line + at) for at, one in zip(order, said, strict=True)]


def _times(said: Sequence[Any] | None, count: int, now: float) -> list[float]:
    if said is None:
        return [now] * count
    if set(map(type, said)) == {float} and min(said) >= 0 and max(said) < MAX_TIME:
        return list(said)
    return [_time(one, now) for one in said]


def _step(said: Any, line: int) -> int:
    if type(said) is int:
        return said if -MOST_STEP <= said <= MOST_STEP else line
    if isinstance(said, float) and math.isfinite(said) and abs(said) < MOST_STEP:
        return int(said)
    return line


def _time(said: Any, now: float) -> float:
    return float(said) if type(said) in (int, float) and 0 <= said < MAX_TIME else now
