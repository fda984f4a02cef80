"""Runs: lists and single ones."""

from __future__ import annotations

from gnomon.model.query import RunSearch
from gnomon.model.run import Run, RunEdit, RunPage
from gnomon.server.actions import runs
from gnomon.server.actions.artifacts import delete as artifacts
from gnomon.server.edge.route import Call, Param, Route


async def search(call: Call) -> RunPage:
    services = call.services
    storage = services.storage
    return await runs.search(storage.tables, storage.metrics, services.columns, call.project, call.body)


async def get(call: Call) -> Run:
    return await runs.get(call.services.storage.tables, call.run)


async def edit(call: Call) -> Run:
    services = call.services
    run = await runs.edit(services.storage.tables, call.run, call.body, call.caller, services.clock())
    services.live.publish(call.run.project, "run", run.id)
    return run


async def delete(call: Call) -> None:
    services = call.services
    await runs.delete(services.storage.tables, call.run, call.caller, services.clock())
    if call.query["artifacts"]:
        await artifacts.of_run(services.storage.tables, call.run.key, call.caller, now=services.clock())
    services.live.publish(call.run.project, "run", call.run.id)


async def stop(call: Call) -> Run:
    services = call.services
    run = await runs.ask_to_stop(services.storage.tables, call.run, call.caller, services.clock())
    services.live.publish(call.run.project, "run", run.id)
    return run


async def restore(call: Call) -> Run:
    services = call.services
    run = await runs.restore(services.storage.tables, call.project, call.path("run"), call.caller, services.clock())
    services.live.publish(call.project.key, "run", run.id)
    return run


_RUN = "/api/runs/{entity}/{project}/{run}"

routes = [
    Route(
        "POST",
        "/api/projects/{entity}/{project}/runs",
        "project.runs",
        search,
        doc="Runs of a project that match, in order.\n\nThey carry config and summary, and with `whole` metadata. "
        "`query` is text such as "
        '`config.lr < 0.1 and (state = running or tags contains "best")`, `mongo` a document such as '
        '`{"config.lr": {"$lt": 0.1}}`.',
        body=RunSearch,
        answer=RunPage,
    ),
    Route("GET", _RUN, "run.get", get, doc="One run, with its metadata and attempts.", answer=Run),
    Route(
        "PATCH",
        _RUN,
        "run.edit",
        edit,
        doc="Change a run.\n\nFields left out stay as they are.",
        body=RunEdit,
        answer=Run,
    ),
    Route(
        "DELETE",
        _RUN,
        "run.delete",
        delete,
        doc="Delete a run.\n\n`restore` brings it back, without the artifacts.",
        query=(Param("artifacts", "Whether the artifacts that it made go, too.", bool, False),),
    ),
    Route(
        "POST",
        _RUN + "/stop",
        "run.stop",
        stop,
        doc="Ask the run's script to end.\n\nIt hears of it in the answer to its next post of rows or sign of life.",
        answer=Run,
    ),
    Route("POST", _RUN + "/restore", "run.restore", restore, doc="Bring a deleted run back.", answer=Run),
]
