"""What a run's summary is, given what was logged and what `define_metric` said. Pure; used by SDK and server.

A summary is *flat*: one entry a logged key, nested dicts being spelled with dots (`log({"m": {"acc": 1}})` gives
`m.acc`). Each entry is decided in this order:

1. A value the user set (`run.summary["best"] = 3`) stands until a row logged later has the key.
2. Otherwise it follows from everything logged under the key, by the key's rule:

    no rule, `last` default, or `copy`      the value logged last, as it was logged
    `none`                                  no entry
    any of min max mean first last best     `{"min": ..., "mean": ...}`, one entry for each asked

How to use it, row by row (the SDK) or batch by batch (the server):

    state: dict[str, KeyFold] = {}
    fold(state, ["loss", "acc"], [[3.0, 2.0], [0.1, 0.2]])     # two rows; columns are lists, one value a row
    state["loss"] = merge(state["loss"], KeyFold(first=..., last=..., finite=..., low=..., high=..., total=...))
    summary(state, rules, given)                                # {"loss": 2.0, "acc": 0.2}

A `KeyFold` holds the same facts as the metric store's `KeyStats` (first, last, finite, low, high, total), so a server
may build the state from those instead of keeping it. "Last" is the value of the row logged last, not of the greatest
step. `min`, `max`, `mean` and `best` speak of finite numbers (bools count as 0 and 1); without one they are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gnomon.model.run import MetricRule

AGGREGATES = ("min", "max", "mean", "first", "last", "best")
"""Rules that give an entry of a dict; `copy` and `none` are the other two."""


class KeyFold(msgspec.Struct, kw_only=True):
    """What all values logged under one key come to; enough to answer every rule."""

    first: Any = None
    last: Any = None
    finite: int = 0
    """How many finite numbers there were; `low`, `high` and `total` are of those."""
    low: float | None = None
    high: float | None = None
    total: float = 0.0


def fold(state: dict[str, KeyFold], keys: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
    """Take rows into the state, in the order they were logged; `columns[i]` are the values of `keys[i]`, one a row."""
    for key, column in zip(keys, columns, strict=True):
        if len(column) == 0:
            continue
        known = state.get(key)
        if known is None:
            known = state[key] = KeyFold(first=column[0])
        known.last = column[-1]
        for value in column:
            if isinstance(value, (int, float)) and is_finite(value):
                known.finite += 1
                known.total += value
                if known.low is None or value < known.low:
                    known.low = value
                if known.high is None or value > known.high:
                    known.high = value


def merge(earlier: KeyFold | None, later: KeyFold) -> KeyFold:
    """The fold of all that is in `earlier` followed by all that is in `later`."""
    if earlier is None:
        return later
    lows = [low for low in (earlier.low, later.low) if low is not None]
    highs = [high for high in (earlier.high, later.high) if high is not None]
    return KeyFold(
        first=earlier.first,
        last=later.last,
        finite=earlier.finite + later.finite,
        low=min(lows, default=None),
        high=max(highs, default=None),
        total=earlier.total + later.total,
    )


def rule_for(key: str, rules: Iterable[MetricRule]) -> MetricRule | None:
    """The rule a key follows: one of exactly this name, else the glob (`val/*`) that shares most with it, else None."""
    best: MetricRule | None = None
    for rule in rules:
        if rule.name == key:
            return rule
        if (
            rule.name.endswith("*")
            and key.startswith(rule.name[:-1])
            and (best is None or len(rule.name) > len(best.name))
        ):
            best = rule
    return best


def entry(known: KeyFold, rule: MetricRule | None) -> Any:
    """The summary entry of one key under its rule; `msgspec.UNSET` where the rule asks for none."""
    asked = rule.summary if rule is not None else ()
    if "none" in asked:
        return msgspec.UNSET
    if all(name == "copy" for name in asked):
        return known.last
    assert rule is not None
    entries: dict[str, Any] = {}
    for name in AGGREGATES:
        if name not in asked:
            continue
        if name == "first":
            entries[name] = known.first
        elif name == "last":
            entries[name] = known.last
        elif known.finite:
            if name == "min" or (name == "best" and rule.goal != "maximize"):
                entries[name] = known.low
            elif name in ("max", "best"):
                entries[name] = known.high
            else:
                entries[name] = known.total / known.finite
    if "copy" in asked:
        entries["last"] = known.last
    return entries


def summary(
    state: Mapping[str, KeyFold], rules: Iterable[MetricRule] = (), given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The flat summary. `given` are the values the user set that no later row has replaced (see `forget_given`)."""
    rules = tuple(rules)
    entries: dict[str, Any] = {}
    for key, known in state.items():
        value = entry(known, rule_for(key, rules) if rules else None)
        if value is not msgspec.UNSET:
            entries[key] = value
    if given:
        entries.update(given)
    return entries


def forget_given(given: dict[str, Any], logged: Iterable[str]) -> None:
    """A row with these keys was logged: what the user had set for them stands no longer."""
    for key in logged:
        given.pop(key, None)


def flattened(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested dicts spelled with dots; a dict with `_type` (media) and an empty dict are values and stay whole.

    >>> flattened({"m": {"acc": 1, "by": {"class": 2}}, "loss": 3})
    {'m.acc': 1, 'm.by.class': 2, 'loss': 3}
    """
    flat: dict[str, Any] = {}
    for key, value in values.items():
        name = prefix + key
        if isinstance(value, dict) and value and "_type" not in value:
            flat.update(flattened(value, name + "."))
        else:
            flat[name] = value
    return flat


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `flattened` as far as there is one: a key that is also a prefix of another keeps its dots.

    >>> nested({"m.acc": 1, "m.by.class": 2, "loss": 3, "loss.x": 4})
    {'m': {'acc': 1, 'by': {'class': 2}}, 'loss': 3, 'loss.x': 4}
    """
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        parts = name.split(".")
        if "" in parts or any(".".join(parts[:i]) in flat for i in range(1, len(parts))):
            tree[name] = value
            continue
        at = tree
        for part in parts[:-1]:
            at = at.setdefault(part, {})
        at[parts[-1]] = value
    return tree


def is_finite(value: float) -> bool:
    """`math.isfinite` for ints of any size too."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
