"""Whole runs to take away: Arrow, Parquet or CSV."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from gnomon.model.export import ExportQuery, FileFormat, Repeats, Shape
from gnomon.model.history import Stream
from gnomon.server.actions import export
from gnomon.server.actions.export import Answer, Part
from gnomon.server.api.streams import Streamed, while_waited_for
from gnomon.server.arrow import ARROW, Table
from gnomon.server.edge.route import Bytes, Call, Param, Route
from gnomon.server.storage.metrics.store import RunKey

MEDIA = {"arrow": ARROW, "parquet": "application/vnd.apache.parquet", "csv": "text/csv; charset=utf-8"}


async def of_run(call: Call) -> Streamed:
    query, metrics, run = call.query, call.services.storage.metrics, RunKey(call.run.key)
    keys = None if query["keys"] is None else tuple(key for key in query["keys"].split(",") if key)
    part = Part(stream=query["stream"], keys=keys, first=query["first"], last=query["last"], repeats=query["repeats"])

    async def work() -> Answer:
        table = await export.wide(metrics, run, part) if query["shape"] == "wide" else export.long(metrics, run, part)
        return await export.written(call.services.converters, table, query["format"])

    return await _streamed(call, work, query["format"], call.run.id)


async def of_project(call: Call) -> Streamed:
    asked: ExportQuery = call.body
    services = call.services
    metrics = services.storage.metrics
    part = Part(stream=asked.stream, keys=asked.keys, first=asked.first, last=asked.last, repeats=asked.repeats)

    async def work() -> Answer:
        runs = await export.runs_asked(services.storage.tables, metrics, services.columns, call.project, asked)
        table: Table
        if asked.shape == "wide":
            table = await export.wide_of_many(metrics, runs, part)
        else:
            table = export.long_of_many(metrics, runs, part)
        return await export.written(services.converters, table, asked.format)

    return await _streamed(call, work, asked.format, call.project.name)


async def _streamed(call: Call, work: Callable[[], Awaitable[Answer]], format: str, name: str) -> Streamed:
    answer = await while_waited_for(call.request, work())
    suffix = {"arrow": "arrows"}.get(format, format)
    return Streamed(answer.body, media=MEDIA[format], name=f"{name}.{suffix}", close=answer.close)


_COLUMNS = (
    "`wide` has a row for each logged row: `_step`, `_time` (Unix seconds) and a column for each key. `long` has a row "
    "for each value: `key`, `step`, `time`, `value` (numbers; bools are 1 and 0) and `text` (strings, the JSON of "
    "everything else, and numbers that a float cannot hold)."
)

routes = [
    Route(
        "GET", "/api/runs/{entity}/{project}/{run}/export", "run.export", of_run,
        doc="Everything a run has logged, as one file.\n\n"
        f"{_COLUMNS} The file is made while it is read; one that cannot be completed ends early.",
        query=(
            Param("shape", "`wide` or `long`.", Shape, "wide"),
            Param("format", "`arrow` (an IPC stream), `parquet` or `csv`.", FileFormat, "arrow"),
            Param("stream", "`history` or `system`.", Stream, "history"),
            Param("keys", "Only these keys, with commas between; all where it is not given.", str),
            Param("first", "The least step.", int),
            Param("last", "The greatest step.", int),
            Param("repeats", "Where a step was logged more than once: `last`, `all` or `mean`.", Repeats, "last"),
        ),
        answer=Bytes("The file.", ARROW),
    ),
    Route(
        "POST", "/api/projects/{entity}/{project}/export", "project.export", of_project,
        doc="What runs of a project have logged, as one file.\n\n"
        f"{_COLUMNS} Before these stands `run`, and the runs come in the order in which they were made.",
        body=ExportQuery,
        answer=Bytes("The file.", ARROW),
    ),
]  # fmt: skip
