"""Sweeps: lists and single ones, made, changed and deleted."""

from __future__ import annotations

import msgspec

from gnomon.model.sweep import NewSweep, Sweep, SweepDetail, SweepEdit
from gnomon.server.actions.sweeps import edits, reading
from gnomon.server.edge.route import Call, Route
from gnomon.server.storage.tables.sweeps import SweepRow


class SweepMade(msgspec.Struct, frozen=True, kw_only=True):
    """A sweep just made, and what is odd about its config."""

    sweep: Sweep
    warnings: tuple[str, ...] = ()


async def listed(call: Call) -> list[Sweep]:
    return await reading.listed(call.services.storage.tables, call.services.agents.trials, call.project)


async def create(call: Call) -> SweepMade:
    services = call.services
    tables = services.storage.tables
    row, warnings = await edits.create(
        tables, call.entity.key, call.path("project"), call.body, call.caller, services.clock()
    )
    services.live.publish(row.project, "sweep", row.id)
    return SweepMade(sweep=await reading.get(tables, services.agents.trials, row), warnings=warnings)


async def get(call: Call) -> SweepDetail:
    return await _detail(call, await _sweep(call))


async def edit(call: Call) -> SweepDetail:
    services = call.services
    row = await edits.change(
        services.storage.tables, await _sweep(call), call.body, call.caller, services.clock()
    )  # fmt: skip
    services.live.publish(row.project, "sweep", row.id)
    return await _detail(call, row)


async def delete(call: Call) -> None:
    services = call.services
    row = await _sweep(call)
    await edits.delete(services.storage.tables, row, call.caller, services.clock())
    services.live.publish(row.project, "sweep", row.id)


async def _sweep(call: Call) -> SweepRow:
    return await reading.find(call.services.storage.tables, call.project, call.path("sweep"))


async def _detail(call: Call, row: SweepRow) -> SweepDetail:
    return await reading.detail(call.services.storage.tables, call.services.agents.trials, row)


_SWEEPS = "/api/projects/{entity}/{project}/sweeps"
_SWEEP = "/api/sweeps/{entity}/{project}/{sweep}"

routes = [
    Route(
        "GET", _SWEEPS, "project.sweeps", listed, tag="sweeps",
        doc="The sweeps of a project, the newest first.", answer=list[Sweep],
    ),
    Route(
        "POST", _SWEEPS, "sweep.create", create, tag="sweeps",
        doc="Make a sweep.\n\nIts project is made where there is none. What is odd about the config comes back in "
        "`warnings`; a config that nothing can be searched by is refused.",
        body=NewSweep, answer=SweepMade, status=201,
    ),
    Route(
        "GET", _SWEEP, "sweep.get", get,
        doc="One sweep, with its parameters, its runs and its agents.", answer=SweepDetail,
    ),
    Route(
        "PATCH", _SWEEP, "sweep.edit", edit,
        doc="Change a sweep.\n\nFields left out stay as they are. `state` pauses it, resumes it (`RUNNING`), ends it "
        "once its runs have (`FINISHED`), or ends it and its runs (`CANCELED`).",
        body=SweepEdit, answer=SweepDetail,
    ),
    Route("DELETE", _SWEEP, "sweep.delete", delete, doc="Delete a sweep.\n\nIts runs stay."),
]  # fmt: skip
