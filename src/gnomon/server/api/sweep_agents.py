"""Agents of sweeps: what each one is to do, runs written by hand, and what a controller of the user's own asks for."""

from __future__ import annotations

import msgspec

from gnomon.model.errors import Rejected
from gnomon.model.sweep import (
    AgentBeat,
    AgentCommand,
    NewAgent,
    NewSweep,
    NewSweepOrders,
    NewTrial,
    SweepAgent,
    SweepConfigLook,
    SweepConfigRead,
    SweepConfigText,
    SweepOrders,
)
from gnomon.server.actions.sweeps import edits, reading
from gnomon.server.actions.sweeps.show import as_agent
from gnomon.server.caller import not_there
from gnomon.server.edge.route import Call, Route
from gnomon.server.storage.tables import sweeps
from gnomon.server.storage.tables.sweeps import AgentRow, SweepRow
from gnomon.sweeps.config import parse, read


class TrialMade(msgspec.Struct, frozen=True, kw_only=True):
    """The id of the run that was made."""

    id: str


async def check(call: Call) -> SweepConfigRead:
    given = dict(read(call.body.config))
    return SweepConfigRead(config=given, warnings=parse(given).warnings)


async def look(call: Call) -> SweepConfigLook:
    try:
        given = dict(read(call.body.config))
        return SweepConfigLook(config=given, warnings=edits.check_new(NewSweep(config=call.body.config)))
    except Rejected as error:
        return SweepConfigLook(wrong=str(error), field=error.field)


async def register(call: Call) -> SweepAgent:
    return as_agent(await call.services.agents.register(await _sweep(call), call.body.host, call.caller), 0)


async def beat(call: Call) -> AgentCommand:
    agent = await _agent(call, await _sweep(call))
    command = await call.services.agents.heartbeat(agent, set(call.body.active))
    if command is None:
        return AgentCommand(type="wait")
    return AgentCommand(
        type=command.type, run_id=command.run_id, name=command.name, args=command.args, program=command.program
    )


async def leave(call: Call) -> None:
    await call.services.agents.leave(await _agent(call, await _sweep(call)))


async def enqueue(call: Call) -> TrialMade:
    if not call.body.config:
        raise Rejected("config must have at least one parameter", field="config")
    return TrialMade(id=await call.services.agents.enqueue(await _sweep(call), call.body.config, name=call.body.name))


async def orders(call: Call) -> SweepOrders:
    return _orders(await _sweep(call))


async def order(call: Call) -> SweepOrders:
    return _orders(await call.services.agents.control(await _sweep(call), call.body.controller))


def _orders(row: SweepRow) -> SweepOrders:
    return SweepOrders(controller=row.controller, scheduled=row.scheduled)


async def _sweep(call: Call) -> SweepRow:
    return await reading.find(call.services.storage.tables, call.project, call.path("sweep"))


async def _agent(call: Call, sweep: SweepRow) -> AgentRow:
    id = call.path("agent")
    row = await call.services.storage.tables.read(lambda conn: sweeps.find_agent(conn, sweep.key, id))
    if row is None:
        raise not_there("agent", f"{sweep.entity}/{sweep.project_name}/{sweep.id}/{id}")
    return row


_SWEEP = "/api/sweeps/{entity}/{project}/{sweep}"
_AGENT = f"{_SWEEP}/agents/{{agent}}"

routes = [
    Route(
        "POST", "/api/sweep-config", "sweep.check", check, tag="sweeps",
        doc="Read the text of a sweep's config without making a sweep.\n\nOne that nothing can be searched by is "
        "refused, by the name of the part.",
        body=SweepConfigText, answer=SweepConfigRead,
    ),
    Route(
        "POST", "/api/sweep-config/look", "sweep.check", look, tag="sweeps",
        doc="Look at the text of a sweep's config while it is being written.\n\nWhat is wrong comes back in `wrong`, "
        "with the part in `field`.",
        body=SweepConfigText, answer=SweepConfigLook,
    ),
    Route(
        "POST", f"{_SWEEP}/agents", "sweep.work", register,
        doc="Be an agent of a sweep, which is running from then on.", body=NewAgent, answer=SweepAgent, status=201,
    ),
    Route(
        "POST", f"{_AGENT}/heartbeat", "sweep.work", beat,
        doc="A sign of life of an agent, which hears what to do.\n\nSend one every few seconds, with the ids of the "
        "runs it has. One that has none is given the next; what a silent agent had is given to others. A command that "
        "was lost on its way comes again.",
        body=AgentBeat, answer=AgentCommand,
    ),
    Route(
        "DELETE", _AGENT, "sweep.work", leave,
        doc="The agent goes.\n\nWhat it was given and did not begin is given to others at once.",
    ),
    Route(
        "POST", f"{_SWEEP}/runs", "sweep.edit", enqueue,
        doc="Put a run with a config of your own before what the search suggests.\n\nIt waits for an agent. Refused "
        "where the sweep is over.",
        body=NewTrial, answer=TrialMade, status=201,
    ),
    Route(
        "GET", f"{_SWEEP}/controller", "sweep.get", orders,
        doc="What the local controller of a sweep has asked for, and what became of it.", answer=SweepOrders,
    ),
    Route(
        "PUT", f"{_SWEEP}/controller", "sweep.edit", order,
        doc='Do what a local controller asks for.\n\n`controller` is the JSON text `{"schedule": [{"id": "k1", '
        '"data": {"args": {"lr": {"value": 0.1}}}}], "earlystop": ["run1"]}`; an entry may be repeated, and '
        "`args: null` says that there will be no more.",
        body=NewSweepOrders, answer=SweepOrders,
    ),
]  # fmt: skip
