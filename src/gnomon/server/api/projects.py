"""Projects."""

from __future__ import annotations

from gnomon.model.project import Project, ProjectEdit
from gnomon.model.record import NewProject
from gnomon.server.actions import projects, runs
from gnomon.server.actions.runs import Columns
from gnomon.server.edge.route import Call, Route


async def listed(call: Call) -> list[Project]:
    return await projects.seen_by(call.services.storage.tables, call.caller)


async def get(call: Call) -> Project:
    return await projects.get(call.services.storage.tables, call.project, call.caller)


async def create(call: Call) -> Project:
    services = call.services
    tables = services.storage.tables
    row, _ = await projects.create(
        tables, call.entity.key, call.path("project"), call.body.description, call.caller, services.clock()
    )
    return await projects.get(tables, row, call.caller)


async def edit(call: Call) -> Project:
    services = call.services
    return await projects.edit(services.storage.tables, call.project, call.body, call.caller, services.clock())


async def delete(call: Call) -> None:
    services = call.services
    await projects.delete(services.storage.tables, call.project, call.caller, services.clock())


async def give_star(call: Call) -> None:
    services = call.services
    await projects.star(services.storage.tables, call.project, call.caller, services.clock(), given=True)


async def take_star(call: Call) -> None:
    services = call.services
    await projects.star(services.storage.tables, call.project, call.caller, services.clock(), given=False)


async def columns(call: Call) -> Columns:
    services = call.services
    return await runs.columns_of(services.storage.tables, services.columns, call.project)


routes = [
    Route(
        "GET",
        "/api/projects",
        "projects.list",
        listed,
        doc="The projects I may see, the liveliest first.",
        answer=list[Project],
    ),
    Route("GET", "/api/projects/{entity}/{project}", "project.get", get, doc="One project.", answer=Project),
    Route(
        "PUT",
        "/api/projects/{entity}/{project}",
        "project.create",
        create,
        doc="Make a project where there is none of this name.",
        body=NewProject,
        answer=Project,
    ),
    Route(
        "PATCH",
        "/api/projects/{entity}/{project}",
        "project.edit",
        edit,
        doc="Change a project.\n\nFields left out stay as they are.",
        body=ProjectEdit,
        answer=Project,
    ),
    Route(
        "DELETE",
        "/api/projects/{entity}/{project}",
        "project.delete",
        delete,
        doc="Delete a project, with its runs and artifacts.\n\nIt cannot be brought back, and its name is free.",
    ),
    Route(
        "PUT",
        "/api/projects/{entity}/{project}/star",
        "project.star",
        give_star,
        doc="Star a project: it stands first in my lists. Nobody else's are concerned.",
    ),
    Route(
        "DELETE",
        "/api/projects/{entity}/{project}/star",
        "project.star",
        take_star,
        doc="Take my star from a project.",
    ),
    Route(
        "GET",
        "/api/projects/{entity}/{project}/columns",
        "project.columns",
        columns,
        doc="What its runs can be filtered and sorted by: the dotted paths of config and summary values.",
        answer=Columns,
    ),
]
