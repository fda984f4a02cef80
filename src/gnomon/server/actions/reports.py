"""Reports of a project. They are views of a kind of their own, and kept as such."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec

from gnomon.model.report import NewReport, Report, ReportEdit, ReportInfo
from gnomon.server.actions import views as saved
from gnomon.server.actions.views import DRAFT, REPORT, ViewWish
from gnomon.server.caller import Caller, not_there
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
    return _whole(await _row(tables, project, report))


async def create(tables: Database, project: ProjectRow, wish: NewReport, caller: Caller, now: float) -> Report:
    """Keep a new report."""
    row, _ = await saved.save(
        tables, project,
        ViewWish(
            kind=DRAFT if wish.draft else REPORT, name=secrets.token_hex(6), display_name=wish.title,
            description=wish.description, spec=_text(wish.spec),
        ),
        caller, now,
    )  # fmt: skip
    return _whole(row)


async def edit(
    tables: Database, project: ProjectRow, report: str, wish: ReportEdit, caller: Caller, now: float
) -> Report:
    """Change a report. Raises Conflict where it was saved after `wish.since`."""
    row = await _row(tables, project, report)
    saved.check_fresh(row, None if wish.since is msgspec.UNSET else wish.since)
    kind = None if wish.draft is msgspec.UNSET else DRAFT if wish.draft else REPORT
    changed = ViewWish(
        kind=kind, display_name=_said(wish.title), description=_said(wish.description),
        spec=None if wish.spec is msgspec.UNSET else _text(wish.spec),
    )  # fmt: skip
    return _whole(await saved.change(tables, row, changed, caller, now))


async def delete(tables: Database, project: ProjectRow, report: str, caller: Caller, now: float) -> None:
    """Delete a report. It cannot be brought back."""
    await saved.delete(tables, await _row(tables, project, report), caller, now)


async def _row(tables: Database, project: ProjectRow, report: str) -> ViewRow:
    key = int(report) if report.isascii() and report.isdecimal() and len(report) < 19 else -1
    row = await tables.read(lambda conn: views.by_key(conn, key))
    if row is None or row.project != project.key or row.kind not in _KINDS:
        raise not_there("report", report)
    return row


def _whole(row: ViewRow) -> Report:
    return Report(info=_info(row), spec=msgspec.json.decode(row.spec) if row.spec else {})


def _text(spec: dict[str, Any]) -> str:
    return msgspec.json.encode(spec).decode()


def _said(value: str | msgspec.UnsetType) -> str | None:
    return None if value is msgspec.UNSET else value


def _info(row: ViewRow) -> ReportInfo:
    return ReportInfo(
        id=row.key,
        title=row.display_name,
        description=row.description,
        draft=row.kind == DRAFT,
        user=row.user,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
