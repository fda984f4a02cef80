"""Brings a set of tables to the present revision, and refuses those of a newer Gnomon."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine

from gnomon.model.errors import Rejected
from gnomon.server.storage.tables import schema

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent


def upgrade(engine: Engine) -> None:
    """Make the tables, or bring those that are there up to date. Raises Rejected where they are of a newer version.

    An empty database gets the present schema at once, which does not need Alembic and its import time.
    """
    at = revision(engine)
    if at == schema.REVISION:
        return
    if at is None:
        with engine.begin() as connection:
            schema.metadata.create_all(connection)
            connection.execute(text("create table alembic_version (version_num varchar(32) not null primary key)"))
            connection.execute(text("insert into alembic_version values (:revision)"), {"revision": schema.REVISION})
        return
    migrate(engine)


def revision(engine: Engine) -> str | None:
    """Which step the tables stand at; None for an empty database."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("select version_num from alembic_version")).scalar()


def migrate(engine: Engine, to: str = "head") -> None:
    """Take every step that was not taken yet, in one transaction: killed at any point, none or all of them count."""
    from alembic import command
    from alembic.script import ScriptDirectory

    config = _config()
    at = revision(engine)
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if at is not None and at not in known:
        raise Rejected(f"The tables are at revision {at!r}, which this Gnomon does not know: a newer one wrote them")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    return config
