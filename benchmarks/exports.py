"""How fast whole runs are read: as columns in the process, as files over HTTP, and by a query in SQL.

    python -m benchmarks exports

A point is one value with its step and time. Over HTTP the clock runs until the last byte is here; reading does nothing
with the bytes. The SQL line is the whole of it: the process, handing ten million points over, and the answer.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from benchmarks.harness import Result, Server, folder, median, server
from gnomon.model.errors import Unavailable
from gnomon.server.settings import load
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics
from gnomon.server.storage.metrics.store import Block, MetricStore, RunKey, Source
from gnomon.server.storage.open import open_storage
from gnomon.server.storage.tables import accounts, projects, runs

RUNS = {"wide": (6, 100_000), "tall": (1, 1_000_000), "large": (10, 1_000_000)}
"""Keys and rows of each run."""
BLOCK_ROWS = 10_000
TIMES = 5


async def fill(metrics: MetricStore, run: RunKey, keys: int, rows: int) -> None:
    """Rows of noise, half of the keys in float32 as tensors give them."""
    draw = np.random.default_rng(int(run))
    for at in range(0, rows, BLOCK_ROWS):
        steps = np.arange(at, at + BLOCK_ROWS)
        times = 1.7e9 + steps * 0.1 + draw.random(BLOCK_ROWS) * 0.01
        values = [draw.standard_normal(BLOCK_ROWS) for _ in range(keys)]
        values = [
            column.astype(np.float32).astype(np.float64) if at % 2 else column for at, column in enumerate(values)
        ]
        block = Block("history", tuple(f"k{number}" for number in range(keys)), steps, times, tuple(values))
        while True:
            try:
                await metrics.append(run, Source("bench", at, at + BLOCK_ROWS), [block])
                break
            except Unavailable:
                await asyncio.sleep(0.2)


async def fill_server(home: Path, entity: str) -> dict[str, RunKey]:
    """The runs, in the data folder of a server that is not running."""
    storage = open_storage(load({}, data=home / "data"))
    try:
        made = {}
        for id in RUNS:

            def make(conn: object, id: str = id) -> int:
                user = accounts.find_user(conn, entity)  # type: ignore[arg-type]
                assert user is not None
                project, _ = projects.ensure(conn, user.entity, "p", 0.0)  # type: ignore[arg-type]
                return runs.add(conn, project.key, id, user=user.key, name=id, state="finished", now=0.0)  # type: ignore[arg-type]

            made[id] = RunKey(await storage.tables.write(make))
            await fill(storage.metrics, made[id], *RUNS[id])
        return made
    finally:
        await storage.close()


async def scans(path: Path, made: dict[str, RunKey]) -> tuple[float, float]:
    """Millions of points a second: rows of six metrics, and one metric by itself."""
    storage = open_storage(load({}, data=path))
    metrics = storage.metrics
    assert isinstance(metrics, EmbeddedMetrics)
    try:
        await metrics.settle()
        wide, tall = [], []
        for _ in range(TIMES):
            began, points = time.perf_counter(), 0
            async for batch in metrics.scan(made["wide"]):
                points += len(batch) * len(batch.columns)
            wide.append(points / (time.perf_counter() - began) / 1e6)
            began, points = time.perf_counter(), 0
            async for one in metrics.points(made["tall"]):
                points += len(one)
            tall.append(points / (time.perf_counter() - began) / 1e6)
        return max(wide), max(tall)
    finally:
        await storage.close()


def download(running: Server, run: str, format: str, shape: str) -> tuple[float, float]:
    """Seconds and megabytes of one export."""
    connection = running.connect()
    began, size = time.perf_counter(), 0
    connection.request(
        "GET", f"/api/runs/{running.entity}/p/{run}/export?format={format}&shape={shape}",
        headers={"Authorization": f"Bearer {running.key}"},
    )  # fmt: skip
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    while piece := answer.read(1 << 20):
        size += len(piece)
    connection.close()
    return time.perf_counter() - began, size / 1e6


def ask(running: Server, query: str) -> float:
    """Seconds until the answer is here."""
    began = time.perf_counter()
    status, answer = running.ask_raw(
        "POST", f"/api/projects/{running.entity}/p/sql", json.dumps({"query": query}).encode(),
        Content_Type="application/json", Accept="application/json",
    )  # fmt: skip
    assert status == 200, answer
    return time.perf_counter() - began


def measure() -> Iterable[Result]:
    """What `make bench` asks for."""
    with folder() as home:
        with server(home) as running:
            entity = running.entity
        made = asyncio.run(fill_server(home, entity))
        wide, tall = asyncio.run(scans(home / "data", made))
        yield Result("whole run, 6 metrics × 100,000 rows, as columns", wide, "Mpoint/s", least=15, note="best of 5")
        yield Result("one metric of 1,000,000 points, as columns", tall, "Mpoint/s", least=8, note="best of 5")
        with server(home, sql_secs="300") as running:  # a busy machine is slow, and not refused
            before = running.memory_mb()
            points = RUNS["wide"][0] * RUNS["wide"][1] / 1e6
            arrow = [download(running, "wide", "arrow", "wide") for _ in range(TIMES)]
            yield Result(
                "export over HTTP, Arrow: 6 metrics × 100,000 rows", points / median([secs for secs, _ in arrow]),
                "Mpoint/s", note=f"{arrow[0][1]:.1f} MB",
            )  # fmt: skip
            points = RUNS["large"][0] * RUNS["large"][1] / 1e6
            for format in ("arrow", "parquet"):
                secs, size = download(running, "large", format, "wide")
                yield Result(
                    f"export over HTTP, {format.capitalize()}: 10 metrics × 1,000,000 rows", points / secs, "Mpoint/s",
                    note=f"{size:.0f} MB in {secs:.1f} s",
                )  # fmt: skip
            query = "select key, avg(value), max(value), stddev(value) from history where run = 'large' group by key"
            secs = ask(running, query)
            yield Result("SQL: mean, max and deviation of 10 metrics over 10,000,000 points", secs, "s")
            one = median([ask(running, query.replace("group by", "and key = 'k3' group by")) for _ in range(3)])
            yield Result("SQL: the same of one metric of 1,000,000 points", one, "s")
            small = median([ask(running, "select count(*) from runs") for _ in range(3)])
            yield Result("SQL: a question about three runs", small, "s", note="starting the process, mostly")
            yield Result("memory that exports and queries left in the server", running.memory_mb() - before, "MB")


if __name__ == "__main__":
    for result in measure():
        print(json.dumps(result.__dict__))
