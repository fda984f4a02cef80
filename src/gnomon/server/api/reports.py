"""Reports of a project."""

from __future__ import annotations

from gnomon.model.report import NewReport, Report, ReportEdit, ReportInfo
from gnomon.server.actions import reports
from gnomon.server.edge.route import Call, Route


async def listed(call: Call) -> list[ReportInfo]:
    return await reports.listed(call.services.storage.tables, call.project)


async def get(call: Call) -> Report:
    return await reports.get(call.services.storage.tables, call.project, call.path("report"))


async def create(call: Call) -> Report:
    services = call.services
    return await reports.create(services.storage.tables, call.project, call.body, call.caller, services.clock())


async def edit(call: Call) -> Report:
    services = call.services
    return await reports.edit(
        services.storage.tables, call.project, call.path("report"), call.body, call.caller, services.clock()
    )


async def delete(call: Call) -> None:
    services = call.services
    await reports.delete(services.storage.tables, call.project, call.path("report"), call.caller, services.clock())


_REPORTS = "/api/projects/{entity}/{project}/reports"

routes = [
    Route(
        "GET", _REPORTS, "view.get", listed, tag="reports",
        doc="The reports of a project, the one changed last first.", answer=list[ReportInfo],
    ),
    Route(
        "GET", _REPORTS + "/{report}", "view.get", get, tag="reports",
        doc="One report, by its number, with what is in it.", answer=Report,
    ),
    Route(
        "POST", _REPORTS, "view.save", create, tag="reports",
        doc="Write a report.", body=NewReport, answer=Report,
    ),
    Route(
        "PATCH", _REPORTS + "/{report}", "view.save", edit, tag="reports",
        doc="Change a report. Fields left out stay as they are. With `since`, an edit of an older state is refused.",
        body=ReportEdit, answer=Report,
    ),
    Route(
        "DELETE", _REPORTS + "/{report}", "view.delete", delete, tag="reports",
        doc="Delete a report. It cannot be brought back.",
    ),
]  # fmt: skip
