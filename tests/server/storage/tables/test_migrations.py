from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from gnomon.model.errors import Rejected
from gnomon.server.storage.migrations.run import migrate, revision, upgrade
from gnomon.server.storage.tables import schema
from gnomon.server.storage.tables.database import open_sqlite


def shape(engine: Engine) -> dict[str, list[str]]:
    """Every table and index, by the words of the SQL that made it: their order is not part of the shape."""
    with engine.connect() as connection:
        rows = connection.execute(text("select name, sql from sqlite_master where sql is not null"))
        return {name: sorted(re.findall(r"\w+", sql.lower())) for name, sql in rows if name != "alembic_version"}


def test_the_migrations_lead_to_the_present_schema(tmp_path: Path) -> None:
    stepwise, at_once = open_sqlite(tmp_path / "a.db"), open_sqlite(tmp_path / "b.db")
    migrate(stepwise)
    upgrade(at_once)
    assert revision(stepwise) == revision(at_once) == schema.REVISION
    assert shape(stepwise) == shape(at_once)

    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with stepwise.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, schema.metadata) == []
    for engine in (stepwise, at_once):
        engine.dispose()


def test_bringing_up_to_date_twice_changes_nothing(tmp_path: Path) -> None:
    engine = open_sqlite(tmp_path / "a.db")
    upgrade(engine)
    before = shape(engine)
    upgrade(engine)
    assert shape(engine) == before
    engine.dispose()


def test_tables_of_a_newer_version_are_refused(tmp_path: Path) -> None:
    engine = open_sqlite(tmp_path / "a.db")
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(Rejected, match="'9999'.*a newer one wrote them"):
        upgrade(engine)
    engine.dispose()


def test_an_empty_folder_does_not_need_alembic(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from gnomon.server.settings import load\nfrom gnomon.server.storage.open import open_tables\n"
        f"import asyncio\nasyncio.run(open_tables(load({{}}, data=Path({str(tmp_path)!r}))).close())\n"
        "assert not any(name.partition('.')[0] == 'alembic' for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def old_tables(path: Path) -> None:
    """Tables as the first version left them, with some runs: two of them deleted, one of those cleared away."""
    engine = open_sqlite(path)
    migrate(engine, "0001")
    with engine.begin() as connection:
        for statement in (
            "insert into entities values (1, 'ann', 'user', 0)",
            "insert into users (key, name, entity, admin, created_at) values (1, 'ann', 1, 1, 0)",
            "insert into projects (key, entity, name, created_at, updated_at) values (1, 1, 'p', 0, 0)",
        ):
            connection.execute(text(statement))
        for number in range(2000):
            deleted_at = 5.0 if number < 2 else None
            config = '{"_cleared":true}' if number == 0 else '{"lr":0.1}'
            connection.execute(
                text(
                    "insert into runs (project, id, name, number, state, user, created_at, updated_at, config, summary,"
                    " deleted_at) values (1, :id, 'run', :number, 'finished', 1, 0, 0, :config, '{}', :deleted_at)"
                ),
                {"id": f"r{number}", "number": number, "config": config, "deleted_at": deleted_at},
            )
        connection.execute(text("update runs set summary = '[]' where number > 5"))
    with engine.connect() as connection:
        connection.execute(text("pragma wal_checkpoint(truncate)"))
    engine.dispose()


def test_runs_that_were_cleared_away_are_still_known_as_such(tmp_path: Path) -> None:
    old_tables(tmp_path / "a.db")
    engine = open_sqlite(tmp_path / "a.db")
    upgrade(engine)
    with engine.connect() as connection:
        found = connection.execute(text("select number, cleared_at, config from runs where number < 3")).all()
    engine.dispose()
    assert [tuple(row) for row in found] == [(0, 5.0, "{}"), (1, None, '{"lr":0.1}'), (2, None, '{"lr":0.1}')]


def test_a_migration_killed_at_any_point_leaves_the_old_tables_or_the_new(tmp_path: Path) -> None:
    """P-V12"""
    old_tables(tmp_path / "old.db")
    script = Path(__file__).with_name("kill_migrations.py")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "old.db"), str(tmp_path)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    killed, at_old = map(int, done.stdout.split())
    assert killed >= 20
    assert at_old > 0
