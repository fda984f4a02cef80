"""What runs have logged, whole, as tables: wide with a column a key, or long with a row a value.

Tables are made while they are read: at no time is more of one in memory than a batch.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from typing import NamedTuple

import anyio
import numpy as np
from sqlalchemy.engine import Connection

from gnomon.model.errors import Rejected
from gnomon.model.export import ExportQuery, Repeats
from gnomon.model.history import Stream
from gnomon.model.query import Every, Filter
from gnomon.model.query_match import checked
from gnomon.model.query_text import parse
from gnomon.server.actions.columns import RunColumns
from gnomon.server.actions.logged_keys import resolved
from gnomon.server.arrow import Column, Field, Repeated, Table, Values, as_arrow
from gnomon.server.sql.process import Process, Processes
from gnomon.server.storage.metrics.cells import EXACT, read_as, recast, values_and_texts
from gnomon.server.storage.metrics.store import Batch, Cells, ColumnType, KeyBatch, MetricStore, RunKey
from gnomon.server.storage.tables import runs
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow

ROWS = 65_536
"""About so many rows make a batch."""
CELLS = 4 << 20
MOST_COLUMNS = 20_000
AT_ONCE_RUNS = 16

LONG = (Field("key", "string"), Field("step", "int"), Field("time", "float"), Field("value", "float"),
        Field("text", "string"))  # fmt: skip
RUN = Field("run", "string")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which part of what a run has logged."""

    stream: Stream = "history"
    keys: tuple[str, ...] | None = None
    first: int | None = None
    last: int | None = None
    repeats: Repeats = "last"

    def __post_init__(self) -> None:
        if self.stream not in ("history", "system"):
            raise Rejected(f"There is no stream {self.stream!r}; there are history and system", field="stream")
        for name, step in (("first", self.first), ("last", self.last)):
            if step is not None and not -(1 << 63) <= step < 1 << 63:
                raise Rejected(f"{name} is beyond what a step can be", field=name)

    def scan(self, metrics: MetricStore, run: RunKey) -> AsyncGenerator[Batch, None]:
        return metrics.scan(
            run, stream=self.stream, keys=self.keys, first_step=self.first, last_step=self.last, repeats=self.repeats
        )

    def points(self, metrics: MetricStore, run: RunKey) -> AsyncGenerator[KeyBatch, None]:
        return metrics.points(
            run, stream=self.stream, keys=self.keys, first_step=self.first, last_step=self.last, repeats=self.repeats
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes that are still being made; who has read enough of them calls `close`."""

    body: AsyncIterator[bytes]
    close: Callable[[], Awaitable[None]]


class Named(NamedTuple):
    """A run, by the id that people know, and its number."""

    id: str
    key: RunKey


async def runs_asked(
    tables: Database, metrics: MetricStore, columns: RunColumns, project: ProjectRow, asked: ExportQuery
) -> list[Named]:
    """The runs of the project that were asked for, in the order in which they were made.

    Raises Rejected for a run that is not there, and for a filter that makes no sense.
    """
    parts: list[Filter] = [] if asked.filter is None else [asked.filter]
    if asked.query.strip():
        parts.append(parse(asked.query))
    if asked.runs is not None and parts:
        raise Rejected("Name runs, or say which ones match, not both", field="runs")
    if parts:
        filter = await resolved(checked(Every(tuple(parts))), tables, metrics, project.key)

        def matching(conn: Connection) -> list[int]:
            keys: list[int] = columns.search(conn, project.key, filter, ()).keys.tolist()
            return keys

        return await _named(tables, await tables.read(matching))
    if asked.runs is None:
        return await all_runs(tables, project.key)
    given = asked.runs
    found = await tables.read(lambda conn: runs.keys_by_id(conn, project.key, given))
    missing = [id for id in given if id not in found]
    if missing:
        raise Rejected(f"There is no run {missing[0]!r} in {project.entity_name}/{project.name}", field="runs")
    return sorted((Named(id, RunKey(key)) for id, key in found.items()), key=lambda run: run.key)


async def all_runs(tables: Database, project: int) -> list[Named]:
    """The runs of a project that are not deleted, in the order in which they were made."""
    return await _named(tables, await tables.read(lambda conn: runs.all_keys(conn, project)))


async def _named(tables: Database, keys: Sequence[int]) -> list[Named]:
    ids = await tables.read(lambda conn: runs.ids_by_key(conn, keys))
    return [Named(ids[key], RunKey(key)) for key in sorted(ids)]


async def wide(metrics: MetricStore, run: RunKey, part: Part) -> Table:
    """The rows of a run: `_step`, `_time` (Unix seconds), and a column for each key."""
    batches = part.scan(metrics, run)
    first = await anext(batches)
    names = distinct(("_step", "_time"), first.columns)
    types = {key: cells.type for key, cells in first.columns.items()}

    async def rows() -> AsyncGenerator[tuple[Sequence[Column], int], None]:
        batch: Batch | None = first
        async with aclosing(batches):
            while batch is not None:
                cells = (Values(column.values, column.valid) for column in batch.columns.values())
                yield [Values(batch.steps), Values(batch.times), *cells], len(batch)
                batch = await anext(batches, None)

    fields = (
        Field("_step", "int"),
        Field("_time", "float"),
        *(Field(names[key], type_) for key, type_ in types.items()),
    )
    return Table(fields, rows())


async def wide_of_many(metrics: MetricStore, asked: Sequence[Named], part: Part) -> Table:
    """The rows of many runs, run by run: `run`, `_step`, `_time`, and a column for each key that some run has."""
    types = await _types_of_many(metrics, asked, part)
    if len(types) > MOST_COLUMNS:
        raise Rejected(
            f"The runs have {len(types)} keys, and a table may have {MOST_COLUMNS} columns; name fewer keys, or ask "
            "for the long shape",
            field="keys",
        )
    names = distinct(("run", "_step", "_time"), types)
    most = max(1, min(ROWS, CELLS // max(1, len(types))))

    async def rows() -> AsyncGenerator[tuple[Sequence[Column], int], None]:
        held: list[tuple[str, Batch]] = []
        for run in asked:
            async with aclosing(part.scan(metrics, run.key)) as batches:
                async for batch in batches:
                    if held and sum(len(one) for _, one in held) + len(batch) > most:
                        yield _side_by_side(held, types)
                        held = []
                    if len(batch):
                        held.append((run.id, batch))
        if held:
            yield _side_by_side(held, types)

    fields = (RUN, Field("_step", "int"), Field("_time", "float"))
    return Table((*fields, *(Field(names[key], type_) for key, type_ in types.items())), rows())


async def _types_of_many(metrics: MetricStore, asked: Sequence[Named], part: Part) -> dict[str, ColumnType]:
    """How each key is read as one column of all runs; sorted by name."""
    gate = asyncio.Semaphore(AT_ONCE_RUNS)

    async def ask(run: Named) -> dict[str, ColumnType]:
        async with gate:
            return read_as(await metrics.types(run.key, part.stream), part.repeats)

    kinds: dict[str, set[ColumnType]] = {}
    whole: dict[str, list[RunKey]] = {}
    each = await asyncio.gather(*map(ask, asked))
    for run, types in zip(asked, each, strict=True):
        for key, type_ in types.items():
            if part.keys is None or key in part.keys:
                kinds.setdefault(key, set()).add(type_)
                if type_ == "int":
                    whole.setdefault(key, []).append(run.key)
    both = {key for key, types_ in kinds.items() if types_ == {"float", "int"}}
    large: set[str] = set()
    for number in sorted({run for key in both for run in whole[key]}):
        for known in await metrics.keys(number, part.stream):
            if known.key in both and max(-(known.low or 0.0), known.high or 0.0) >= EXACT:
                large.add(known.key)
    return {
        key: next(iter(types_)) if len(types_) == 1 else "float" if key in both and key not in large else "json"
        for key, types_ in sorted(kinds.items())
    }


def _side_by_side(held: Sequence[tuple[str, Batch]], types: Mapping[str, ColumnType]) -> tuple[Sequence[Column], int]:
    """Rows of several runs as one batch."""
    counts = [len(batch) for _, batch in held]
    rows = sum(counts)
    columns: list[Column] = [
        Repeated([id for id, _ in held], counts),
        Values(np.concatenate([batch.steps for _, batch in held])),
        Values(np.concatenate([batch.times for _, batch in held])),
    ]
    for key, type_ in types.items():
        parts = [recast(batch.columns.get(key), type_, len(batch)) for _, batch in held]
        columns.append(_joined(parts))
    return columns, rows


def _joined(parts: Sequence[Cells]) -> Values:
    values = np.concatenate([cells.values for cells in parts])
    if all(cells.valid is None for cells in parts):
        return Values(values)
    valid = [np.ones(len(cells.values), np.bool_) if cells.valid is None else cells.valid for cells in parts]
    return Values(values, np.concatenate(valid))


def long(metrics: MetricStore, run: RunKey, part: Part) -> Table:
    """The values of a run, key by key: `key`, `step`, `time` (Unix seconds), `value` and `text`.

    Numbers and bools are in `value`, strings in `text`, and so is the JSON of everything else, and of what a float
    cannot say exactly.
    """

    async def points() -> AsyncGenerator[tuple[str, KeyBatch], None]:
        async with aclosing(part.points(metrics, run)) as batches:
            async for batch in batches:
                yield "", batch

    return Table(LONG, together(points(), lambda held: long_columns([batch for _, batch in held])))


def long_of_many(metrics: MetricStore, asked: Iterable[Named], part: Part) -> Table:
    """The values of many runs, run by run and key by key: `run` before the columns of `long`."""
    return Table(
        (RUN, *LONG),
        together(
            points_of_many(metrics, asked, part),
            lambda held: [
                run_column(held),
                *long_columns([batch for _, batch in held]),
            ],
        ),
    )


async def points_of_many(
    metrics: MetricStore, asked: Iterable[Named], part: Part
) -> AsyncGenerator[tuple[str, KeyBatch], None]:
    """The points of many runs with the ids of these."""
    for run in asked:
        async with aclosing(part.points(metrics, run.key)) as batches:
            async for batch in batches:
                yield run.id, batch


async def together(
    points: AsyncGenerator[tuple[str, KeyBatch], None], columns: Callable[[list[tuple[str, KeyBatch]]], list[Column]]
) -> AsyncGenerator[tuple[Sequence[Column], int], None]:
    """Points as batches of a table, many small ones in one."""
    held: list[tuple[str, KeyBatch]] = []
    rows = 0
    async with aclosing(points):
        async for one in points:
            if held and rows + len(one[1]) > ROWS:
                yield columns(held), rows
                held, rows = [], 0
            held.append(one)
            rows += len(one[1])
    if held:
        yield columns(held), rows


def run_column(held: Sequence[tuple[str, KeyBatch]]) -> Column:
    """The ids of the runs of points."""
    return Repeated([id for id, _ in held], [len(batch) for _, batch in held])


def long_columns(batches: Sequence[KeyBatch]) -> list[Column]:
    """The columns of `long`."""
    said = [values_and_texts(batch.cells) for batch in batches]
    return [
        Repeated([batch.key for batch in batches], [len(batch) for batch in batches]),
        Values(np.concatenate([batch.steps for batch in batches])),
        Values(np.concatenate([batch.times for batch in batches])),
        _joined([values for values, _ in said]),
        _joined([texts for _, texts in said]),
    ]


def distinct(taken: Sequence[str], keys: Iterable[str]) -> dict[str, str]:
    """A column name for each key: its own, with `_1` (or `_2`, …) after it where another column has that name."""
    names: dict[str, str] = {}
    used = set(taken)
    for key in keys:
        name, number = key, 0
        while name in used:
            number += 1
            name = f"{key}_{number}"
        used.add(name)
        names[key] = name
    return names


async def written(processes: Processes, table: Table, format: str) -> Answer:
    """The bytes of a table in a format, made while they are read. Raises what reading the first rows raises."""
    if format == "arrow":
        return await _begun(as_arrow(table))
    stack = AsyncExitStack()
    feeding: asyncio.Task[None] | None = None
    try:
        process = await stack.enter_async_context(processes.running(query=None, format=format))
        feeding = asyncio.create_task(_feed(process, table))
        stack.push_async_callback(_stopped, feeding)
        await process.columns()
    except BaseException:
        failed = feeding is not None and feeding.done() and not feeding.cancelled() and feeding.exception()
        with anyio.CancelScope(shield=True):
            await stack.aclose()
        if failed:
            raise failed from None
        raise
    return Answer(process.answer(), stack.aclose)


async def _begun(body: AsyncGenerator[bytes, None]) -> Answer:
    first = await anext(body)

    async def whole() -> AsyncIterator[bytes]:
        async with aclosing(body):
            yield first
            async for data in body:
                yield data

    return Answer(whole(), body.aclose)


async def _feed(process: Process, table: Table) -> None:
    try:
        await process.feed(as_arrow(table))
    except BaseException:
        process.end()  # or it would take what it has for all there is
        raise


async def _stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
