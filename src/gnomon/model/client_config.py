"""The config of the official client: each key wrapped, and under `_wandb` what the client keeps for itself.

{"lr": {"value": 0.1}, "_wandb": {"value": {"t": {...}, "m": [{"1": "loss", "7": [1]}], "e": {...}}}}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from gnomon.model.run import MetricRule

RESERVED = "_wandb"

_SUMMARIES = {1: "min", 2: "max", 3: "mean", 4: "best", 5: "last", 6: "none", 7: "copy", 8: "first"}
_GOALS = {1: "minimize", 2: "maximize"}
_STEP_SYNC, _HIDDEN = 1, 2


class ClientConfig(NamedTuple):
    """A config taken apart: what the user set, and what the client keeps under `_wandb`."""

    config: dict[str, Any]
    client: dict[str, Any]


def unwrapped(given: Mapping[str, Any]) -> ClientConfig:
    """What a wrapped config says. A key that is not wrapped is taken as it is.

    >>> unwrapped({"lr": {"value": 0.1, "desc": None}, "_wandb": {"value": {"t": {}}}})
    ClientConfig(config={'lr': 0.1}, client={'t': {}})
    """
    values = {key: _value(value) for key, value in given.items()}
    client = values.pop(RESERVED, None)
    return ClientConfig(values, client if isinstance(client, dict) else {})


def wrapped(config: Mapping[str, Any], client: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The inverse of `unwrapped`."""
    found: dict[str, Any] = {key: {"value": value} for key, value in config.items()}
    if client:
        found[RESERVED] = {"value": dict(client)}
    return found


def metric_rules(client: Mapping[str, Any]) -> list[MetricRule]:
    """What `define_metric` said, as the client numbers it under `m`; what cannot be read is left out.

    >>> metric_rules({"m": [{"1": "epoch"}, {"2": "val/*", "5": 1, "7": [1]}]})[1]
    MetricRule(name='val/*', step_metric='epoch', summary=('min',))
    """
    given = client.get("m")
    entries = [entry if isinstance(entry, dict) else {} for entry in given] if isinstance(given, list) else []
    names = [_name(entry) for entry in entries]
    rules: list[MetricRule] = []
    for entry, name in zip(entries, names, strict=True):
        if not name:
            continue
        at = entry.get("5")
        step = entry.get("4") if isinstance(entry.get("4"), str) else None
        if isinstance(at, int) and 1 <= at <= len(names):
            step = names[at - 1] or None
        options = set(_numbers(entry.get("6")))
        goal = entry.get("8")
        rules.append(
            MetricRule(
                name=name,
                step_metric=step,
                step_sync=True if _STEP_SYNC in options else None,
                hidden=_HIDDEN in options,
                summary=tuple(_SUMMARIES[number] for number in _numbers(entry.get("7")) if number in _SUMMARIES),
                goal=_GOALS.get(goal) if isinstance(goal, int) else None,
            )
        )
    return rules


def environment(client: Mapping[str, Any]) -> dict[str, Any]:
    """What the run's machine and program are, as the page shows it: of the process that began first."""
    given = client.get("e")
    found = [one for one in given.values() if isinstance(one, dict)] if isinstance(given, dict) else []
    first = min(found, key=lambda one: str(one.get("startedAt", "")), default={})
    return {key: value for key, value in first.items() if key not in ("email", "writerId")}


def _name(entry: Mapping[str, Any]) -> str:
    name = entry.get("1") or entry.get("2")
    return name if isinstance(name, str) else ""


def _value(given: Any) -> Any:
    if isinstance(given, dict) and "value" in given and set(given) <= {"value", "desc"}:
        return given["value"]
    return given


def _numbers(given: Any) -> Iterable[int]:
    return [number for number in given if isinstance(number, int)] if isinstance(given, list) else []
