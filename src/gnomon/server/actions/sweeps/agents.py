"""Agents at work: which run each one is given, and when it has to stop or may go.

One decision at a time is made for each sweep, so that two agents never get the same run, nor the same point of a grid.
What has to be computed is, before the transaction; in it the decision is made on the tables as they are then.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import msgspec
from sqlalchemy.engine import Connection

from gnomon.model.errors import Conflict, NotFound, Rejected
from gnomon.model.run import RunState
from gnomon.model.run_names import FIRST
from gnomon.model.sweep import AgentState, SweepState
from gnomon.server.actions.forks import random_id
from gnomon.server.actions.sweeps import local
from gnomon.server.actions.sweeps.decide import Begin, Exit, Issued, Standing, Stop, Suggest, decide, given_up
from gnomon.server.actions.sweeps.edits import ask_to_stop
from gnomon.server.actions.sweeps.show import config_of
from gnomon.server.actions.sweeps.trials import Trials
from gnomon.server.caller import Caller, not_there
from gnomon.server.live import Live
from gnomon.server.storage.metrics.store import MetricStore
from gnomon.server.storage.tables import runs, sweeps
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.sweeps import AgentRow, RunOfSweep, SweepRow
from gnomon.sweeps.config import SweepConfig
from gnomon.sweeps.stopping import hyperband
from gnomon.sweeps.suggest import next_params, target_reached

log = logging.getLogger("gnomon.server")

LONGEST_HOST = 256
QUIET_SECS = 60.0
"""A run that its agent does not have any more, and that was not heard of for so long, has ended without a word."""
SILENT_SECS = 300.0
"""An agent that was not heard of for so long, while somebody was there to hear it, is gone."""


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an agent is to do. `args` is the run's config, as it was thought out."""

    type: Literal["run", "resume", "stop", "exit"]
    run_id: str = ""
    args: dict[str, Any] = {}
    program: str = ""


@dataclass(frozen=True)
class _Outlook:
    """What was computed before the transaction."""

    params: dict[str, Any] | None = None
    """The config of the next run, where one was thought out."""
    drained: bool = False
    target_reached: bool = False
    stop: tuple[str, ...] = ()
    """Runs that have fallen behind."""


