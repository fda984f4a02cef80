"""Rows of a run's history as the client reads them. Pure.

A row has `_step`, `_runtime` (seconds since the run began), `_timestamp`, and the values that were logged. Nested
dicts, which are kept with dots, are nested again: as they stand in the summary, where the client has sent one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from gnomon.model.floats import named
from gnomon.model.row_tree import tree
from gnomon.server.storage.metrics.store import KeyStats
from gnomon.server.storage.tables.runs import RunRow
from gnomon.server.wandb_api.scalars import to_json

SYSTEM_PREFIX = "system."
PLACES = frozenset({"_step", "_timestamp", "_runtime"})
"""What every row has, whether it was logged as a key or not."""


class Spec(NamedTuple):
    """Which rows of a history are asked for; both steps are in the range."""

    keys: tuple[str, ...]
    samples: int
    first: int | None
    last: int | None


def history_row(row: Mapping[str, Any], run: RunRow) -> dict[str, Any]:
    """A whole row."""
    logged = {key: value for key, value in row.items() if key not in ("_step", "_time")}
    return {**tree(logged, run.summary_sent), **_places(row, run)}


def event_row(row: Mapping[str, Any], run: RunRow) -> dict[str, Any]:
    """A row of system metrics."""
    values = {
        key if key.startswith(SYSTEM_PREFIX) else SYSTEM_PREFIX + key: value
        for key, value in row.items()
        if key not in PLACES and key != "_time"
    }
    places = _places(row, run)
    return {**values, "_wandb": True, "_timestamp": places["_timestamp"], "_runtime": places["_runtime"]}


def chosen_row(row: Mapping[str, Any], keys: Iterable[str], run: RunRow) -> dict[str, Any]:
    """The keys that were asked for, with the numbers that JSON lacks as texts."""
    places = _places(row, run)
    return {key: named(places[key] if key in PLACES else row[key]) for key in dict.fromkeys(keys)}


def texts(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each row as JSON text."""
    return [to_json(row) for row in rows]


def history_keys(known: Sequence[KeyStats]) -> dict[str, Any] | None:
    """What was logged, as the client reads it: of `lastStep` it wants to know where a scan ends."""
    if not known:
        return None
    keys = {
        one.key: {
            "typeCounts": [{"type": _type(one), "count": one.points}],
            "monotonic": False,
            "previousValue": named(one.last),
        }
        for one in known
    }
    most = max(one.points for one in known)
    for place in sorted(PLACES - keys.keys()):
        keys[place] = {"typeCounts": [{"type": "number", "count": most}], "monotonic": True, "previousValue": None}
    return {"lastStep": max(one.last_step for one in known), "sets": [], "keys": keys}


def system_metrics(known: Sequence[KeyStats]) -> str:
    """The latest value of each system metric, as text."""
    return to_json(
        {one.key if one.key.startswith(SYSTEM_PREFIX) else SYSTEM_PREFIX + one.key: one.last for one in known}
    )


def _type(known: KeyStats) -> str:
    if isinstance(known.last, dict):
        said = known.last.get("_type")
        return said if isinstance(said, str) else "map"
    if known.numeric:
        return "number"
    return "string" if isinstance(known.last, str) else "list" if isinstance(known.last, list) else "other"


def _places(row: Mapping[str, Any], run: RunRow) -> dict[str, Any]:
    time = row["_time"]
    runtime = row.get("_runtime")
    return {
        "_step": row["_step"],
        "_timestamp": time,
        "_runtime": runtime if isinstance(runtime, (int, float)) else max(0.0, time - run.created_at),
    }
