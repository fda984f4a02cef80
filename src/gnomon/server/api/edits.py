"""Edits of a run's history, and forks."""

from __future__ import annotations

import msgspec

from gnomon.model.edit import Edit, Fork, HistoryEdit
from gnomon.model.errors import Rejected
from gnomon.model.run import Run
from gnomon.server.actions import forks
from gnomon.server.edge.route import Call, Route


async def listed(call: Call) -> list[Edit]:
    return await call.services.edits.listed(call.run)


async def add(call: Call) -> Edit:
    return await call.services.edits.make(call.run, call.body, call.caller)


async def undo(call: Call) -> Edit:
    try:
        id = msgspec.convert(call.path("edit"), int, strict=False)
    except msgspec.ValidationError:
        raise Rejected(f"An edit is named by a number, not {call.path('edit')!r}", field="edit") from None
    return await call.services.edits.undo(call.run, id, call.caller)


async def fork(call: Call) -> Run:
    services = call.services
    tables, metrics = services.storage.tables, services.storage.metrics
    made = await forks.fork(
        tables, metrics, services.summaries, call.run, call.body, call.caller, services.clock()
    )  # fmt: skip
    services.live.publish(call.run.project, "run", made.id)
    return made


_RUN = "/api/runs/{entity}/{project}/{run}"

routes = [
    Route(
        "GET", _RUN + "/edits", "run.edits", listed,
        doc="What was changed about the run's history afterwards; the newest first.", answer=list[Edit],
    ),
    Route(
        "POST", _RUN + "/edits", "run.edits.add", add,
        doc="Edit the run's history: rewind it, delete points of it, or rename a metric.\n\n"
        "It concerns what was logged until now; a script that still runs may log more. Console lines and samples of "
        "the machine stay. An edit can be undone for 7 days.",
        body=HistoryEdit, answer=Edit, status=201,
    ),
    Route(
        "POST", _RUN + "/edits/{edit}/undo", "run.edits.undo", undo,
        doc="Undo an edit.\n\nWhat it took away is there again; where a step was logged anew since, the newer value is "
        "read.",
        answer=Edit,
    ),
    Route(
        "POST", _RUN + "/fork", "run.fork", fork,
        doc="Make a run that has this one's history up to a step.\n\nIt takes over config, metric rules, tags, group "
        "and job type, and takes next to no room. A script goes on with it through its id.",
        body=Fork, answer=Run, status=201,
    ),
]  # fmt: skip
