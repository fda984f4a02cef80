"""What the server does by the clock: one job a file, each a function of the services that does it once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gnomon.model.errors import Unavailable
from gnomon.server.chores import (
    artifacts,
    clean_up,
    crashed_runs,
    deleted_runs,
    edits,
    left_journals,
    lists,
    project_keys,
    summaries,
    sweep_agents,
)
from gnomon.server.services import Services

log = logging.getLogger("gnomon.server")


@dataclass(frozen=True)
class Chore:
    """A job, and how often it is done. With `at_start` it is done before the server answers its first request."""

    name: str
    every_secs: float
    do: Callable[[Services], Awaitable[object]]
    first_after_secs: float | None = None


CHORES = (
    Chore("summaries", 1.0, summaries.flush),
    Chore("crashed runs", 15.0, crashed_runs.mark),
    Chore("keys of projects", 30.0, project_keys.catch_up, first_after_secs=20.0),
    Chore("left journals", 60.0, left_journals.pick_up, first_after_secs=2.0),
    Chore("silent agents", 30.0, sweep_agents.take_back),
    Chore("sweeps with nothing left to try", 20.0, sweep_agents.end_complete, first_after_secs=5.0),
    Chore("clean-up", 3600.0, clean_up.forget_old, first_after_secs=60.0),
    Chore("deleted runs", 3600.0, deleted_runs.clear, first_after_secs=90.0),
    Chore("artifacts whose time is over", 600.0, artifacts.expire, first_after_secs=100.0),
    Chore("deleted artifacts", 600.0, artifacts.clear, first_after_secs=110.0),
    Chore("old edits", 3600.0, edits.make_final, first_after_secs=120.0),
)


@asynccontextmanager
async def running(services: Services) -> AsyncIterator[None]:
    """All chores, each in a task of its own, for as long as the block lasts."""
    tasks = [asyncio.create_task(_repeat(chore, services), name=f"chore {chore.name}") for chore in CHORES]
    tasks.append(asyncio.create_task(_once("summaries after the start", summaries.catch_up, services)))
    tasks.append(asyncio.create_task(_once("lists after the start", lists.read, services)))
    await _once("edits after the start", edits.finish, services)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _once("summaries before the end", summaries.flush, services)
        services.ingest.close()
        services.streams.close()
        services.agents.close()


async def _repeat(chore: Chore, services: Services) -> None:
    await asyncio.sleep(chore.every_secs if chore.first_after_secs is None else chore.first_after_secs)
    while True:
        started = asyncio.get_running_loop().time()
        await _once(chore.name, chore.do, services)
        took = asyncio.get_running_loop().time() - started
        # A job that has much to do must not become all the server does.
        await asyncio.sleep(max(chore.every_secs - took, 2 * took))


async def _once(name: str, do: Callable[[Services], Awaitable[object]], services: Services) -> None:
    try:
        await do(services)
    except Unavailable as error:
        log.warning("%s: not now: %s", name, error)
    except Exception:
        log.exception("%s failed; it is tried again", name)
