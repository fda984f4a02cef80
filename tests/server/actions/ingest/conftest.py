"""A server's ingest over real tables and each of the metric stores, with a clock that stands until it is moved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gnomon.server.actions.ingest import Ingest, Taken, Target
from gnomon.server.actions.summaries import Summaries
from gnomon.server.live import Live
from gnomon.server.meters import Meters
from gnomon.server.storage.metrics.open import open_metrics
from gnomon.server.storage.metrics.store import MetricStore, RunKey
from gnomon.server.storage.tables import accounts, runs
from gnomon.server.storage.tables.database import Database
from gnomon.server.storage.tables.runs import RunRow

NOW = 1_800_000_000.0
MAIN = "a" * 32


@dataclass
class World:
    """A server's ingest, its stores, and a clock that stands until it is moved."""

    tables: Database
    metrics: MetricStore
    target: Target
    now: float = NOW
    live: Live = field(default_factory=Live)
    meters: Meters = field(default_factory=Meters)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget everything that is only in memory, as a killed server does; the stores stay."""
        self.summaries = Summaries(self.tables, self.metrics, self.live)
        self.ingest = Ingest(
            self.tables, self.metrics, self.summaries, self.live, self.meters, address="http://here",
            clock=lambda: self.now,
        )  # fmt: skip

    async def post(self, data: bytes, offset: int = 0, journal: str = MAIN, target: Target | None = None) -> Taken:
        return await self.ingest.append(target or self.target, journal, offset, data)

    async def run(self, id: str = "r") -> RunRow:
        """The run as the tables have it, after its summary was brought up to date."""
        await self.summaries.flush(self.now)
        row = await self.tables.read(lambda conn: runs.find_named(conn, self.target.entity, "p", id))
        assert row is not None
        return row

    async def rows(self, stream: str = "history", id: str = "r") -> list[dict[str, Any]]:
        """What the metric store has, without times."""
        row = await self.run(id)
        page = await self.metrics.rows(RunKey(row.key), stream=stream, limit=100_000, repeats="all")
        return [{key: value for key, value in row.items() if key != "_time"} for row in page.rows]


@pytest.fixture(params=["memory", "embedded"])
async def world(
    request: pytest.FixtureRequest, tmp_path: Path, new_tables: Callable[[str], Database]
) -> AsyncIterator[World]:
    tables = new_tables(str(tmp_path))
    metrics = open_metrics(request.param, tmp_path / "metrics")
    user = await tables.write(lambda conn: accounts.add_user(conn, "ann", admin=False, password=None, now=NOW))
    world = World(tables, metrics, Target(user.entity, "ann", "p", "r", user.key))
    yield world
    world.ingest.close()
    await metrics.close()
    await tables.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
