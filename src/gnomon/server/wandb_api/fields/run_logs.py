"""What a run has printed."""

from __future__ import annotations

from typing import Any

from ariadne import ObjectType
from graphql import GraphQLResolveInfo

from gnomon.model.history import ConsoleLine
from gnomon.server.actions import console
from gnomon.server.storage.tables.runs import RunRow
from gnomon.server.wandb_api.connection import connection, place
from gnomon.server.wandb_api.door import Asked
from gnomon.server.wandb_api.ids import to_id
from gnomon.server.wandb_api.scalars import iso

Info = GraphQLResolveInfo[Asked]

LINES_A_PAGE = 1000

run = ObjectType("Run")


@run.field("logLines")
async def log_lines(
    row: RunRow, info: Info, *, first: int | None = None, after: str | None = None, last: int | None = None,
    useImprovedPagination: bool | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Lines in order: the last ones, or those after a cursor. Old clients and new ones are answered alike."""
    storage = info.context.services.storage
    wanted = last if last is not None else first
    count = min(LINES_A_PAGE if wanted is None or wanted < 1 else wanted, console.MOST_LINES)
    start = -count if last is not None and not after else place(after)
    page = await console.page(storage.tables, storage.metrics, row.key, first=start, limit=count)
    end = page.lines[-1].line + 1 if page.lines else page.total
    return connection(
        [_line(row, line) for line in page.lines],
        cursors=[str(line.line + 1) for line in page.lines],
        has_next=end < page.total,
        total=page.total,
    )


def _line(row: RunRow, line: ConsoleLine) -> dict[str, Any]:
    return {
        "id": to_id("LogLine", f"{row.key}:{line.line}"),
        "number": line.line,
        "timestamp": iso(line.time),
        "level": "error" if line.stream == "stderr" else "info",
        "label": line.label or None,
        "line": line.text,
    }


bindables = [run]