class Agents:
    """Gives runs to agents. Safe to share between tasks."""

    def __init__(
        self,
        tables: Database,
        metrics: MetricStore,
        live: Live,
        *,
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
    ) -> None:
        self.trials = Trials(metrics)
        self._tables = tables
        self._live = live
        self._clock = clock
        self._rng = rng or random.SystemRandom()
        self._locks: dict[int, asyncio.Lock] = {}

    async def register(self, sweep: SweepRow, host: str, caller: Caller) -> AgentRow:
        """A new agent of the sweep, which is running from now on, unless it was told otherwise."""
        user, now = caller.signed_in(), self._clock()

        def work(conn: Connection) -> AgentRow:
            key = sweeps.add_agent(conn, sweep.key, random_id(), user=user.key, host=host[:LONGEST_HOST], now=now)
            known = sweeps.by_key(conn, sweep.key)
            if known is not None and known.state == SweepState.PENDING:
                sweeps.change(conn, sweep.key, state=SweepState.RUNNING.value, updated_at=now)
            made = sweeps.agent(conn, key)
            assert made is not None
            return made

        made = await self._tables.write(work)
        self._live.publish(sweep.project, "sweep", sweep.id)
        return made

    async def heartbeat(self, agent: AgentRow, active: Collection[str]) -> Command | None:
        """What the agent is to do, given the ids of the runs it has; None for nothing.

        Raises NotFound where its sweep was deleted.
        """
        async with self._locks.setdefault(agent.sweep, asyncio.Lock()):
            sweep, rows = await self._tables.read(partial(_standing, key=agent.sweep))
            config = config_of(sweep).config
            outlook = await self._look_ahead(sweep, config, agent, active, rows)
            now = self._clock()
            command, changed = await self._tables.write(
                lambda conn: self._beat(conn, agent, config, active, outlook, now)
            )
        for id in changed:
            self._live.publish(sweep.project, "run", id)
        if changed:
            self._live.publish(sweep.project, "sweep", sweep.id)
        return command

    async def enqueue(self, sweep: SweepRow, args: dict[str, Any], *, name: str = "") -> str:
        """A run with this config, which waits for an agent; its id. Raises Conflict where the sweep is over."""
        now = self._clock()

        def work(conn: Connection) -> str:
            known = sweeps.by_key(conn, sweep.key)
            if known is None or known.state in (SweepState.FINISHED, SweepState.CANCELED):
                raise Conflict(f"The sweep {sweep.id!r} is over; resume it to add runs")
            return _add_run(conn, sweep, args, sweeps.owner(conn, sweep.key), self._rng, now, name=name)[1]

        id = await self._tables.write(work)
        self._live.publish(sweep.project, "run", id)
        self._live.publish(sweep.project, "sweep", sweep.id)
        return id

    async def control(self, sweep: SweepRow, controller: str) -> SweepRow:
        """Do what a local controller asks for, which it may repeat. Raises Rejected where it makes no sense."""
        wish, now = local.read(controller), self._clock()
        if wish.schedule and not config_of(sweep).config.controlled_locally:
            raise Rejected(
                "The sweep has no local controller; its config says `controller: {type: local}`", field="controller"
            )

        def work(conn: Connection) -> tuple[SweepRow, list[str]]:
            known = sweeps.by_key(conn, sweep.key)
            if known is None or known.deleted_at is not None:
                raise _gone(sweep)
            scheduled, owner = dict(known.scheduled), sweeps.owner(conn, sweep.key)
            for entry, args in wish.schedule.items():
                if entry not in scheduled:
                    _, scheduled[entry] = _add_run(conn, known, args, owner, self._rng, now)
            stopped = ask_to_stop(conn, known, wish.stop, now)
            sweeps.change(
                conn, known.key, controller=controller, scheduled=scheduled, drained=known.drained or wish.drained,
                updated_at=now,
            )  # fmt: skip
            new = [id for entry, id in scheduled.items() if entry not in known.scheduled]
            return sweeps.by_key(conn, known.key) or known, [*new, *stopped]

        row, changed = await self._tables.write(work)
        for id in changed:
            self._live.publish(sweep.project, "run", id)
        self._live.publish(sweep.project, "sweep", sweep.id)
        return row

    async def take_back(self) -> list[str]:
        """Let runs of agents that have fallen silent wait for others; the ids of these runs."""
        now = self._clock()
        found = await self._tables.write(lambda conn: _take_back(conn, now))
        for project, id in found:
            self._live.publish(project, "run", id)
        return [id for _, id in found]

    async def _look_ahead(
        self, sweep: SweepRow, config: SweepConfig, agent: AgentRow, active: Collection[str], rows: Sequence[RunOfSweep]
    ) -> _Outlook:
        """What the decision will need that takes long to find out."""
        outlook = _Outlook(stop=await self._behind(config, rows))
        standing = _standing_of(sweep, config, agent.key, active, rows, outlook)
        if isinstance(decide(standing), Stop) or active or sweep.state not in (SweepState.PENDING, SweepState.RUNNING):
            return outlook
        metric = config.metric
        facts = {}
        if config.method in ("grid", "bayes") or (metric is not None and metric.target is not None):
            facts = await self._tables.read(lambda conn: sweeps.facts(conn, sweep.key))
        trials = await self.trials.of(config, rows, facts)
        if target_reached(config, trials):
            return replace(outlook, target_reached=True)
        if not isinstance(decide(standing), Suggest):
            return outlook
        loop = asyncio.get_running_loop()
        params = await loop.run_in_executor(None, next_params, config, trials, self._rng)
        return replace(outlook, params=params, drained=params is None)

    async def _behind(self, config: SweepConfig, rows: Sequence[RunOfSweep]) -> tuple[str, ...]:
        """The runs that early termination would end now."""
        rule, metric = config.early_terminate, config.metric
        running = [row.id for row in rows if row.state == RunState.RUNNING and row.stop_asked_at is None]
        if rule is None or metric is None or not running or config.controlled_locally:
            return ()
        return tuple(hyperband.to_stop(rule, await self.trials.courses(rule, metric, rows), running))

    def _beat(
        self,
        conn: Connection,
        agent: AgentRow,
        config: SweepConfig,
        active: Collection[str],
        outlook: _Outlook,
        now: float,
    ) -> tuple[Command | None, list[str]]:
        """Decide, and write down what was decided; the command, and the runs that were changed."""
        sweep, rows = _standing(conn, agent.sweep)
        sweeps.change_agent(conn, agent.key, heartbeat_at=now, state=AgentState.RUNNING.value)
        changed = ask_to_stop(conn, sweep, outlook.stop, now)
        ids = {row.id: row for row in rows}
        for row in rows:
            if row.id in active and row.agent is None and row.thought_out:
                sweeps.claim(conn, row.key, agent.key, now)  # it was taken back too early
                changed.append(row.id)
        for id in given_up([_issued(row) for row in rows], agent.key, active):
            runs.change(conn, sweep.project, ids[id].key, state=RunState.FAILED.value, finished_at=now)
            changed.append(id)
        for row in rows:
            if row.agent == agent.key and row.id not in active and (state := _ended_as(row, now)) is not None:
                runs.change(conn, sweep.project, row.key, state=state, finished_at=now)
                changed.append(row.id)
        rows = sweeps.runs_of(conn, sweep.key) if changed else rows
        decision = decide(_standing_of(sweep, config, agent.key, active, rows, outlook))
        match decision:
            case Stop(run=id):
                return Command(type="stop", run_id=id), changed
            case Begin(run=id, again=again):
                row = ids[id]
                sweeps.issue(conn, row.key, agent.key, now)
                return _begin(config, id, sweeps.args_of(conn, row.key), again=again), [*changed, id]
            case Suggest() if outlook.params is not None:
                key, id = _add_run(conn, sweep, outlook.params, agent.user, self._rng, now)
                sweeps.issue(conn, key, agent.key, now)
                return _begin(config, id, outlook.params, again=False), [*changed, id]
            case Exit(over=over):
                sweeps.change_agent(conn, agent.key, state=AgentState.FINISHED.value)
                if over:
                    sweeps.change(conn, sweep.key, state=SweepState.FINISHED.value, updated_at=now)
                return Command(type="exit"), changed
        return None, changed


