"""Sweeps that a program of the user controls: it says which runs to make and which to stop, the server does it.

The controller writes `{"schedule": [{"id": "k1", "data": {"args": {"lr": {"value": 0.1}}}}], "earlystop": ["run1"]}`
and reads which run was made for each entry. It repeats an entry until it has seen its run begin, and says `args: null`
when there will be no more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gnomon.model.client_config import unwrapped
from gnomon.model.errors import Rejected

MOST_ENTRIES = 1000


@dataclass(frozen=True)
class Wish:
    """What a controller asks for."""

    schedule: Mapping[str, dict[str, Any]]
    """The config of a run for each entry."""
    stop: tuple[str, ...]
    drained: bool
    """There will be no more entries."""


def read(controller: str) -> Wish:
    """What the text of a controller asks for. Raises Rejected."""
    try:
        given = json.loads(controller or "{}")
    except ValueError:
        raise Rejected("controller is no JSON", field="controller") from None
    if not isinstance(given, dict):
        raise Rejected("controller is no JSON object", field="controller")
    entries, stop = given.get("schedule") or [], given.get("earlystop") or []
    if not isinstance(entries, list) or not isinstance(stop, list) or len(entries) > MOST_ENTRIES:
        raise Rejected("controller has schedule and earlystop, which are lists", field="controller")
    schedule: dict[str, dict[str, Any]] = {}
    drained = False
    for entry in entries:
        id, args = _entry(entry)
        if args is None:
            drained = True
        else:
            schedule[id] = unwrapped(args).config
    return Wish(schedule, tuple(str(id) for id in stop), drained)


def _entry(entry: Any) -> tuple[str, dict[str, Any] | None]:
    id = entry.get("id") if isinstance(entry, dict) else None
    data = entry.get("data") if isinstance(entry, dict) else None
    args = data.get("args") if isinstance(data, dict) else None
    if not isinstance(id, str) or not id or not isinstance(data, dict) or not isinstance(args, (dict, type(None))):
        raise Rejected("An entry of controller.schedule is {id, data: {args}}", field="controller")
    return id, args
