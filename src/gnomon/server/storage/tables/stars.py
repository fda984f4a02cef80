"""The projects that somebody starred: each star is a view of the project that says nothing but whose it is."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.schema import views

_KIND = "star"


def of_user(conn: Connection, user: int) -> set[int]:
    """The keys of the projects this user starred."""
    return set(conn.execute(select(views.c.project).where(views.c.kind == _KIND, views.c.user == user)).scalars())


def give(conn: Connection, project: ProjectRow, user: int, now: float) -> None:
    """Star the project for this user; once is enough."""
    if project.key not in of_user(conn, user):
        conn.execute(
            insert(views).values(
                entity=project.entity, project=project.key, kind=_KIND, name=str(user), user=user, created_at=now,
                updated_at=now,
            )
        )  # fmt: skip


def take(conn: Connection, project: ProjectRow, user: int) -> None:
    """Take this user's star from the project, where there is one."""
    conn.execute(delete(views).where(views.c.project == project.key, views.c.kind == _KIND, views.c.user == user))
