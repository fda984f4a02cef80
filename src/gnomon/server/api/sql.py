"""Questions in SQL."""

from __future__ import annotations

from gnomon.model.export import SqlQuery
from gnomon.server.actions import sql
from gnomon.server.actions.export import Answer
from gnomon.server.api.export import MEDIA
from gnomon.server.api.streams import Streamed, while_waited_for
from gnomon.server.arrow import ARROW
from gnomon.server.edge.route import Bytes, Call, Header, Route

FORMATS = {**MEDIA, "json": "application/json"}


async def ask(call: Call) -> Streamed:
    services = call.services
    query: SqlQuery = call.body
    format = accepted(call.request.headers.get("accept", ""))

    async def work() -> Answer:
        return await sql.ask(
            services.queries, services.storage.tables, services.storage.metrics, call.project, query.query, format,
            most_points=services.settings.sql_points,
        )  # fmt: skip

    answer = await while_waited_for(call.request, work())
    suffix = {"arrow": "arrows"}.get(format, format)
    return Streamed(answer.body, media=FORMATS[format], name=f"{call.project.name}.{suffix}", close=answer.close)


def accepted(accept: str) -> str:
    """The first format that an Accept header names; Arrow where it names none.

    >>> accepted("application/json"), accepted("text/csv;q=0.9, */*"), accepted("*/*")
    ('json', 'csv', 'arrow')
    """
    for item in accept.split(","):
        media = item.partition(";")[0].strip().lower()
        for format, known in FORMATS.items():
            if media == known.partition(";")[0]:
                return format
    return "arrow"


routes = [
    Route(
        "POST", "/api/projects/{entity}/{project}/sql", "project.sql", ask,
        doc="One SELECT in DuckDB's SQL over the project's tables, and nothing else.\n\n"
        "`runs`: id, name, number, state, notes, tags (list), group, job_type, user, host, program, created_at, "
        "updated_at, finished_at, exit_code, last_step, config (JSON), summary (JSON). `history` and `system`: run, "
        "step, time, key, value, text, one row a value and the last value of each step. Times are UTC. The answer is "
        "an Arrow IPC stream, or what Accept asks for: `application/json`, `text/csv`, "
        "`application/vnd.apache.parquet`. A query that makes no sense, or needs more time or memory than it may use, "
        "is refused before the first byte.",
        headers=(Header("Accept", "The format of the answer."),),
        body=SqlQuery,
        answer=Bytes("The rows.", ARROW),
    ),
]  # fmt: skip
