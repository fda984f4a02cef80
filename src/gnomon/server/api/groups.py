"""Groups of runs."""

from __future__ import annotations

from gnomon.model.groups import GroupPage, GroupSearch
from gnomon.server.actions import groups
from gnomon.server.edge.route import Call, Route


async def grouped(call: Call) -> GroupPage:
    services = call.services
    storage = services.storage
    return await groups.grouped(storage.tables, storage.metrics, services.columns, call.project, call.body)


routes = [
    Route(
        "POST",
        "/api/projects/{entity}/{project}/runs/groups",
        "project.groups",
        grouped,
        doc="Runs of a project that match, grouped by what they have.\n\n"
        'Say `{"by": ["config.optimizer"], "of": ["summary.loss"]}` to be told how many runs each optimizer has, and '
        "mean, least, greatest and standard deviation of their losses. The `filter` of a group finds its runs.",
        body=GroupSearch,
        answer=GroupPage,
    ),
]
