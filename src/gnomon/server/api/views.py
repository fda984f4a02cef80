"""Saved views of a project's workspace."""

from __future__ import annotations

from gnomon.model.view import NewView, Opening, OwnView, View, ViewEdit, ViewInfo
from gnomon.server.actions import workspaces
from gnomon.server.edge.route import Call, Route


async def all_of(call: Call) -> list[ViewInfo]:
    return await workspaces.listed(call.services.storage.tables, call.project, call.caller)


async def opening(call: Call) -> Opening:
    return await workspaces.opening(call.services.storage.tables, call.project, call.path("page"), call.caller)


async def read(call: Call) -> View:
    return await workspaces.get(call.services.storage.tables, call.project, call.path("view"), call.caller)


async def keep(call: Call) -> View:
    services = call.services
    return await workspaces.create(services.storage.tables, call.project, call.body, call.caller, services.clock())


async def leave(call: Call) -> View:
    services = call.services
    return await workspaces.leave(
        services.storage.tables, call.project, call.path("page"), call.body.spec, call.caller, services.clock()
    )


async def change(call: Call) -> View:
    services = call.services
    return await workspaces.edit(
        services.storage.tables, call.project, call.path("view"), call.body, call.caller, services.clock()
    )


async def forget(call: Call) -> None:
    services = call.services
    await workspaces.delete(services.storage.tables, call.project, call.path("view"), call.caller, services.clock())


_VIEWS = "/api/projects/{entity}/{project}/views"

routes = [
    Route(
        "GET", _VIEWS, "view.get", all_of, tag="views",
        doc="The saved views of a project, and one's own.", answer=list[ViewInfo],
    ),
    Route(
        "POST", _VIEWS, "view.save", keep, tag="views",
        doc="Keep a view under a name, or what a link stands for.", body=NewView, answer=View,
    ),
    Route(
        "GET", _VIEWS + "/opening/{page}", "view.get", opening, tag="views",
        doc="What a page, `project` or `run`, opens with: one's own view, else the project's default, else nothing.",
        answer=Opening,
    ),
    Route(
        "PUT", _VIEWS + "/own/{page}", "view.leave", leave, tag="views",
        doc="Keep one's own view of a page, `project` or `run`, in the place of the one before.",
        body=OwnView, answer=View,
    ),
    Route(
        "GET", _VIEWS + "/{view}", "view.get", read, tag="views",
        doc="One view, by its number, with what is in it.", answer=View,
    ),
    Route(
        "PATCH", _VIEWS + "/{view}", "view.save", change, tag="views",
        doc="Change a view with a name. With `since`, an edit of an older state is refused.",
        body=ViewEdit, answer=View,
    ),
    Route(
        "DELETE", _VIEWS + "/{view}", "view.delete", forget, tag="views",
        doc="Delete a view. It cannot be brought back.",
    ),
]  # fmt: skip
