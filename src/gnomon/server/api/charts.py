"""Custom charts of an entity, which runs of any project may name."""

from __future__ import annotations

from gnomon.model.record import Chart, ChartMade, ChartWish
from gnomon.server.actions import charts, views
from gnomon.server.edge.route import Call, Route
from gnomon.server.storage.tables.views import ViewRow


async def save(call: Call) -> ChartMade:
    wish: ChartWish = call.body
    services = call.services
    row = await views.create_chart(
        services.storage.tables, call.entity.key, name=call.path("name"), display_name=wish.display_name,
        spec=wish.spec, caller=call.caller, now=services.clock(),
    )  # fmt: skip
    return ChartMade(id=f"{row.entity_name}/{row.name}")


async def all_of(call: Call) -> list[Chart]:
    rows = await charts.all_of(call.services.storage.tables, call.entity.key)
    return [_as_chart(row) for row in rows]


async def get(call: Call) -> Chart:
    return _as_chart(await charts.read(call.services.storage.tables, call.entity.key, call.path("name")))


def _as_chart(row: ViewRow) -> Chart:
    return Chart(id=f"{row.entity_name}/{row.name}", display_name=row.display_name, spec=row.spec)


routes = [
    Route(
        "GET", "/api/charts/{entity}", "chart.get", all_of,
        doc="The charts of an entity, by what they are called.", answer=list[Chart],
    ),
    Route(
        "GET", "/api/charts/{entity}/{name}", "chart.get", get,
        doc="A chart that runs name as `entity/name`, with its spec.", answer=Chart,
    ),
    Route(
        "PUT", "/api/charts/{entity}/{name}", "chart.save", save,
        doc="Keep a chart that runs name as `entity/name`; one of this name is replaced.",
        body=ChartWish, answer=ChartMade,
    ),
]  # fmt: skip
