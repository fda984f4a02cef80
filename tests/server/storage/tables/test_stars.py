from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from gnomon.server.settings import load
from gnomon.server.storage.open import open_tables
from gnomon.server.storage.tables import accounts, projects, stars, views
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.projects import ProjectRow

pytestmark = pytest.mark.anyio


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = open_tables(load({}, data=tmp_path))
    yield database
    await database.close()


def people(conn: Connection) -> tuple[int, int, ProjectRow, ProjectRow]:
    """Two users, and two projects of the first."""
    ann, ben = (accounts.add_user(conn, name, admin=False, password=None, now=0.0) for name in ("ann", "ben"))
    entity = accounts.add_entity(conn, "lab", "team", 0.0)
    vision, speech = (projects.ensure(conn, entity, name, 0.0)[0] for name in ("vision", "speech"))
    return ann.key, ben.key, vision, speech


async def test_a_star_is_of_one_user_and_one_project_and_comes_once(database: Database) -> None:
    def given(conn: Connection) -> list[set[int]]:
        ann, ben, vision, speech = people(conn)
        stars.give(conn, vision, ann, 1.0)
        stars.give(conn, vision, ann, 2.0)
        stars.give(conn, speech, ben, 3.0)
        assert stars.of_user(conn, ann) == {vision.key}
        assert stars.of_user(conn, ben) == {speech.key}
        stars.take(conn, vision, ann)
        stars.take(conn, vision, ben)  # there is none
        return [stars.of_user(conn, user) for user in (ann, ben)]

    taken, kept = await database.write(given)
    assert (len(taken), len(kept)) == (0, 1)


async def test_a_star_outlives_the_name_of_its_project(database: Database) -> None:
    def renamed(conn: Connection) -> None:
        ann, _, vision, _ = people(conn)
        stars.give(conn, vision, ann, 1.0)
        projects.rename(conn, vision.key, "sight", 2.0)
        assert stars.of_user(conn, ann) == {vision.key}

    await database.write(renamed)


async def test_a_star_is_no_workspace_and_no_report(database: Database) -> None:
    def listed(conn: Connection) -> None:
        ann, _, vision, _ = people(conn)
        stars.give(conn, vision, ann, 1.0)
        for kind in ("workspace", "report", "runs"):
            assert list(views.of_project(conn, vision.key, kind=kind)) == []

    await database.write(listed)
