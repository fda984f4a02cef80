"""Lines of the official client as columns of the metric store. Pure.

A line of history or of system metrics is a row: `_step` and `_timestamp` say where and when, all else are its values,
nested dicts being spelled with dots as everywhere here. Rows that have no step of their own are numbered by their line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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
    last_step: int | None = None


def history(rows: Sequence[dict[str, Any] | None], first_line: int, now: float) -> Taken:
    """Rows of the history, the first of which is the line number `first_line`; None is a line without a row."""
    return _taken(HISTORY, rows, lambda at, row: _step(row.get("_step"), first_line + at), now, _history_values)


def events(rows: Sequence[dict[str, Any] | None], next_step: int, now: float) -> Taken:
    """Rows of system metrics; they have no steps, so they go on from `next_step`."""
    return _taken(SYSTEM, rows, lambda at, _: next_step + at, now, _event_values)


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
    return Taken(blocks(f"console/{attempt}", found), len(lines), len(lines), first_line + len(lines) - 1)


def _taken(
    stream: str,
    rows: Sequence[dict[str, Any] | None],
    step_of: Callable[[int, dict[str, Any]], int],
    now: float,
    values_of: Callable[[dict[str, Any]], dict[str, Any]],
) -> Taken:
    groups: dict[frozenset[str], tuple[list[int], list[int], list[float], list[dict[str, Any]]]] = {}
    last: int | None = None
    count = points = 0
    for at, row in enumerate(rows):
        if row is None:
            continue
        step = step_of(at, row)
        values = values_of(row)
        count += 1
        points += len(values)
        last = step if last is None or step > last else last
        group = groups.get(known := frozenset(values))
        if group is None:
            group = groups[known] = ([], [], [], [])
        group[0].append(at)
        group[1].append(step)
        group[2].append(_time(row.get("_timestamp"), now))
        group[3].append(values)
    found: list[Piece] = []
    for known, (order, steps, times, some) in groups.items():
        if not known:
            continue
        keys = tuple(sorted(known))
        if len(keys) == 1:
            columns: list[Sequence[Any]] = [[values[keys[0]] for values in some]]
        else:
            columns = list(zip(*map(itemgetter(*keys), some), strict=True))
        found.extend(pieces(keys, order, steps, times, columns))
    return Taken(blocks(stream, found), count, points, last)


def _history_values(row: dict[str, Any]) -> dict[str, Any]:
    values = row if not any(type(value) is dict for value in row.values()) else flattened(row)
    return {
        key: value
        for key, value in values.items()
        if value is not None and key not in _PLACES and not key.startswith("_wandb") and 0 < len(key) <= MAX_KEY_CHARS
    }


def _event_values(row: dict[str, Any]) -> dict[str, Any]:
    return {key.removeprefix(SYSTEM_PREFIX): value for key, value in _history_values(row).items() if key != "_runtime"}


_PLACES = frozenset({"_step", "_timestamp"})


def _step(said: Any, line: int) -> int:
    if type(said) is int:
        return said if -MOST_STEP <= said <= MOST_STEP else line
    if isinstance(said, float) and math.isfinite(said) and abs(said) < MOST_STEP:
        return int(said)
    return line


def _time(said: Any, now: float) -> float:
    return float(said) if type(said) in (int, float) and 0 <= said < MAX_TIME else now
