"""Runs as programs read and write them."""

from __future__ import annotations

from gnomon.model import floats
from gnomon.model.record import NewRun, RecordPage, RecordSearch, RunRecord, RunValues, StateWish, SweepConfigRead
from gnomon.server.actions import records, runs
from gnomon.server.actions.sweeps import reading as sweeps
from gnomon.server.actions.upserts import Said
from gnomon.server.edge.route import Call, Route
from gnomon.server.storage.tables import runs as run_rows
from gnomon.sweeps import config


async def search(call: Call) -> RecordPage:
    services = call.services
    storage = services.storage
    asked: RecordSearch = call.body
    await services.summaries.catch_up(services.clock(), call.project.key)
    return await records.search(
        storage.tables, storage.metrics, services.columns, call.project, asked.search, whole=asked.whole
    )


async def get(call: Call) -> RunRecord:
    services, row = call.services, call.run
    storage = services.storage
    if await services.summaries.catch_up(services.clock(), row.project, row.key):
        found = await storage.tables.read(lambda conn: run_rows.by_key(conn, call.run.key))
        row = row if found is None else found
    return await records.get(storage.tables, storage.metrics, services.streams, row)


async def create(call: Call) -> RunRecord:
    services, wish = call.services, call.body
    said = Said(run=call.path("run"), project=call.path("project"), state=wish.state, name=wish.name)
    row, _ = await services.upserts.upsert(call.entity.key, said, call.caller)
    return await records.get(services.storage.tables, services.storage.metrics, services.streams, row)


async def set_state(call: Call) -> None:
    services = call.services
    await runs.set_state(services.storage.tables, call.run, call.body.state, call.caller, services.clock())
    services.live.publish(call.run.project, "run", call.run.id)


async def set_config(call: Call) -> None:
    services = call.services
    await records.set_config(services.storage.tables, call.run, call.body.values, call.caller, services.clock())
    services.live.publish(call.run.project, "run", call.run.id)


async def set_summary(call: Call) -> None:
    services = call.services
    await records.set_summary(services.storage.tables, call.run, call.body.values, call.caller, services.clock())
    services.live.publish(call.run.project, "run", call.run.id)


async def sweep_config(call: Call) -> SweepConfigRead:
    row = await sweeps.find(call.services.storage.tables, call.project, call.path("sweep"))
    return SweepConfigRead(values=floats.tagged(dict(config.read(row.config))), display_name=row.name)


_RUN = "/api/runs/{entity}/{project}/{run}"
_FLOATS = 'Numbers that JSON lacks are `{"_type": "float", "value": "NaN"}`.'

routes = [
    Route(
        "POST", "/api/projects/{entity}/{project}/records", "project.runs", search, tag="runs",
        doc=f"Runs of a project that match, in order, as programs read them.\n\n{_FLOATS}",
        body=RecordSearch, answer=RecordPage,
    ),
    Route(
        "GET", _RUN + "/record", "run.get", get,
        doc=f"One run as programs read it, with its summary as a tree.\n\n{_FLOATS}", answer=RunRecord,
    ),
    Route(
        "PUT", _RUN, "run.upsert", create,
        doc="Make a run, and its project, where there is none of this id.\n\nOne that is there stays as it is.",
        body=NewRun, answer=RunRecord,
    ),
    Route(
        "POST", _RUN + "/state", "run.state", set_state,
        doc="Say that a run is to be begun again, or that it has failed.", body=StateWish,
    ),
    Route(
        "PUT", _RUN + "/config", "run.edit", set_config, doc=f"Replace a run's config.\n\n{_FLOATS}", body=RunValues,
    ),
    Route(
        "PUT", _RUN + "/summary", "run.edit", set_summary,
        doc="Replace a run's summary.\n\nOf a run that still logs, what was changed stands until its script logs the "
        f"key again. {_FLOATS}",
        body=RunValues,
    ),
    Route(
        "GET", "/api/sweeps/{entity}/{project}/{sweep}/config", "sweep.get", sweep_config,
        doc=f"What a sweep's config says, as values.\n\n{_FLOATS}", answer=SweepConfigRead,
    ),
]  # fmt: skip