def _standing(conn: Connection, key: int) -> tuple[SweepRow, list[RunOfSweep]]:
    sweep = sweeps.by_key(conn, key)
    if sweep is None or sweep.deleted_at is not None:
        raise NotFound("The sweep was deleted")
    return sweep, sweeps.runs_of(conn, key)


def _standing_of(
    sweep: SweepRow,
    config: SweepConfig,
    agent: int,
    active: Collection[str],
    rows: Sequence[RunOfSweep],
    outlook: _Outlook,
) -> Standing:
    return Standing(
        state=SweepState(sweep.state),
        agent=agent,
        active=active,
        runs=[_issued(row) for row in rows],
        run_cap=config.run_cap,
        drained=sweep.drained or outlook.drained,
        target_reached=outlook.target_reached,
        controlled_locally=config.controlled_locally,
    )


def _issued(row: RunOfSweep) -> Issued:
    return Issued(
        row.id, row.state, row.finished_at is not None, row.agent, row.issues, row.thought_out,
        row.stop_asked_at is not None,
    )  # fmt: skip


def _ended_as(row: RunOfSweep, now: float) -> str | None:
    """How a run ended that its agent does not have any more and that did not say so; None where it goes on."""
    if not _issued(row).runs:
        return None
    if row.stop_asked_at is not None:
        return RunState.KILLED.value
    if now - row.updated_at < QUIET_SECS:
        return None  # what the agent began may have begun it elsewhere
    return row.state if row.state == RunState.PREEMPTING else RunState.CRASHED.value


def _begin(config: SweepConfig, id: str, args: dict[str, Any], *, again: bool) -> Command:
    return Command(type="resume" if again else "run", run_id=id, args=args, program=config.program)


def _add_run(
    conn: Connection,
    sweep: SweepRow,
    args: dict[str, Any],
    user: int,
    rng: random.Random,
    now: float,
    *,
    name: str = "",
) -> tuple[int, str]:
    """A run that was thought out and waits for its agent; its key and its id."""
    id = random_id()
    number = sum(row.thought_out for row in sweeps.runs_of(conn, sweep.key)) + 1
    called = name or f"{rng.choice(FIRST)}-sweep-{number}"
    key = runs.add(
        conn, sweep.project, id, user=user, name=called, state=RunState.PENDING.value, now=now, config=args,
        sweep=sweep.key,
    )  # fmt: skip
    sweeps.add_run(conn, key, sweep.key, args)
    return key, id


def _take_back(conn: Connection, now: float) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for agent in sweeps.silent_agents(conn, now - SILENT_SECS):
        sweep = sweeps.by_key(conn, agent.sweep)
        left = [
            row for row in sweeps.runs_of_agent(conn, agent.key) if not _issued(row).begun or row.finished_at is None
        ]
        for row in left:
            if sweep is not None and not _issued(row).begun:
                sweeps.release(conn, row.key)
                found.append((sweep.project, row.id))
        state = AgentState.LOST if left else AgentState.FINISHED
        sweeps.change_agent(conn, agent.key, state=state.value)
    for project, row in sweeps.unbegun_of_ended(conn):
        runs.change(conn, project, row.key, state=RunState.KILLED.value, finished_at=now)
        found.append((project, row.id))
    return found


def _gone(sweep: SweepRow) -> NotFound:
    return not_there("sweep", f"{sweep.entity}/{sweep.project_name}/{sweep.id}")
