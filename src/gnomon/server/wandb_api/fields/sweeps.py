"""Sweeps and their agents."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ariadne import ObjectType
from graphql import GraphQLResolveInfo

from gnomon.model.client_config import unwrapped, wrapped
from gnomon.model.errors import NotFound, Rejected
from gnomon.model.sweep import NewSweep, SweepEdit, SweepState
from gnomon.server.actions.sweeps import Command, edits, reading
from gnomon.server.actions.sweeps.show import config_of
from gnomon.server.actions.upserts import DEFAULT_PROJECT
from gnomon.server.caller import not_there
from gnomon.server.storage.tables import accounts, projects, runs, sweeps
from gnomon.server.storage.tables.accounts import UserRow
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.runs import RunRow
from gnomon.server.storage.tables.sweeps import AgentRow, RunOfSweep, SweepRow
from gnomon.server.wandb_api.connection import page_of
from gnomon.server.wandb_api.door import Asked, Door, Root, needed
from gnomon.server.wandb_api.ids import key_of, to_id
from gnomon.server.wandb_api.scalars import from_json, iso, to_json
from gnomon.sweeps.suggest import expected_runs

Info = GraphQLResolveInfo[Asked]

mutation = Root("Mutation")
project, run, sweep, agent = ObjectType("Project"), ObjectType("Run"), ObjectType("Sweep"), ObjectType("Agent")


@mutation.field("upsertSweep", operation="sweep.edit")
async def upsert_sweep(door: Door, **given: Any) -> dict[str, Any]:
    """Make a sweep; or, by its storage id, change one: its config, its state, or what its controller asks for."""
    _check_unknown(given)
    if not given.get("id"):
        return await _create(door, given)
    services = door.services
    row = await _sweep_by_id(door, given["id"])
    edit = SweepEdit(**{
        name: value
        for name, value in (
            ("state", _state(given.get("state"))), ("name", given.get("displayName")),
            ("description", given.get("description")), ("config", given.get("config")),
        )
        if value is not None
    })  # fmt: skip
    row = await edits.change(services.storage.tables, row, edit, door.caller, services.clock())
    if given.get("controller") is not None:
        row = await services.agents.control(row, given["controller"])
    services.live.publish(row.project, "sweep", row.id)
    warnings = list(config_of(row).warnings) if given.get("config") is not None else []
    return {"sweep": row, "configValidationWarnings": warnings, "inserted": False}


async def _create(door: Door, given: dict[str, Any]) -> dict[str, Any]:
    services = door.services
    entity = await door.entity(given.get("entityName"))
    wish = NewSweep(
        config=needed(given.get("config"), "config"),
        name=given.get("displayName") or "",
        description=given.get("description") or "",
        prior_runs=_prior_runs(given.get("priorRunsFilters")),
    )
    row, warnings = await edits.create(
        services.storage.tables, entity.key, given.get("projectName") or DEFAULT_PROJECT, wish, door.caller,
        services.clock(),
    )  # fmt: skip
    services.live.publish(row.project, "sweep", row.id)
    return {"sweep": row, "configValidationWarnings": list(warnings), "inserted": True}


def _check_unknown(given: dict[str, Any]) -> None:
    """Clients always send these, with nothing in them; with something, they ask for a queue of machines."""
    for name in ("scheduler", "launchScheduler", "templateVariableValues"):
        if given.get(name) not in (None, "", "null", "{}"):
            raise Rejected(f"{name} is for sweeps on launch queues, which this server does not have", field=name)


def _state(said: str | None) -> SweepState | None:
    if said is None:
        return None
    try:
        return SweepState(said.upper())
    except ValueError:
        raise Rejected(f"A sweep cannot be {said!r}; it is one of {', '.join(SweepState)}", field="state") from None


def _prior_runs(filters: str | None) -> tuple[str, ...]:
    """The runs named in a document such as clients send for `prior_runs`."""
    given = from_json(filters, field="priorRunsFilters") if filters else None
    if not given:
        return ()
    named = given.get("$or") if isinstance(given, dict) else None
    if not isinstance(named, list) or not all(isinstance(one, dict) and set(one) == {"name"} for one in named):
        raise Rejected('priorRunsFilters names runs as {"$or": [{"name": "<run id>"}]}', field="priorRunsFilters")
    return tuple(str(one["name"]) for one in named)


@mutation.field("createAgent", operation="sweep.work")
async def create_agent(
    door: Door, *, host: str, sweep: str, projectName: str | None = None, entityName: str | None = None
) -> dict[str, Any]:
    """A process wants to run what the sweep suggests."""
    services = door.services
    into = await door.the_project(entityName, projectName or DEFAULT_PROJECT)
    row = await reading.find(services.storage.tables, into, sweep)
    return {"agent": await services.agents.register(row, host, door.caller)}


@mutation.field("agentHeartbeat", operation="sweep.work")
async def agent_heartbeat(
    door: Door, *, id: str, metrics: str | None = None, runState: str | None = None
) -> dict[str, Any]:
    """An agent says which runs it has, and is told what to do."""
    row = await _agent_by_id(door, id)
    state = from_json(runState, field="runState") if runState else {}
    if not isinstance(state, dict):
        raise Rejected("runState holds no object", field="runState")
    command = await door.services.agents.heartbeat(row, {id for id, active in state.items() if active})
    return {"agent": row, "commands": to_json([] if command is None else [as_command(command)])}


def as_command(command: Command) -> dict[str, Any]:
    """A command in the client's words; each top-level parameter is wrapped.

    >>> as_command(Command(type="stop", run_id="a1"))
    {'type': 'stop', 'run_id': 'a1'}
    """
    if command.type == "exit":
        return {"type": "exit"}
    if command.type == "stop":
        return {"type": "stop", "run_id": command.run_id}
    return {
        "type": command.type, "run_id": command.run_id, "args": wrapped(command.args), "program": command.program,
        "logs": [],
    }  # fmt: skip


@mutation.field("enqueueSweepRun", operation="sweep.edit")
async def enqueue_sweep_run(door: Door, *, id: str, config: str, displayName: str | None = None) -> dict[str, Any]:
    """A run with a config of the user's own, which waits for an agent."""
    row = await _sweep_by_id(door, id)
    given = from_json(config, field="config")
    if not isinstance(given, dict):
        raise Rejected("config holds no object", field="config")
    made = await door.services.agents.enqueue(row, unwrapped(given).config, name=displayName or "")
    return {"id": made, "runQueueItemId": None}


