"""Questions in SQL about the runs of one project: only the rows that a query can need are handed to its process."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack

import anyio
import msgspec
import numpy as np

from gnomon.model.errors import Rejected, Unavailable
from gnomon.model.floats import named
from gnomon.server.actions import export
from gnomon.server.actions.export import Answer, Named, Part, long_columns, points_of_many, run_column, together
from gnomon.server.arrow import Column, Field, Lists, Table, Values, as_arrow, timestamps
from gnomon.server.sql.plan import merged
from gnomon.server.sql.process import AskAgain, Process, Processes
from gnomon.server.storage.metrics.store import KeyBatch, MetricStore
from gnomon.server.storage.tables import runs
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.runs import RunRow

LONGEST_QUERY = 100_000
RUNS_TOGETHER = 1000

POINTS = (
    Field("run", "string"), Field("step", "int"), Field("time", "timestamp"), Field("key", "string"),
    Field("value", "float"), Field("text", "string"),
)  # fmt: skip
RUNS = (
    Field("id", "string"), Field("name", "string"), Field("number", "int"), Field("state", "string"),
    Field("notes", "string"), Field("tags", "strings"), Field("group", "string"), Field("job_type", "string"),
    Field("user", "string"), Field("host", "string"), Field("program", "string"), Field("created_at", "timestamp"),
    Field("updated_at", "timestamp"), Field("finished_at", "timestamp"), Field("exit_code", "int"),
    Field("last_step", "int"), Field("config", "json"), Field("summary", "json"),
)  # fmt: skip
_encode = msgspec.json.Encoder().encode


async def ask(
    processes: Processes, tables: Database, metrics: MetricStore, project: ProjectRow, query: str, format: str,
    *, most_points: int,
) -> Answer:  # fmt: skip
    """The answer to a query, once nothing can go wrong with it any more.

    Raises Rejected for a query that makes no sense, may not be asked, or needs more than it may use.
    """
    if len(query) > LONGEST_QUERY:
        raise Rejected(f"A query has at most {LONGEST_QUERY} characters", field="query")
    try:
        with anyio.fail_after(processes.settings.secs):
            for streams in (True, False):
                stack = AsyncExitStack()
                try:
                    process = await stack.enter_async_context(
                        processes.running(query=query, format=format, streams=streams)
                    )
                    await _hand_over(process, tables, metrics, project, most_points)
                    await process.columns()
                    return Answer(process.answer(), stack.aclose)
                except AskAgain:
                    await stack.aclose()
                except BaseException:
                    with anyio.CancelScope(shield=True):
                        await stack.aclose()
                    raise
    except TimeoutError:
        raise Rejected(
            f"The query took more than {processes.settings.secs:g} s and was ended; ask for fewer runs or keys, or "
            "raise the server's setting sql_secs",
            field="query",
        ) from None
    raise Unavailable("The query could not be answered: DuckDB reads a table in an unforeseen way")


async def _hand_over(
    process: Process, tables: Database, metrics: MetricStore, project: ProjectRow, most_points: int
) -> None:
    """Gives the process the rows that its query can need."""
    points_left = most_points
    for name, scans in (await process.needs()).items():
        need = merged(scans)
        if name == "runs":
            await process.feed(as_arrow(Table(RUNS, _runs(tables, project.key))))
            continue
        asked = await export.all_runs(tables, project.key)
        if need.runs is not None:
            wanted = set(need.runs)
            asked = [run for run in asked if run.id in wanted]
        part = Part(
            stream="system" if name == "system" else "history", keys=need.keys, first=need.first, last=need.last
        )
        points_left -= await _counted(metrics, asked, part, points_left, most_points)
        await process.feed(as_arrow(Table(POINTS, _points(metrics, asked, part))))


async def _counted(metrics: MetricStore, asked: Sequence[Named], part: Part, left: int, most: int) -> int:
    """How many values the runs have of this part, at most. Raises Rejected where that is too many."""
    found = 0
    for key in await metrics.shared_keys([run.key for run in asked], part.stream):
        inside = (part.keys is None or key.key in part.keys) and (
            (part.first is None or key.last_step >= part.first) and (part.last is None or key.first_step <= part.last)
        )
        found += key.points if inside else 0
    if found > left:
        raise Rejected(
            f"The query needs {most - left + found:,} logged values, and may need {most:,}; name runs and keys in "
            "`where` (run = 'id' and key in ('loss', 'acc')), or raise the server's setting sql_points",
            field="query",
        )
    return found


def _points(
    metrics: MetricStore, asked: Sequence[Named], part: Part
) -> AsyncGenerator[tuple[Sequence[Column], int], None]:
    def columns(held: list[tuple[str, KeyBatch]]) -> list[Column]:
        batches = [batch for _, batch in held]
        key, step, _, value, text = long_columns(batches)
        times = timestamps(np.concatenate([batch.times for batch in batches]))
        return [run_column(held), step, times, key, value, text]

    return together(points_of_many(metrics, asked, part), columns)


async def _runs(tables: Database, project: int) -> AsyncGenerator[tuple[Sequence[Column], int], None]:
    keys = await tables.read(lambda conn: runs.all_keys(conn, project))
    for start in range(0, len(keys), RUNS_TOGETHER):
        some = keys[start : start + RUNS_TOGETHER]
        found = await tables.read(lambda conn, some=some: runs.by_keys(conn, some))  # type: ignore[misc]
        rows = [found[key] for key in some if key in found]
        if rows:
            yield _run_columns(rows), len(rows)


def _run_columns(rows: Sequence[RunRow]) -> list[Column]:
    return [
        _texts([row.id for row in rows]),
        _texts([row.name for row in rows]),
        _ints([row.number for row in rows]),
        _texts([row.state for row in rows]),
        _texts([row.notes for row in rows]),
        Lists([row.tags for row in rows]),
        _texts([row.group for row in rows]),
        _texts([row.job_type for row in rows]),
        _texts([row.user for row in rows]),
        _texts([row.host for row in rows]),
        _texts([row.program for row in rows]),
        timestamps(np.array([row.created_at for row in rows])),
        timestamps(np.array([row.updated_at for row in rows])),
        timestamps(np.array([np.nan if row.finished_at is None else row.finished_at for row in rows])),
        _ints([row.exit_code for row in rows]),
        _ints([row.last_step for row in rows]),
        _texts([_encode(named(row.config)).decode() for row in rows]),
        _texts([_encode(named(row.summary)).decode() for row in rows]),
    ]


def _texts(texts: Sequence[str]) -> Values:
    out = np.empty(len(texts), object)
    out[:] = texts
    return Values(out)


def _ints(numbers: Sequence[int | None]) -> Values:
    valid = np.array([number is not None for number in numbers], np.bool_)
    return Values(np.array([0 if number is None else number for number in numbers], np.int64), valid)
