"""Custom charts that runs name, read."""

from __future__ import annotations

from gnomon.server.actions.views import CHART
from gnomon.server.caller import not_there
from gnomon.server.storage.tables import views
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.views import ViewRow


async def all_of(tables: Database, entity: int) -> list[ViewRow]:
    """All charts of an entity."""
    return await tables.read(lambda conn: views.of_entity(conn, entity, CHART))


async def read(tables: Database, entity: int, name: str) -> ViewRow:
    """The chart of this name; one that is not there is said not to be."""
    row = await tables.read(lambda conn: views.find(conn, entity, None, CHART, name))
    if row is None:
        raise not_there("chart", name)
    return row
