"""One sign of life of an agent, inside a transaction: decide on the tables as they are, and write down what was."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from gnomon.model.errors import NotFound
from gnomon.model.run import RunState
from gnomon.model.run_names import FIRST
from gnomon.model.sweep import AgentState, SweepState
from gnomon.server.actions.forks import random_id
from gnomon.server.actions.sweeps.decide import Begin, Exit, Issued, Standing, Stop, Suggest, decide, given_up
from gnomon.server.actions.sweeps.edits import ask_to_stop
from gnomon.server.storage.tables import runs, sweeps
from gnomon.server.storage.tables.sweeps import AgentRow, RunOfSweep, SweepRow
from gnomon.sweeps.config import SweepConfig

LATE_SECS = 10.0
"""A run that crashed so long before the last word of its agent may have crashed with it."""
QUIET_SECS = 60.0
"""A run that its agent does not have any more, and that was not heard of for so long, has ended without a word."""


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an agent is to do. `args` is the run's config, as it was thought out."""

    type: Literal["run", "resume", "stop", "exit"]
    run_id: str = ""
    name: str = ""
    """What the run is called."""
    args: dict[str, Any] = {}
    program: str = ""


@dataclass(frozen=True)
class Outlook:
    """What was computed before the transaction."""

    params: dict[str, Any] | None = None
    """The config of the next run, where one was thought out."""
    drained: bool = False
    target_reached: bool = False
    stop: tuple[str, ...] = ()
    """Runs that have fallen behind."""


def beat(
    conn: Connection,
    agent: AgentRow,
    config: SweepConfig,
    active: Collection[str],
    outlook: Outlook,
    now: float,
    *,
    rng: random.Random,
    doubt_secs: float,
) -> tuple[Command | None, list[str]]:
    """Decide, and write down what was decided; the command, and the runs that were changed."""
    sweep, rows = standing(conn, agent, active)
    sweeps.change_agent(conn, agent.key, heartbeat_at=now, state=AgentState.RUNNING.value)
    changed = ask_to_stop(conn, sweep, outlook.stop, now)
    ids = {row.id: row for row in rows}
    for row in rows:
        if row.id in active and row.agent is None and row.thought_out:
            if issued(row).lost:
                runs.change(conn, sweep.project, row.key, state=RunState.RUNNING.value, finished_at=None)
            sweeps.claim(conn, row.key, agent.key, now)  # it was taken back too early
            changed.append(row.id)
    for id in given_up([issued(row) for row in rows], agent.key, active):
        runs.change(conn, sweep.project, ids[id].key, state=RunState.FAILED.value, finished_at=now)
        changed.append(id)
    for row in rows:
        if row.agent == agent.key and row.id not in active and (state := _ended_as(row, now)) is not None:
            runs.change(conn, sweep.project, row.key, state=state, finished_at=now)
            changed.append(row.id)
    if changed:
        sweep, rows = standing(conn, agent, active)
    doubtful = set() if active else _in_doubt(conn, sweep.key, agent.key, rows, now - doubt_secs)
    decision = decide(standing_of(sweep, config, agent.key, active, rows, outlook, doubtful))
    match decision:
        case Stop(run=id):
            return Command(type="stop", run_id=id), changed
        case Begin(run=id, again=again):
            row = ids[id]
            if issued(row).lost:  # from here on it waits for its script, like any other
                runs.change(conn, sweep.project, row.key, state=RunState.PENDING.value, finished_at=None)
            sweeps.issue(conn, row.key, agent.key, now)
            return _begin(config, id, row.name, sweeps.args_of(conn, row.key), again=again), [*changed, id]
        case Suggest() if outlook.params is not None:
            made = add_run(conn, sweep, outlook.params, agent.user, rng, now)
            sweeps.issue(conn, made.key, agent.key, now)
            return _begin(config, made.id, made.name, outlook.params, again=False), [*changed, made.id]
        case Exit(over=over):
            sweeps.change_agent(conn, agent.key, state=AgentState.FINISHED.value)
            if over:
                sweeps.change(conn, sweep.key, state=SweepState.FINISHED.value, updated_at=now)
            return Command(type="exit"), changed
    return None, changed


