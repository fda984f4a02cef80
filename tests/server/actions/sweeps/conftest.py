"""A sweep in a server in this process, agents that work on it, and scripts that do as they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pytest
import yaml

from gnomon.model.sweep import NewSweep, SweepEdit, SweepState
from gnomon.server.actions.sweeps import Command, edits, reading
from gnomon.server.caller import Caller
from gnomon.server.services import Services
from gnomon.server.storage.metrics.store import Block, RunKey, Source
from gnomon.server.storage.tables import accounts, runs, sweeps
from gnomon.server.storage.tables.runs import RunRow
from gnomon.server.storage.tables.sweeps import AgentRow, SweepRow


@dataclass
class Worker:
    """An agent, and the runs it says it has."""

    lab: Lab
    row: AgentRow
    active: set[str] = field(default_factory=set)

    async def asks(self) -> Command | None:
        """A sign of life; a run that it is told to begin is active from then on."""
        command = await self.lab.services.agents.heartbeat(self.row, self.active)
        if command is not None and command.type in ("run", "resume"):
            self.active.add(command.run_id)
        return command

    async def does(self, *values: float, state: str = "finished") -> dict[str, Any]:
        """The next run from its beginning to its end; its config."""
        command = await self.asks()
        assert command is not None and command.type == "run", command
        await self.lab.begins(command.run_id)
        await self.lab.logs(command.run_id, values)
        await self.lab.ends(command.run_id, state)
        self.active.clear()
        return command.args


@dataclass
class Lab:
    """Everything a test needs to play a sweep."""

    services: Services
    clock: Any
    caller: Caller
    entity: int
    sweep: SweepRow | None = None
    logged: dict[str, int] = field(default_factory=dict)

    @property
    def tables(self) -> Any:
        return self.services.storage.tables

    async def begin(self, method: str = "grid", **given: Any) -> SweepRow:
        """A new sweep over `a` and `b`, unless the config says otherwise."""
        config = {"method": method, "parameters": {"a": {"values": [1, 2]}, "b": {"values": [10, 20]}}, **given}
        wish = NewSweep(config=yaml.safe_dump(config))
        self.sweep, _ = await edits.create(self.tables, self.entity, "p", wish, self.caller, self.clock())
        return self.sweep

    async def worker(self) -> Worker:
        assert self.sweep is not None
        return Worker(self, await self.services.agents.register(self.sweep, "host", self.caller))

    async def become(self, state: str) -> None:
        assert self.sweep is not None
        edit = SweepEdit(state=SweepState(state))
        self.sweep = await edits.change(self.tables, self.sweep, edit, self.caller, self.clock())

    async def state(self) -> str:
        return (await self.row()).state

    async def row(self) -> SweepRow:
        assert self.sweep is not None
        found = await self.tables.read(partial(sweeps.by_key, key=self.sweep.key))
        assert found is not None
        return found

    async def run(self, id: str) -> RunRow:
        assert self.sweep is not None
        project = self.sweep.project
        found = await self.tables.read(lambda conn: runs.find(conn, project, id))
        assert found is not None
        return found

    async def begins(self, id: str) -> None:
        """The run's script calls `init`."""
        await self.becomes(id, state="running", finished_at=None, updated_at=self.clock())

    async def ends(self, id: str, state: str = "finished") -> None:
        await self.becomes(id, state=state, finished_at=self.clock(), updated_at=self.clock())

    async def becomes(self, id: str, **values: Any) -> None:
        row = await self.run(id)
        await self.tables.write(lambda conn: runs.change(conn, row.project, row.key, **values))

    async def logs(self, id: str, values: Sequence[float], key: str = "loss") -> None:
        """Rows of the run with these values of a metric."""
        if not values:
            return
        row, first = await self.run(id), self.logged.get(id, 0)
        last = self.logged[id] = first + len(values)
        steps = np.arange(first, last, dtype=np.int64)
        block = Block("history", (key,), steps, steps * 1.0, (np.array(values, dtype=np.float64),))
        await self.services.storage.metrics.append(RunKey(row.key), Source("j", first, last), [block])
        await self.becomes(id, summary={key: float(values[-1])})

    async def runs(self) -> list[sweeps.RunOfSweep]:
        assert self.sweep is not None
        return await self.tables.read(partial(sweeps.runs_of, sweep=self.sweep.key))

    async def shown(self) -> Any:
        assert self.sweep is not None
        return await reading.detail(self.tables, self.services.agents.trials, await self.row())


@pytest.fixture
async def lab(server: Any) -> Lab:
    await server.user("ann")

    def find(conn: Any) -> Any:
        return accounts.find_user(conn, "ann")

    user = await server.services.storage.tables.read(find)
    return Lab(server.services, server.clock, Caller(user), user.entity)