async def _sweep_by_id(door: Door, id: str) -> SweepRow:
    """The sweep of a storage id, which the caller may change. Raises NotFound."""
    key = key_of("Sweep", id)
    row = await door.services.storage.tables.read(lambda conn: sweeps.by_key(conn, key))
    if row is None or row.deleted_at is not None or await door.project_by_key(row.project) is None:
        raise not_there("sweep", id[:100])
    return row


async def _agent_by_id(door: Door, id: str) -> AgentRow:
    """The agent of a storage id, whose sweep is there and the caller may change. Raises NotFound."""
    key = key_of("Agent", id)
    row = await door.services.storage.tables.read(lambda conn: sweeps.agent(conn, key))
    try:
        if row is not None:
            await _sweep_by_id(door, to_id("Sweep", row.sweep))
            return row
    except NotFound:
        pass
    raise not_there("agent", id[:100])


@project.field("sweep")
async def sweep_of(
    row: ProjectRow, info: Info, *, sweepName: str | None = None, name: str | None = None
) -> SweepRow | None:
    id = needed(sweepName or name, "sweepName")
    return await info.context.services.storage.tables.read(lambda conn: sweeps.find(conn, row.key, id))


@project.field("sweeps")
async def sweeps_of(
    row: ProjectRow, info: Info, *, filters: str | None = None, first: int | None = None, after: str | None = None
) -> dict[str, Any]:
    document = from_json(filters, field="filters") if filters else None
    tables = info.context.services.storage.tables
    found = await tables.read(lambda conn: sweeps.of_project(conn, row.key))
    return page_of(reading.matching(found, document), first=first, after=after)


@project.field("totalSweeps")
async def total_sweeps(row: ProjectRow, info: Info) -> int:
    return len(await info.context.services.storage.tables.read(lambda conn: sweeps.of_project(conn, row.key)))


@run.field("sweep")
async def sweep_of_run(row: RunRow, info: Info) -> SweepRow | None:
    if row.sweep is None:
        return None
    key = row.sweep
    return await info.context.services.storage.tables.read(lambda conn: sweeps.by_key(conn, key))


@run.field("sweepName")
def sweep_name(row: RunRow, *_: Any) -> str | None:
    return row.sweep_id


@sweep.field("id")
def sweep_id(row: SweepRow, *_: Any) -> str:
    return to_id("Sweep", row.key)


@sweep.field("name")
def name(row: SweepRow, *_: Any) -> str:
    return row.id


@sweep.field("displayName")
def display_name(row: SweepRow, *_: Any) -> str | None:
    return row.name or config_of(row).config.name or None


@sweep.field("method")
def method(row: SweepRow, *_: Any) -> str:
    return config_of(row).config.method


@sweep.field("bestLoss")
async def best_loss(row: SweepRow, info: Info) -> float | None:
    best = await reading.best(info.context.services.storage.tables, row)
    return None if best is None else best.value


@sweep.field("createdAt")
def created_at(row: SweepRow, *_: Any) -> str | None:
    return iso(row.created_at)


@sweep.field("updatedAt")
def updated_at(row: SweepRow, *_: Any) -> str | None:
    return iso(row.updated_at)


@sweep.field("heartbeatAt")
async def heartbeat_at(row: SweepRow, info: Info) -> str | None:
    """The last sign of life of an agent."""
    return iso(max((one.heartbeat_at for one in await _agents(row, info)), default=None))


