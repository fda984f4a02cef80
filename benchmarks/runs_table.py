"""How the runs table of a large project feels: 100,000 runs with 250 config and 250 summary values each.

All 500 columns are shown. The table is scrolled down, across, and both ways at once in a headless Chromium that draws
with the CPU; then it is sorted, filtered and grouped by pressing what a person presses, and the time is taken from the
press to the first frame that shows the answer.

The runs have ended, and their summaries are what their scripts set. A server that starts derives the summaries of runs
that say they are running from their rows: runs that never had any would lose what is measured here, and with each of
them the page would hear of a change and ask again.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.engine import Connection

from benchmarks import runs_search
from benchmarks.browser import ask, frames, others
from benchmarks.harness import Result, folder, server
from gnomon.server.settings import load
from gnomon.server.storage.open import open_storage
from gnomon.server.storage.tables import accounts, projects

RUNS = int(os.environ.get("GNOMON_BENCH_RUNS", 100_000))
VALUES = 250
PROJECT = "table"


async def fill(data: Path, entity: str) -> None:
    """The runs, put into the tables of a server that is not running."""
    storage = open_storage(load({}, data=data, metrics="memory", blobs="memory"))

    def write(conn: Connection) -> None:
        user = accounts.find_user(conn, entity)
        assert user
        project, _ = projects.ensure(conn, user.entity, PROJECT, time.time())
        runs_search.fill(conn, project.key, user.key, RUNS, VALUES, ("finished", "crashed"))

    await storage.tables.write(write)
    await storage.close()


def columns() -> str:
    """All of them, as the address of the page has them; some of both kinds come first, to be in sight."""
    summary, config = ([f"{kind}{k}" for k in range(VALUES)] for kind in ("summary.s", "config.c"))
    return ",".join(["name", *summary[:6], *config[:6], *summary[6:], *config[6:]])


def measure() -> Iterable[Result]:
    with folder() as home:
        with server(home) as running:
            entity = running.entity
        asyncio.run(fill(home / "data", entity))
        with server(home) as running:
            beside = others()
            found = ask(running, "runs_table", f"/{entity}/{PROJECT}/runs", columns(), timeout_secs=400)
            memory = running.memory_mb()
    what = f"runs table, {RUNS:,} runs × {2 * VALUES} columns"
    note = (
        f"just after the server was started; layout shift {found['shift']:.3f}; server holds {memory:.0f} MB; {beside}"
    )
    yield Result(f"{what}, first rows", found["first_ms"], "ms", most=1500, note=note)
    for way, scroll in found["scroll"].items():
        note = f"{frames(scroll)}; {scroll['nodes']:,} nodes at most; {beside}"
        yield Result(f"{what}, scrolled {way}", scroll["fps"], "frames/s", least=50, note=note)
    for asked, took in found["asked"].items():
        yield Result(f"{what}, {asked}", took, "ms", most=500, note=beside)
