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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection

from gnomon.model.errors import Conflict, NotFound, Rejected
from gnomon.model.run import RunState
from gnomon.model.sweep import AgentState, SweepState
from gnomon.server.actions.forks import random_id
from gnomon.server.actions.sweeps import local
from gnomon.server.actions.sweeps.beat import Command, Outlook, add_run, beat, issued, standing, standing_of
from gnomon.server.actions.sweeps.decide import Stop, Suggest, decide
from gnomon.server.actions.sweeps.edits import ask_to_stop
from gnomon.server.actions.sweeps.leases import OVER, end_complete, take_back
from gnomon.server.actions.sweeps.show import config_of
from gnomon.server.actions.sweeps.trials import Trials
from gnomon.server.caller import Caller, not_there
from gnomon.server.live import Live
from gnomon.server.storage.metrics.store import MetricStore
from gnomon.server.storage.tables import sweeps
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.sweeps import AgentRow, RunOfSweep, SweepRow
from gnomon.sweeps.config import SweepConfig
from gnomon.sweeps.suggest import needs_trials, next_params, target_reached

log = logging.getLogger("gnomon.server")

LONGEST_HOST = 256
SILENT_SECS = 300.0
"""An agent that was not heard of for so long, while somebody was there to hear it, is gone: what it had is given to
others."""
DOUBT_SECS = 12.0
"""One that was not heard of for so long may be gone; agents with nothing to do wait for what it has."""
MOST_PATIENCE_SECS = 6.0
"""How long an agent waits for its turn; then it is told to ask again."""


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
        lease_secs: float = SILENT_SECS,
    ) -> None:
        self.trials = Trials(metrics, clock)
        self.lease_secs = lease_secs
        """How long an agent may be silent before what it has is given to others."""
        self._since = clock()
        self._tables = tables
        self._live = live
        self._clock = clock
        self._rng = rng or random.SystemRandom()
        self._locks: dict[int, asyncio.Lock] = {}
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="suggest")

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
        if active:
            sweep, command, changed = await self._hear(agent, active)
        else:
            lock = self._locks.setdefault(agent.sweep, asyncio.Lock())
            try:
                await asyncio.wait_for(lock.acquire(), MOST_PATIENCE_SECS)
            except asyncio.TimeoutError:
                return None
            try:
                sweep, command, changed = await self._hear(agent, active)
            finally:
                lock.release()
        for id in changed:
            self._live.publish(sweep.project, "run", id)
        if changed or (command is not None and command.type == "exit"):
            self._live.publish(sweep.project, "sweep", sweep.id)
        return command

    async def _hear(self, agent: AgentRow, active: Collection[str]) -> tuple[SweepRow, Command | None, list[str]]:
        """One sign of life from its reading to its writing; the command, and the runs that were changed."""
        sweep, rows = await self._tables.read(lambda conn: standing(conn, agent, active))
        config = config_of(sweep).config
        outlook = await self._look_ahead(sweep, config, agent, active, rows)
        now, doubt_secs = self._clock(), min(DOUBT_SECS, self.lease_secs)
        command, changed = await self._tables.write(
            lambda conn: beat(conn, agent, config, active, outlook, now, rng=self._rng, doubt_secs=doubt_secs)
        )
        return sweep, command, changed

    async def leave(self, agent: AgentRow) -> None:
        """The agent goes. What it was given and never began waits for another, at once."""

        def work(conn: Connection) -> list[str]:
            left = [row for row in sweeps.runs_of_agent(conn, agent.key) if not issued(row).begun]
            for row in left:
                sweeps.release(conn, row.key)
            sweeps.change_agent(conn, agent.key, state=AgentState.FINISHED.value, heartbeat_at=self._clock())
            return [row.id for row in left]

        await self._tables.write(work)
        sweep = await self._tables.read(lambda conn: sweeps.by_key(conn, agent.sweep))
        if sweep is not None:
            self._live.publish(sweep.project, "sweep", sweep.id)
        await self.end_complete()

    async def enqueue(self, sweep: SweepRow, args: dict[str, Any], *, name: str = "") -> str:
        """A run with this config, which waits for an agent; its id. Raises Conflict where the sweep is over."""
        now = self._clock()

        def work(conn: Connection) -> str:
            known = sweeps.by_key(conn, sweep.key)
            if known is None or known.state in OVER:
                raise Conflict(f"The sweep {sweep.id!r} is over; resume it to add runs")
            return add_run(conn, sweep, args, sweeps.owner(conn, sweep.key), self._rng, now, name=name).id

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
                    scheduled[entry] = add_run(conn, known, args, owner, self._rng, now).id
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
        if now - self._since < self.lease_secs:
            return []  # while the server was away, nobody could hear them
        found = await self._tables.write(lambda conn: take_back(conn, now, self.lease_secs))
        for project, id in found:
            self._live.publish(project, "run", id)
        return [id for _, id in found]

    async def end_complete(self) -> list[str]:
        """End the sweeps whose agents left when there was nothing more to try; their ids."""
        now = self._clock()
        found = await self._tables.write(lambda conn: end_complete(conn, now))
        for project, id in found:
            self._live.publish(project, "sweep", id)
        return [id for _, id in found]

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False)

    async def _look_ahead(
        self, sweep: SweepRow, config: SweepConfig, agent: AgentRow, active: Collection[str], rows: Sequence[RunOfSweep]
    ) -> Outlook:
        """What the decision will need that takes long to find out."""
        outlook = Outlook(stop=await self._behind(sweep, config, rows, active))
        stands = standing_of(sweep, config, agent.key, active, rows, outlook)
        if active or isinstance(decide(stands), Stop) or sweep.state not in (SweepState.PENDING, SweepState.RUNNING):
            return outlook
        facts = {}
        if needs_trials(config):
            unknown = self.trials.unknown(config, rows)
            facts = await self._tables.read(lambda conn: sweeps.facts(conn, sweep.key, unknown))
        trials = await self.trials.of(config, rows, facts)
        if target_reached(config, trials):
            return replace(outlook, target_reached=True)
        if not isinstance(decide(stands), Suggest):
            return outlook
        loop = asyncio.get_running_loop()
        params = await loop.run_in_executor(self._threads, next_params, config, trials, self._rng)
        return replace(outlook, params=params, drained=params is None)

    async def _behind(
        self, sweep: SweepRow, config: SweepConfig, rows: Sequence[RunOfSweep], active: Collection[str]
    ) -> tuple[str, ...]:
        """The runs that early termination would end now."""
        rule, metric = config.early_terminate, config.metric
        if rule is not None and active:  # these are only those of the agent
            rows = await self._tables.read(partial(sweeps.runs_of, sweep=sweep.key))
        running = [row.id for row in rows if row.state == RunState.RUNNING and row.stop_asked_at is None]
        if rule is None or metric is None or not running or config.controlled_locally:
            return ()
        return tuple(rule.to_stop(await self.trials.courses(rule, metric, rows), running))


def _gone(sweep: SweepRow) -> NotFound:
    return not_there("sweep", f"{sweep.entity}/{sweep.project_name}/{sweep.id}")
