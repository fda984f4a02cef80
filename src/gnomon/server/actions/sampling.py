"""Rows of a run, all of a short range or an even sample of a long one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import numpy as np

from gnomon.model.errors import Rejected
from gnomon.model.even import Even
from gnomon.server.storage.metrics.store import Batch, Cells, MetricStore, RunKey

MOST_SAMPLES = 100_000
ROW_MARK = "_runtime"
"""A key that the official client has in every row."""
PAGE = 5_000

_json = msgspec.json.Decoder()


async def rows(
    metrics: MetricStore,
    run: int,
    *,
    samples: int,
    stream: str = "history",
    keys: Sequence[str] | None = None,
    every: Sequence[str] = (),
    first: int | None = None,
    last: int | None = None,
) -> list[dict[str, Any]]:
    """At most `samples` rows of the range, an even sample where there are more. Both ends are in it; None is open.

    A row has `_step`, `_time` and its values, of `keys` alone where these are given. Only rows that have `every` one of
    some keys count. Raises Rejected where more is asked than one answer may hold.
    """
    if not 1 <= samples <= MOST_SAMPLES:
        raise Rejected(f"samples is {samples}; it must be 1 to {MOST_SAMPLES}", field="samples")
    page = await metrics.rows(
        RunKey(run), stream=stream, keys=keys, first_step=first, last_step=last, limit=min(samples, PAGE)
    )
    found = [row for row in page.rows if all(key in row for key in every)]
    wide = page.next_step is not None and _width(page.next_step, last) + len(page.rows) > samples
    while page.next_step is not None and not wide:
        page = await metrics.rows(
            RunKey(run), stream=stream, keys=keys, first_step=page.next_step, last_step=last, limit=PAGE
        )
        found += [row for row in page.rows if all(key in row for key in every)]
    if not wide:
        return found
    if keys is None and await _is_in_every_row(metrics, run, stream, ROW_MARK):
        return await _by_steps(metrics, run, samples=samples, stream=stream, first=first, last=last)
    chosen: Even[dict[str, Any]] = Even(samples)
    async for batch in metrics.scan(RunKey(run), stream=stream, keys=keys, first_step=first, last_step=last):
        places = np.flatnonzero(having(batch, every))
        chosen.offer(len(places), lambda at, batch=batch, places=places: row_of(batch, int(places[at])))  # type: ignore[misc]
    return chosen.sample()


async def _is_in_every_row(metrics: MetricStore, run: int, stream: str, key: str) -> bool:
    known = {one.key: one.points for one in await metrics.keys(RunKey(run), stream)}
    return key in known and known[key] == max(known.values())


async def _by_steps(
    metrics: MetricStore, run: int, *, samples: int, stream: str, first: int | None, last: int | None
) -> list[dict[str, Any]]:
    """What `rows` says, where one key tells where all rows are: only those of the sample are read."""
    chosen: Even[int] = Even(samples)
    async for batch in metrics.scan(RunKey(run), stream=stream, keys=[ROW_MARK], first_step=first, last_step=last):
        steps = batch.steps
        chosen.offer(len(steps), lambda at, steps=steps: int(steps[at]))  # type: ignore[misc]
    found: list[dict[str, Any]] = []
    for step in chosen.sample():
        found += (await metrics.rows(RunKey(run), stream=stream, first_step=step, last_step=step, limit=1)).rows
    return found


def row_of(batch: Batch, at: int) -> dict[str, Any]:
    """One row of a batch as the metric store's `rows` gives it."""
    row: dict[str, Any] = {"_step": int(batch.steps[at]), "_time": float(batch.times[at])}
    row.update((key, value) for key, value in _values(batch, at))
    return row


def _values(batch: Batch, at: int) -> Iterator[tuple[str, Any]]:
    for key, cells in batch.columns.items():
        if cells.valid is None or cells.valid[at]:
            yield key, _value(cells, at)


def _value(cells: Cells, at: int) -> Any:
    value = cells.values[at]
    if cells.type == "json":
        return _json.decode(value)
    return value if cells.type == "string" else value.item()


def having(batch: Batch, every: Sequence[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows of a batch have each of some keys."""
    there = np.ones(len(batch), np.bool_)
    for key in every:
        cells = batch.columns.get(key)
        if cells is None:
            there[:] = False
        elif cells.valid is not None:
            there &= cells.valid
    return there


def _width(first: int, last: int | None) -> float:
    """How many steps there are; of an open range, endlessly many."""
    return float("inf") if last is None else last - first + 1