def standing(conn: Connection, agent: AgentRow, active: Collection[str]) -> tuple[SweepRow, list[RunOfSweep]]:
    """The sweep and its runs; of an agent at work only those it has or had, which are all it has to be told about.

    Raises NotFound where the sweep was deleted.
    """
    sweep = sweeps.by_key(conn, agent.sweep)
    if sweep is None or sweep.deleted_at is not None:
        raise NotFound("The sweep was deleted")
    found = sweeps.runs_in_hand(conn, sweep.key, agent.key, active) if active else sweeps.runs_of(conn, sweep.key)
    return sweep, found


def standing_of(
    sweep: SweepRow,
    config: SweepConfig,
    agent: int,
    active: Collection[str],
    rows: Sequence[RunOfSweep],
    outlook: Outlook,
    doubtful: Collection[str] = (),
) -> Standing:
    return Standing(
        state=SweepState(sweep.state),
        agent=agent,
        active=active,
        runs=[issued(row) for row in rows],
        run_cap=config.run_cap,
        drained=sweep.drained or outlook.drained,
        target_reached=outlook.target_reached,
        controlled_locally=config.controlled_locally,
        doubtful=doubtful,
    )


def issued(row: RunOfSweep) -> Issued:
    return Issued(
        row.id, row.state, row.finished_at is not None, row.agent, row.issues, row.thought_out,
        row.stop_asked_at is not None,
    )  # fmt: skip


def died_with(agent: AgentRow, row: RunOfSweep, silent_since: float) -> bool:
    """Whether a run that has begun went with its agent: both are silent, or it crashed and the agent did not say so."""
    if row.finished_at is None:
        return row.updated_at < silent_since and agent.heartbeat_at < silent_since
    return row.state == RunState.CRASHED and row.finished_at > agent.heartbeat_at - LATE_SECS


def _in_doubt(conn: Connection, sweep: int, me: int, rows: Sequence[RunOfSweep], silent_since: float) -> set[str]:
    """The runs of others that may have gone with their agents."""
    others = {
        one.key: one for one in sweeps.agents_of(conn, sweep) if one.state == AgentState.RUNNING and one.key != me
    }
    found = set()
    for row in rows:
        agent = others.get(row.agent or 0)
        if agent is None or not row.thought_out:
            continue
        silent = agent.heartbeat_at < silent_since
        if silent if issued(row).runs else died_with(agent, row, silent_since):
            found.add(row.id)
    return found


def _ended_as(row: RunOfSweep, now: float) -> str | None:
    """How a run ended that its agent does not have any more and that did not say so; None where it goes on."""
    if not issued(row).runs:
        return None
    if row.stop_asked_at is not None:
        return RunState.KILLED.value
    if now - row.updated_at < QUIET_SECS:
        return None  # what the agent began may have begun it elsewhere
    return row.state if row.state == RunState.PREEMPTING else RunState.CRASHED.value


def _begin(config: SweepConfig, id: str, name: str, args: dict[str, Any], *, again: bool) -> Command:
    return Command(type="resume" if again else "run", run_id=id, name=name, args=args, program=config.program)


class Made(NamedTuple):
    """A run that was thought out."""

    key: int
    id: str
    name: str


def add_run(
    conn: Connection,
    sweep: SweepRow,
    args: dict[str, Any],
    user: int,
    rng: random.Random,
    now: float,
    *,
    name: str = "",
) -> Made:
    """A run that was thought out and waits for its agent."""
    id = random_id()
    number = sweeps.count_thought_out(conn, sweep.key) + 1
    called = name or f"{rng.choice(FIRST)}-sweep-{number}"
    key = runs.add(
        conn, sweep.project, id, user=user, name=called, state=RunState.PENDING.value, now=now, config=args,
        sweep=sweep.key,
    )  # fmt: skip
    sweeps.add_run(conn, key, sweep.key, args)
    return Made(key, id, called)
