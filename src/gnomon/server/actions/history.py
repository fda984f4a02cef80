"""What was logged, read back: keys, curves and rows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
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
AT_ONCE_RUNS = 16
BLOCK_RUNS = 64
MOST_RUNNING_ASKED = 50
"""So many running runs of a project are asked for their keys each time; more of them at most once a second."""

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
    return [_info(known, rules) for known in await metrics.keys(RunKey(run.key), _checked_stream(stream))]


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
        RunKey(run), stream=_checked_stream(stream), keys=keys, first_step=first, last_step=last, limit=limit,
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


class ProjectKeys:
    """The keys of all runs of a project, counted together. Runs that did not change are not asked again.

    What is kept is one list for each `BLOCK_RUNS` runs that began one after another, so that neither memory nor the
    time of an answer grows with runs times keys. Only blocks with a running run keep the lists of their runs.
    """

    def __init__(self, tables: Database, metrics: MetricStore) -> None:
        self._tables = tables
        self._metrics = metrics
        self._known: dict[tuple[int, str], dict[int, _Block]] = {}
        self._read_at: dict[tuple[int, str], float] = {}

    async def of(self, project: int, stream: str) -> list[KeyInfo]:
        """Every key of the project's runs, by name: points and runs summed, least, greatest and mean over all."""
        _checked_stream(stream)
        found = await self._tables.read(lambda conn: runs.changes_of(conn, project))
        known = self._known.setdefault((project, stream), {})
        running = sum(row.running for row in found)
        # Rows may be newer than the sign of life in the tables, by a second at most.
        fresh = running > MOST_RUNNING_ASKED and time.monotonic() - self._read_at.get((project, stream), 0.0) < 1.0
        if not fresh:
            self._read_at[project, stream] = time.monotonic()
        rows: dict[int, list[runs.RunChangedAt]] = {}
        for row in found:
            rows.setdefault(row.key // BLOCK_RUNS, []).append(row)
        for number in known.keys() - rows.keys():
            del known[number]
        gate = asyncio.Semaphore(AT_ONCE_RUNS)

        async def ask(row: runs.RunChangedAt) -> list[KeyInfo]:
            async with gate:
                stats = await self._metrics.keys(RunKey(row.key), stream)
            rules = _rules(row.rules)
            return [_info(one, rules) for one in stats]

        async def refresh(number: int, members: list[runs.RunChangedAt]) -> None:
            changed_at = {row.key: row.updated_at for row in members}
            before = known.get(number)
            live = any(row.running for row in members)
            if before is not None and before.changed_at == changed_at and (fresh or not live):
                return
            kept = before.runs if before is not None else {}
            stale = [
                row
                for row in members
                if row.key not in kept
                or before is None
                or before.changed_at.get(row.key) != row.updated_at
                or (row.running and not fresh)
            ]
            asked = dict(zip((row.key for row in stale), await asyncio.gather(*map(ask, stale)), strict=True))
            each = {row.key: asked[row.key] if row.key in asked else kept[row.key] for row in members}
            known[number] = _Block(changed_at, merged(each.values()), each if live else {})

        await asyncio.gather(*(refresh(number, members) for number, members in rows.items()))
        blocks = [known[number].together for number in sorted(rows) if number in known]
        return await asyncio.to_thread(merged, blocks)


@dataclass(frozen=True)
class _Block:
    """When each of the runs changed, their keys together, and the keys of each while one of them is running."""

    changed_at: Mapping[int, float]
    together: list[KeyInfo]
    runs: Mapping[int, list[KeyInfo]]


def merged(runs_keys: Iterable[Sequence[KeyInfo]]) -> list[KeyInfo]:
    """The keys of many runs as one list. A key is what most of what was said of it last says it is."""
    together: dict[str, list[KeyInfo]] = {}
    for infos in runs_keys:
        for info in infos:
            together.setdefault(info.key, []).append(info)
    return [_together(infos) for _, infos in sorted(together.items())]


def _together(infos: Sequence[KeyInfo]) -> KeyInfo:
    latest = infos[-1]
    if len(infos) == 1:
        return latest
    with_mean = [info for info in infos if info.mean is not None]
    points = sum(info.points for info in with_mean)
    return msgspec.structs.replace(
        latest,
        points=sum(info.points for info in infos),
        runs=sum(info.runs for info in infos),
        first_step=min((info.first_step for info in infos if info.first_step is not None), default=None),
        last_step=max((info.last_step for info in infos if info.last_step is not None), default=None),
        min=min((info.min for info in infos if info.min is not None), default=None),
        max=max((info.max for info in infos if info.max is not None), default=None),
        mean=sum((info.mean or 0.0) * info.points for info in with_mean) / points if points else None,
    )


def _info(known: KeyStats, rules: Sequence[MetricRule]) -> KeyInfo:
    kind, type_ = kind_of(known)
    rule = rule_for(known.key, rules) if rules else None
    return KeyInfo(
        key=known.key, kind=kind, type=type_, points=known.points, first_step=known.first_step,
        last_step=known.last_step, last=plain(known.last), min=known.low, max=known.high,
        mean=known.total / known.finite if known.finite else None,
        step_metric=rule.step_metric if rule is not None else None,
        hidden=rule.hidden if rule is not None else False,
    )  # fmt: skip


def kind_of(known: KeyStats) -> tuple[KeyKind, str]:
    """What a key holds, judged by the value logged last; and the `_type` of a media value."""
    last = known.last
    if isinstance(last, dict) and isinstance(last.get("_type"), str):
        return "media", last["_type"]
    if known.numeric:
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


def _checked_stream(stream: str) -> str:
    if stream not in ("history", "system"):
        raise Rejected(f"There is no stream {stream!r}; there are history and system", field="stream")
    return stream


def _plus(bound: float | None, began_at: float) -> float | None:
    return None if bound is None else bound + began_at
