"""What runs have logged, read by programs: all rows as columns, or an even choice of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gnomon.model.errors import Rejected
from gnomon.model.even import Even
from gnomon.model.reading import ReadBatch, ReadColumn, ReadEnd, ReadFrame, ReadQuery, ReadRows
from gnomon.server.actions.history import checked_stream
from gnomon.server.actions.sampling import MOST_SAMPLES, having, rows
from gnomon.server.caller import not_there
from gnomon.server.storage.metrics.store import Batch, Cells, MetricStore, RunKey
from gnomon.server.storage.tables import runs
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow

MOST_RUNS = 10_000
MOST_ASKED = 1 << 62
ROWS_AS_LOGGED = 10_000
"""A choice of up to so many whole rows is read row by row, each value as it was logged."""
INLINE_CELLS = 50_000
"""Batches up to this size are made into frames at once: a thread would cost more than it frees."""

Keys = dict[str, RunKey]


async def runs_asked(tables: Database, project: ProjectRow, asked: ReadQuery) -> Keys:
    """The runs, in the order asked for. Raises NotFound for one that is not there, and Rejected for odd queries."""
    _check(asked)
    found = await tables.read(lambda conn: runs.keys_by_id(conn, project.key, asked.runs))
    for id in asked.runs:
        if id not in found:
            raise not_there("run", f"{project.entity_name}/{project.name}/{id}")
    return {id: RunKey(found[id]) for id in dict.fromkeys(asked.runs)}


async def read(metrics: MetricStore, keys: Keys, asked: ReadQuery) -> AsyncGenerator[ReadFrame, None]:
    """The frames of the runs, run by run, each run's ending with `ReadEnd`."""
    for id, key in keys.items():
        async with aclosing(_of_run(metrics, id, key, asked)) as frames:
            async for frame in frames:
                yield frame


async def _of_run(metrics: MetricStore, id: str, run: RunKey, asked: ReadQuery) -> AsyncGenerator[ReadFrame, None]:
    if asked.samples is not None and not await _fit(metrics, run, asked, asked.samples):
        if not asked.every and asked.samples <= ROWS_AS_LOGGED:
            found = await rows(
                metrics, run, samples=asked.samples, stream=asked.stream, keys=asked.keys, first=asked.first,
                last=asked.last,
            )  # fmt: skip
            yield ReadRows(id, [{key: _plain(value) for key, value in row.items()} for row in found])
            yield ReadEnd(id)
            return
        chosen: NDArray[np.int64] | None = await _chosen(metrics, run, asked, asked.samples)
    else:
        chosen = None
    sent = 0
    async with aclosing(_scan(metrics, run, asked, asked.keys)) as batches:
        async for batch in batches:
            if len(batch) * (1 + len(batch.columns)) <= INLINE_CELLS:
                frame, count = _frame(id, batch, asked, chosen)
            else:
                frame, count = await asyncio.to_thread(_frame, id, batch, asked, chosen)
            if not count:
                continue
            yield frame
            sent += count
            if asked.limit is not None and sent >= asked.limit:
                last = int(batch.steps[-1])
                yield ReadEnd(id, None if asked.last is not None and last >= asked.last else last + 1)
                return
    yield ReadEnd(id)


async def _fit(metrics: MetricStore, run: RunKey, asked: ReadQuery, samples: int) -> bool:
    """Whether the run has certainly no more rows than wanted: no key, or all of them together, has more points."""
    known = {one.key: one.points for one in await metrics.keys(run, asked.stream)}
    if asked.every:
        return min(known.get(key, 0) for key in asked.every) <= samples
    return sum(points for key, points in known.items() if asked.keys is None or key in asked.keys) <= samples


