"""Reports of a project."""

from __future__ import annotations

from gnomon.model.report import Report, ReportInfo
from gnomon.server.actions import reports
from gnomon.server.edge.route import Call, Route


async def listed(call: Call) -> list[ReportInfo]:
    return await reports.listed(call.services.storage.tables, call.project)


async def get(call: Call) -> Report:
    return await reports.get(call.services.storage.tables, call.project, call.path("report"))


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
]  # fmt: skip
