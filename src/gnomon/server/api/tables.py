"""Logged tables: questions about them, and parts of them that are kept."""

from __future__ import annotations

import asyncio
from typing import Literal

from sqlalchemy.engine import Connection

from gnomon.model.artifact import ArtifactVersion
from gnomon.model.table import TableQuery, TableSlice
from gnomon.server.actions import tables
from gnomon.server.actions.artifacts import reading
from gnomon.server.actions.export import Answer
from gnomon.server.api.sql import FORMATS, accepted
from gnomon.server.api.streams import Streamed, while_waited_for
from gnomon.server.arrow import ARROW
from gnomon.server.caller import not_there
from gnomon.server.edge.body import parse_json, read_body
from gnomon.server.edge.route import Bytes, Call, Header, Param, Route

MOST_BYTES = 64 << 20
"""Of a table that is sent."""


async def ask(call: Call) -> Streamed:
    services, query = call.services, call.body
    format = accepted(call.request.headers.get("accept", ""))
    work = tables.ask(services.queries, services.storage, call.project, query, format)
    return _sent(await while_waited_for(call.request, work), format)


async def convert(call: Call) -> Streamed:
    services, format = call.services, call.query["to"]
    data = await read_body(call.request, services, most_bytes=MOST_BYTES)
    return _sent(await while_waited_for(call.request, tables.convert(services.queries, data, format)), format)


def _sent(answer: Answer, format: str) -> Streamed:
    suffix = {"arrow": "arrows"}.get(format, format)
    return Streamed(answer.body, media=FORMATS[format], name=f"table.{suffix}", close=answer.close)


async def save(call: Call) -> ArtifactVersion:
    services = call.services
    data = await read_body(call.request, services, most_bytes=MOST_BYTES)
    slice: TableSlice = await asyncio.to_thread(parse_json, data, TableSlice)
    made = await tables.save(services.storage, call.project, slice, call.caller, now=services.clock())
    services.live.publish(made.project, "artifact", made.collection_name)

    def told(conn: Connection) -> ArtifactVersion:
        found = reading.in_sequence(conn, made)
        if found is None:
            raise not_there("artifact", made.path)
        return reading.as_versions(conn, [(found.collection, found.membership)], call.caller)[0]

    return await services.storage.tables.read(told)


_TABLES = "/api/projects/{entity}/{project}/tables"

routes = [
    Route(
        "POST", _TABLES + "/sql", "tables.sql", ask,
        doc="One SELECT in DuckDB's SQL over a logged table, and nothing else.\n\n"
        "The table is `t`, and a second one, where it is named, `u`. Columns have the types of their cells; media, "
        "lists and objects are JSON. The answer is an Arrow IPC stream, or what Accept asks for: `application/json`, "
        "`text/csv`, `application/vnd.apache.parquet`. A query that makes no sense, or needs more time or memory than "
        "it may use, is refused before the first byte.",
        headers=(Header("Accept", "The format of the answer."),),
        body=TableQuery,
        answer=Bytes("The rows.", ARROW),
    ),
    Route(
        "POST", _TABLES + "/convert", "tables.convert", convert,
        doc="A table that is sent as JSON (`{\"columns\": [...], \"data\": [[...]]}`), as a file of another format.",
        query=(Param("to", "The format.", Literal["parquet", "csv", "arrow"], "parquet"),),
        body=Bytes("The table.", "application/json"),
        answer=Bytes("The file."),
    ),
    Route(
        "POST", _TABLES, "tables.save", save,
        doc="Keep rows and columns of a logged table as a table of their own.\n\n"
        "The body is TableSlice. It becomes a version of an artifact of the type `table`, which the run named counts "
        "as having logged; media of its cells come along without being sent.",
        body=Bytes("The table: TableSlice.", "application/json"),
        answer=ArtifactVersion,
    ),
]  # fmt: skip
