"""What was logged, read back: keys, curves and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from gnomon.model import floats
from gnomon.model.errors import Rejected
from gnomon.model.history import KeyInfo, KeyKind, Repeats, Rows, SeriesHead, SeriesHeads, SeriesQuery
from gnomon.model.run import MetricRule
from gnomon.model.summary import rule_for
from gnomon.server.storage.metrics.store import CurveAsked, KeyStats, MetricStore, RunKey, Span
from gnomon.server.storage.tables import runs
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.runs import RunRow

MOST_CURVES = 10_000
MOST_BUCKETS = 10_000
MOST_CELLS = 20_000_000
"""Curves times buckets of one request: what an answer may weigh."""
MOST_ROWS = 10_000

COUNTS = ("count", "nan", "pos_inf", "neg_inf")
STEPS = ("step_first", "step_last", "step_low", "step_high")
COLUMNS = ("x_min", "x_max", "low", "high", "mean", "first", "last", *COUNTS, *STEPS)
"""The columns of a series answer, in order."""


@dataclass(frozen=True)
class Curves:
    """Many curves in one set of columns; `heads` says which slice is which."""

    heads: SeriesHeads
    columns: Mapping[str, NDArray[Any]]


async def series(tables: Database, metrics: MetricStore, project: int, query: SeriesQuery) -> Curves:
    """The curves of `query.keys` of `query.runs`, run by run; a run that is not there is left out.

    Raises Rejected where more is asked than one answer may hold.
    """
    _check(query)
    starts = await _starts(tables, project, query.runs)
    asked = [(id, key) for id in dict.fromkeys(query.runs) if id in starts for key in dict.fromkeys(query.keys)]
    wanted = []
    for id, key in asked:
        run, began_at = starts[id]
        zero = began_at if query.x == "_runtime" else 0.0
        wanted.append(CurveAsked(run, key, Span(_plus(query.first, zero), _plus(query.last, zero))))
    x = "_time" if query.x == "_runtime" else query.x
    found = await metrics.curves(
        wanted, stream=query.stream, x=x, buckets=query.buckets, repeats=query.repeats
    )  # fmt: skip
    heads, at = [], 0
    for (id, key), buckets in zip(asked, found, strict=True):
        length = len(buckets.x_min)
        heads.append(SeriesHead(run=id, key=key, start=at, length=length, raw=buckets.raw, points=buckets.points))
        at += length
    columns: dict[str, NDArray[Any]] = {}
    for name in COLUMNS:
        dtype = np.int32 if name in COUNTS else np.float64
        parts = [getattr(buckets, name) for buckets in found]
        columns[name] = np.concatenate(parts).astype(dtype, copy=False) if parts else np.zeros(0, dtype)
    if query.x == "_runtime":
        shift = np.repeat([starts[id][1] for id, _ in asked], [head.length for head in heads]) if asked else 0.0
        for name in ("x_min", "x_max"):
            columns[name] = columns[name] - shift
    return Curves(SeriesHeads(x=query.x, series=tuple(heads)), columns)


async def keys(metrics: MetricStore, run: RunRow, stream: str) -> list[KeyInfo]:
    """What the run has logged, by name."""
    rules = _rules(run.rules)
    return [_info(known, rules) for known in await metrics.keys(RunKey(run.key), checked_stream(stream))]


async def rows(
    metrics: MetricStore,
    run: int,
    *,
    stream: str = "history",
    keys: Sequence[str] | None = None,
    first: int | None = None,
    last: int | None = None,
    limit: int = 1000,
    repeats: Repeats = "last",
) -> Rows:
    """Rows in step order. Numbers that JSON lacks are the texts `NaN`, `Infinity` and `-Infinity`."""
    if not 1 <= limit <= MOST_ROWS:
        raise Rejected(f"limit is {limit}; it must be 1 to {MOST_ROWS}", field="limit")
    for name, step in (("first", first), ("last", last)):
        if step is not None and not -(1 << 63) <= step < 1 << 63:
            raise Rejected(f"{name} is beyond what a step can be", field=name)
    page = await metrics.rows(
        RunKey(run), stream=checked_stream(stream), keys=keys, first_step=first, last_step=last, limit=limit,
        repeats=repeats,
    )  # fmt: skip
    found = tuple({key: plain(value) for key, value in row.items()} for row in page.rows)
    return Rows(rows=found, cursor=page.next_step)


def plain(value: Any) -> Any:
    """The value as JSON can say it."""
    if isinstance(value, float):
        return floats.named(value)
    if isinstance(value, np.generic):
        return plain(value.item())
    return value


def _info(known: KeyStats, rules: Sequence[MetricRule]) -> KeyInfo:
    kind, type_ = kind_of(known.numeric, known.last)
    rule = rule_for(known.key, rules) if rules else None
    return KeyInfo(
        key=known.key, kind=kind, type=type_, points=known.points, first_step=known.first_step,
        last_step=known.last_step, last=plain(known.last), min=known.low, max=known.high,
        mean=known.total / known.finite if known.finite else None,
        step_metric=rule.step_metric if rule is not None else None,
        hidden=rule.hidden if rule is not None else False,
    )  # fmt: skip


def kind_of(numeric: bool, last: Any) -> tuple[KeyKind, str]:
    """What a key holds, judged by the value logged last; and the `_type` of a media value."""
    if isinstance(last, dict) and isinstance(last.get("_type"), str):
        return "media", last["_type"]
    if numeric:
        return "number", ""
    return ("text", "") if isinstance(last, str) else ("json", "")


def _rules(rules: Sequence[Mapping[str, Any]]) -> tuple[MetricRule, ...]:
    return tuple(msgspec.convert(rule, MetricRule) for rule in rules)


async def _starts(tables: Database, project: int, ids: Sequence[str]) -> dict[str, tuple[RunKey, float]]:
    """The keys of the runs that are there, and when each began: zero of the axis `_runtime`."""
    found = await tables.read(lambda conn: runs.starts_by_id(conn, project, ids))
    return {id: (RunKey(key), began_at) for id, (key, began_at) in found.items()}


def _check(query: SeriesQuery) -> None:
    curves = len(set(query.runs)) * len(set(query.keys))
    if curves > MOST_CURVES:
        raise Rejected(f"{curves} curves are asked for; one request may ask for {MOST_CURVES}", field="runs")
    if not 1 <= query.buckets <= MOST_BUCKETS:
        raise Rejected(f"buckets is {query.buckets}; it must be 1 to {MOST_BUCKETS}", field="buckets")
    if curves * query.buckets > MOST_CELLS:
        raise Rejected(
            f"{curves} curves of {query.buckets} buckets are more than one answer may hold ({MOST_CELLS} in all)",
            field="buckets",
        )


def checked_stream(stream: str) -> str:
    """The stream. Raises Rejected where there is none of this name."""
    if stream not in ("history", "system"):
        raise Rejected(f"There is no stream {stream!r}; there are history and system", field="stream")
    return stream


def _plus(bound: float | None, began_at: float) -> float | None:
    return None if bound is None else bound + began_at
