"""The runs of a project, in pages."""

from __future__ import annotations

from typing import Any

from ariadne import ObjectType
from graphql import GraphQLResolveInfo

from gnomon.model.query import RunSearch
from gnomon.server.actions import runs
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.wandb_api.connection import connection
from gnomon.server.wandb_api.door import Asked
from gnomon.server.wandb_api.run_search import search_of

Info = GraphQLResolveInfo[Asked]

project = ObjectType("Project")


@project.field("runs")
@project.field("buckets")
async def runs_of(
    row: ProjectRow, info: Info, *, filters: str | None = None, order: str | None = None, first: int | None = None,
    after: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A page of the runs that match. There are pages forward only, as clients ask for."""
    if first == 0:
        return connection([], total=int(await run_count(row, info, filters=filters)))
    asked = search_of(filters, order, first, after)
    page = await _search(row, info, asked)
    cursors = [runs.place_after(page.start + at, run.key) for at, run in enumerate(page.rows, 1)]
    return connection(page.rows, cursors=cursors, has_next=page.cursor is not None, total=page.total)


@project.field("runCount")
async def run_count(row: ProjectRow, info: Info, *, filters: str | None = None) -> int:
    found = await _search(row, info, search_of(filters, first=1))
    return int(found.total)


@project.field("totalRuns")
async def total_runs(row: ProjectRow, info: Info) -> int:
    return int(await run_count(row, info))


async def _search(row: ProjectRow, info: Info, asked: RunSearch) -> runs.RowPage:
    services = info.context.services
    return await runs.search_rows(services.storage.tables, services.storage.metrics, services.columns, row, asked)


bindables = [project]
