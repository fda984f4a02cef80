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
