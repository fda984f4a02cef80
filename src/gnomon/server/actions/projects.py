"""Projects: which there are, and what may be said about them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from gnomon.model.errors import Conflict, Rejected
from gnomon.model.project import Project, ProjectEdit
from gnomon.server.actions.artifacts import removal
from gnomon.server.caller import Caller
from gnomon.server.storage.tables import audit, projects, runs, stars, views
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


def as_project(row: ProjectRow, counts: ProjectCounts | None, starred: bool) -> Project:
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
        key=row.key,
        starred=starred,
    )


async def seen_by(tables: Database, caller: Caller) -> list[Project]:
    """Every project the caller may see, the one with the last sign of life first."""
    user = caller.signed_in()
    entities = None if user.admin else {membership.entity for membership in caller.memberships.values()}

    def work(conn: Connection) -> list[Project]:
        rows = projects.of_entities(conn, entities)
        counts, starred = projects.counts(conn, [row.key for row in rows]), stars.of_user(conn, user.key)
        return [as_project(row, counts.get(row.key), row.key in starred) for row in rows]

    return _sorted(await tables.read(work))


async def get(tables: Database, row: ProjectRow, caller: Caller) -> Project:
    """The project with its counts, and whether the caller starred it."""

    def work(conn: Connection) -> Project:
        starred = caller.user is not None and row.key in stars.of_user(conn, caller.user.key)
        return as_project(row, projects.counts(conn, [row.key]).get(row.key), starred)

    return await tables.read(work)


async def star(tables: Database, row: ProjectRow, caller: Caller, now: float, *, given: bool) -> None:
    """Give the project the caller's star, or take it back."""
    user = caller.signed_in().key
    await tables.write(lambda conn: stars.give(conn, row, user, now) if given else stars.take(conn, row, user))


async def edit(tables: Database, row: ProjectRow, edit: ProjectEdit, caller: Caller, now: float) -> Project:
    """The project after the change. Raises Conflict where the entity has one of the new name already."""
    if edit.name is not msgspec.UNSET:
        row = await rename(tables, row, edit.name, caller, now)
    description = edit.description
    if description is not msgspec.UNSET and description != row.description:
        _check_description(description)

        def change(conn: Connection) -> ProjectRow:
            projects.edit(conn, row.key, description=description, now=now)
            _audit(conn, "project.edit", row, caller, now)
            return projects.by_key(conn, row.key) or row

        row = await tables.write(change)
    return await get(tables, row, caller)


async def create(
    tables: Database, entity: int, name: str, description: str | None, caller: Caller, now: float
) -> tuple[ProjectRow, bool]:
    """The entity's project of this name, and whether it had to be made. A description that is given is kept."""
    check_name(name)
    _check_description(description)

    def work(conn: Connection) -> tuple[ProjectRow, bool]:
        row, made = projects.ensure(conn, entity, name, now)
        if made:
            _audit(conn, "project.create", row, caller, now)
        if description is not None and description != row.description:
            projects.edit(conn, row.key, description=description, now=now)
            if not made:
                _audit(conn, "project.edit", row, caller, now)
            row = projects.find(conn, entity, name) or row
        return row, made

    return await tables.write(work)


async def rename(tables: Database, row: ProjectRow, name: str, caller: Caller, now: float) -> ProjectRow:
    """The project under its new name. Addresses with the old one lead nowhere. Raises Conflict where it is taken."""
    if name == row.name:
        return row
    check_name(name)

    def work(conn: Connection) -> ProjectRow:
        try:
            projects.rename(conn, row.key, name, now)
        except IntegrityError:
            raise Conflict(f"{row.entity_name} has a project {name!r} already") from None
        _audit(conn, "project.rename", row, caller, now, to=name)
        runs.touch_all(conn, row.key)
        return projects.find(conn, row.entity, name) or row

    return await tables.write(work)


async def delete(tables: Database, row: ProjectRow, caller: Caller, now: float) -> None:
    """Delete the project, its runs and its artifacts, for good: what they hold is cleared away later."""

    def work(conn: Connection) -> None:
        runs.delete_all(conn, row.key, now)
        removal.of_project(conn, row.key, now)
        views.forget_project(conn, row.key)
        projects.delete(conn, row.key, now)
        _audit(conn, "project.delete", row, caller, now)

    await tables.write(work)


def _check_description(description: str | None) -> None:
    if description is not None and len(description) > LONGEST_TEXT:
        raise Rejected(f"A description has at most {LONGEST_TEXT} characters", field="description")


def _audit(conn: Connection, operation: str, row: ProjectRow, caller: Caller, now: float, **detail: str) -> None:
    audit.add(
        conn, at=now, user=caller.name, origin=caller.origin, operation=operation,
        target=f"{row.entity_name}/{row.name}", detail=detail,
    )  # fmt: skip


def _sorted(found: Sequence[Project]) -> list[Project]:
    return sorted(found, key=lambda project: -project.updated_at)