async def _chosen(metrics: MetricStore, run: RunKey, asked: ReadQuery, samples: int) -> NDArray[np.int64] | None:
    """The steps of an even choice of rows, in order; the choice is the same as that of `sampling.rows`."""
    chosen: Even[int] = Even(samples)
    every_step: list[NDArray[np.int64]] = []
    async with aclosing(_scan(metrics, run, asked, asked.every or asked.keys)) as batches:
        async for batch in batches:
            steps = batch.steps[having(batch, asked.every)] if asked.every else batch.steps
            if samples > MOST_SAMPLES:
                every_step.append(steps)
            else:
                chosen.offer(len(steps), lambda at, steps=steps: int(steps[at]))  # type: ignore[misc]
    if samples <= MOST_SAMPLES:
        return np.array(chosen.sample(), np.int64)
    steps = np.concatenate(every_step)
    return None if len(steps) <= samples else steps[np.rint(np.linspace(0, len(steps) - 1, samples)).astype(np.intp)]


def _scan(
    metrics: MetricStore, run: RunKey, asked: ReadQuery, keys: Sequence[str] | None
) -> AsyncGenerator[Batch, None]:
    return metrics.scan(run, stream=asked.stream, keys=keys, first_step=asked.first, last_step=asked.last)


def _places(batch: Batch, every: Sequence[str], chosen: NDArray[np.int64] | None) -> NDArray[np.intp] | None:
    """The rows of a batch that are wanted; None is all of them."""
    if not every and chosen is None:
        return None
    wanted = having(batch, every)
    if chosen is not None and len(batch):
        begin = np.searchsorted(chosen, batch.steps[0])
        end = np.searchsorted(chosen, batch.steps[-1], side="right")
        wanted &= np.isin(batch.steps, chosen[begin:end], assume_unique=True)
    return None if wanted.all() else np.flatnonzero(wanted)


def _frame(run: str, batch: Batch, asked: ReadQuery, chosen: NDArray[np.int64] | None) -> tuple[ReadBatch, int]:
    """The rows of a batch that are wanted, and how many; a key that none of them has is left out."""
    places = _places(batch, asked.every, chosen)
    columns = (_column(key, cells, places) for key, cells in batch.columns.items())
    frame = ReadBatch(
        run=run,
        steps=_bytes(_taken(batch.steps, places), "<i8"),
        times=_bytes(_taken(batch.times, places), "<f8") if asked.times else None,
        columns=[column for column in columns if column is not None],
    )
    return frame, len(batch) if places is None else len(places)


def _column(key: str, cells: Cells, places: NDArray[np.intp] | None) -> ReadColumn | None:
    values = _taken(cells.values, places)
    at: bytes | None = None
    if cells.valid is not None:
        valid = _taken(cells.valid, places)
        if not valid.any():
            return None
        if not valid.all():
            values, at = values[valid], _bytes(np.flatnonzero(valid), "<u4")
    if cells.type in ("string", "json"):
        return ReadColumn(key, cells.type, [_sendable(text) for text in values.tolist()], at)
    return ReadColumn(key, cells.type, _bytes(values, {"float": "<f8", "int": "<i8", "bool": "u1"}[cells.type]), at)


def _taken(values: NDArray[Any], places: NDArray[np.intp] | None) -> NDArray[Any]:
    return values if places is None else values[places]


def _bytes(values: NDArray[Any], dtype: str) -> bytes:
    return values.astype(dtype, copy=False).tobytes()


def _sendable(text: str) -> str:
    """A lone surrogate, which UTF-8 has not, becomes `?`."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, str):
        return _sendable(value)
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 64:
        return float(value)
    return value


def _check(asked: ReadQuery) -> None:
    checked_stream(asked.stream)
    if len(asked.runs) > MOST_RUNS:
        raise Rejected(f"{len(asked.runs)} runs are asked for; one request may ask for {MOST_RUNS}", field="runs")
    if asked.samples is not None and asked.limit is not None:
        raise Rejected("Say samples or limit, not both", field="limit")
    for name, count in (("samples", asked.samples), ("limit", asked.limit)):
        if count is not None and not 1 <= count <= MOST_ASKED:
            raise Rejected(f"{name} is {count}; it must be 1 or more", field=name)
    for name, step in (("first", asked.first), ("last", asked.last)):
        if step is not None and not -(1 << 63) <= step < 1 << 63:
            raise Rejected(f"{name} is beyond what a step can be", field=name)
