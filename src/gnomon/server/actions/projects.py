"""Projects: which there are, and what may be said about them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from gnomon.model.errors import Rejected
from gnomon.model.project import Project, ProjectEdit
from gnomon.server.caller import Caller
from gnomon.server.storage.tables import audit, projects
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectCounts, ProjectRow

LONGEST_NAME = 128
LONGEST_TEXT = 1 << 20

_refused = re.compile(r"[/\\#?%:\x00-\x1f\x7f]")


def check_name(name: str, *, what: str = "project") -> str:
    """The name, if a project can have it. Raises Rejected."""
    if not name or len(name) > LONGEST_NAME or name.strip() != name or name in (".", ".."):
        raise Rejected(
            f"The {what} name {name[:LONGEST_NAME]!r} must have 1 to {LONGEST_NAME} characters, "
            "without spaces at the ends",
            field=what,
        )
    if _refused.search(name):
        raise Rejected(rf"The {what} name {name!r} holds one of / \ # ? % : or a control character", field=what)
    return name


def as_project(row: ProjectRow, counts: ProjectCounts | None) -> Project:
    """The project as the API shows it."""
    counts = counts or ProjectCounts()
    return Project(
        entity=row.entity_name,
        name=row.name,
        description=row.description,
        created_at=row.created_at,
        updated_at=max(row.updated_at, counts.updated_at),
        runs=counts.runs,
        running=counts.running,
        users=counts.users,
    )


async def seen_by(tables: Database, caller: Caller) -> list[Project]:
    """Every project the caller may see, the one with the last sign of life first."""
    user = caller.signed_in()
    entities = None if user.admin else {membership.entity for membership in caller.memberships.values()}
    rows, counts = await tables.read(
        lambda conn: (found := projects.of_entities(conn, entities), projects.counts(conn, [row.key for row in found]))
    )
    return _sorted([as_project(row, counts.get(row.key)) for row in rows])


async def get(tables: Database, row: ProjectRow) -> Project:
    """The project with its counts."""
    counts = await tables.read(lambda conn: projects.counts(conn, [row.key]))
    return as_project(row, counts.get(row.key))


async def edit(tables: Database, row: ProjectRow, edit: ProjectEdit, caller: Caller, now: float) -> Project:
    """The project after the change."""
    description = edit.description
    if description is not msgspec.UNSET and description != row.description:
        if len(description) > LONGEST_TEXT:
            raise Rejected(f"A description has at most {LONGEST_TEXT} characters", field="description")

        def change(conn):  # type: ignore[no-untyped-def]
            projects.edit(conn, row.key, description=description, now=now)
            audit.add(
                conn,
                at=now,
                user=caller.name,
                origin=caller.origin,
                operation="project.edit",
                target=f"{row.entity_name}/{row.name}",
            )
            return projects.find(conn, row.entity, row.name)

        row = await tables.write(change) or row
    return await get(tables, row)


def _sorted(found: Sequence[Project]) -> list[Project]:
    return sorted(found, key=lambda project: -project.updated_at)
