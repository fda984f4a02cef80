"""Reports of a project, read. They are views of a kind of their own, and written as such."""

from __future__ import annotations

import msgspec

from gnomon.model.report import Report, ReportInfo
from gnomon.server.actions.views import DRAFT, REPORT
from gnomon.server.caller import not_there
from gnomon.server.storage.tables import views
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.views import ViewRow

_KINDS = (REPORT, DRAFT)


async def listed(tables: Database, project: ProjectRow) -> list[ReportInfo]:
    """The reports of a project, the one changed last first."""
    rows = await tables.read(lambda conn: views.of_project(conn, project.key))
    return [_info(row) for row in rows if row.kind in _KINDS]


async def get(tables: Database, project: ProjectRow, report: str) -> Report:
    """The report of this number. Raises NotFound, also for one of another project."""
    key = int(report) if report.isascii() and report.isdecimal() and len(report) < 19 else -1
    row = await tables.read(lambda conn: views.by_key(conn, key))
    if row is None or row.project != project.key or row.kind not in _KINDS:
        raise not_there("report", report)
    return Report(info=_info(row), spec=msgspec.json.decode(row.spec) if row.spec else {})


def _info(row: ViewRow) -> ReportInfo:
    return ReportInfo(
        id=row.key,
        title=row.display_name or row.name,
        description=row.description,
        draft=row.kind == DRAFT,
        user=row.user,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