@sweep.field("earlyStopJobRunning")
def early_stop_job_running(row: SweepRow, *_: Any) -> bool:
    return config_of(row).config.early_terminate is not None and row.state in ("PENDING", "RUNNING")


@sweep.field("controller")
def controller(row: SweepRow, *_: Any) -> str:
    return row.controller or "{}"


@sweep.field("scheduler")
def scheduler(row: SweepRow, *_: Any) -> str:
    return to_json({"scheduled": [{"id": entry, "runid": id} for entry, id in row.scheduled.items()]})


@sweep.field("controllerRunName")
def controller_run_name(row: SweepRow, *_: Any) -> str | None:
    return f"controller-{row.id}" if config_of(row).config.controlled_locally else None


@sweep.field("runCount")
async def run_count(row: SweepRow, info: Info) -> int:
    return len(await _runs(row, info))


@sweep.field("runCountExpected")
def run_count_expected(row: SweepRow, *_: Any) -> int | None:
    config = config_of(row).config
    return None if config.controlled_locally else expected_runs(config)


@sweep.field("project")
async def project_of(row: SweepRow, info: Info) -> ProjectRow | None:
    return await info.context.services.storage.tables.read(lambda conn: projects.by_key(conn, row.project))


@sweep.field("user")
async def user_of(row: SweepRow, info: Info) -> UserRow | None:
    return await info.context.services.storage.tables.read(lambda conn: accounts.find_user(conn, row.user))


@sweep.field("runs")
async def runs_of(
    row: SweepRow, info: Info, *, order: str | None = None, first: int | None = None, after: str | None = None
) -> dict[str, Any]:
    return await _run_page(info, await _runs(row, info), order, first, after)


@sweep.field("priorRuns")
async def prior_runs_of(
    row: SweepRow, info: Info, *, order: str | None = None, first: int | None = None, after: str | None = None
) -> dict[str, Any]:
    prior = [run for run in await _runs(row, info) if run.created_at < row.created_at]
    return await _run_page(info, prior, order, first, after)


@sweep.field("agents")
async def agents_of(row: SweepRow, info: Info, *, first: int | None = None, after: str | None = None) -> dict[str, Any]:
    return page_of(await _agents(row, info), first=first, after=after)


@sweep.field("agent")
async def agent_of(row: SweepRow, info: Info, *, agentName: str) -> AgentRow | None:
    found = (one for one in await _agents(row, info) if agentName in (one.id, to_id("Agent", one.key)))
    return next(found, None)


@agent.field("id")
def agent_id(row: AgentRow, *_: Any) -> str:
    return to_id("Agent", row.key)


@agent.field("name")
def agent_name(row: AgentRow, *_: Any) -> str:
    return row.id


@agent.field("createdAt")
def agent_created_at(row: AgentRow, *_: Any) -> str | None:
    return iso(row.created_at)


@agent.field("heartbeatAt")
def agent_heartbeat_at(row: AgentRow, *_: Any) -> str | None:
    return iso(row.heartbeat_at)


@agent.field("totalRuns")
async def total_runs(row: AgentRow, info: Info) -> int:
    return len(await _agent_runs(row, info))


@agent.field("runs")
async def runs_of_agent(
    row: AgentRow, info: Info, *, order: str | None = None, first: int | None = None, after: str | None = None,
    last: int | None = None, before: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A page of the runs that the agent was given. There are pages forward only, as clients ask for."""
    if last is not None or before is not None:
        raise Rejected("Runs of an agent come in pages forward only", field="last" if last is not None else "before")
    return await _run_page(info, await _agent_runs(row, info), order, first, after)


async def _runs(row: SweepRow, info: Info) -> list[RunOfSweep]:
    return await info.context.services.storage.tables.read(lambda conn: sweeps.runs_of(conn, row.key))


async def _agents(row: SweepRow, info: Info) -> list[AgentRow]:
    return await info.context.services.storage.tables.read(lambda conn: sweeps.agents_of(conn, row.key))


async def _agent_runs(row: AgentRow, info: Info) -> list[RunOfSweep]:
    return await info.context.services.storage.tables.read(lambda conn: sweeps.runs_of_agent(conn, row.key))


async def _run_page(
    info: Info, found: Sequence[RunOfSweep], order: str | None, first: int | None, after: str | None
) -> dict[str, Any]:
    """A page of runs in the order in which they were made, or the newest first; other orders are for `project.runs`."""
    if order not in (None, "", "+created_at", "created_at", "-created_at"):
        raise Rejected("Runs of a sweep are ordered by created_at; ask project.runs for other orders", field="order")
    keys = [one.key for one in found]
    page = page_of(list(reversed(keys)) if order == "-created_at" else keys, first=first, after=after)
    wanted = [edge["node"] for edge in page["edges"]]
    rows = await info.context.services.storage.tables.read(partial(runs.by_keys, keys=wanted))
    edges = [{**edge, "node": rows[edge["node"]]} for edge in page["edges"] if edge["node"] in rows]
    return {**page, "edges": edges}


bindables = [mutation, project, run, sweep, agent]
