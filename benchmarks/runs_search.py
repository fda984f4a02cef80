"""How long filtering, sorting and grouping the runs of one project takes: 100,000 runs with 50 config and 50 summary
values each.

    python benchmarks/runs_search.py [RUNS]

The asked-for number is the whole HTTP answer of 50 runs or of all groups; beside it stand the first question, which
builds the columns it needs, and the question after a run was changed. Then every one of the 100 keys is sorted and
grouped by in turn.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert, text
from sqlalchemy.engine import Connection

from benchmarks.harness import Result
from gnomon.server.actions import accounts as actions
from gnomon.server.app import build_app
from gnomon.server.settings import load
from gnomon.server.storage.open import open_storage
from gnomon.server.storage.tables import accounts, projects, runs, schema

QUESTIONS: dict[str, dict[str, Any]] = {
    "sort": {"sort": [{"field": "summary.s1", "descending": True}]},
    "filter + sort": {"query": "config.c1 < 0.5 and config.c2 = opt3", "sort": [{"field": "summary.s2"}]},
    "pattern + sort": {"query": 'name matches "^run-.*7$" and state = running', "sort": [{"field": "config.c3"}]},
    "mongo filter + sort": {
        "mongo": {"config.c5": {"$gt": 0.2, "$lte": 0.7}, "$or": [{"state": "running"}, {"config.c4": "opt1"}]},
        "sort": [{"field": "summary.s3", "descending": True}],
    },
}
OF = [f"summary.s{k}" for k in range(10, 15)]
GROUPS: dict[str, dict[str, Any]] = {
    "groups by 1 key": {"by": ["config.c6"], "of": OF},
    "groups by 2 keys": {"by": ["config.c8", "state"], "of": OF, "sort": [{"how": "mean", "field": OF[0]}]},
    "groups by 2 keys, filtered": {"by": ["config.c6", "config.c8"], "of": OF, "query": "config.c1 < 0.5"},
    "groups by a number that is different in each run": {"by": ["config.c7"], "of": OF, "sort": [{"how": "runs"}]},
}
ALL_KEYS = [*(f"config.c{k}" for k in range(50)), *(f"summary.s{k}" for k in range(50))]


STATES = ("running", "finished", "crashed")


def fill(
    conn: Connection, project: int, user: int, count: int, values: int = 50, states: Sequence[str] = STATES
) -> None:
    """Runs with so many config and so many summary values, which their scripts have set: they have no rows."""
    draw = random.Random(0)

    def run(number: int) -> dict[str, Any]:
        state = draw.choice(states)
        config = {f"c{k}": draw.random() if k % 2 else f"opt{draw.randrange(10)}" for k in range(values)}
        summary = {f"s{k}": draw.gauss(0, 1) for k in range(values)}
        return {
            "project": project,
            "id": f"r{number}",
            "name": f"run-{number}",
            "number": number,
            "user": user,
            "state": state,
            "created_at": 1e9 + number,
            "updated_at": 1e9 + number + 60,
            "config": config,
            "summary": summary,
            "summary_set": summary,
        }

    for start in range(0, count, 2000):
        conn.execute(insert(schema.runs), [run(number) for number in range(start, min(count, start + 2000))])


async def main(count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        settings = load({}, data=Path(folder), metrics="memory", blobs="memory")
        storage = open_storage(settings)
        secret = actions.new_secret()

        def prepare(conn: Connection) -> projects.ProjectRow:
            user = accounts.add_user(conn, "ann", admin=False, password=None, now=0.0)
            actions.store_key(conn, user, secret, "", 0.0)
            project, _ = projects.ensure(conn, user.entity, "big", 0.0)
            fill(conn, project.key, user.key, count)
            return project

        project = await storage.tables.write(prepare)
        app = build_app(settings, storage)
        found: dict[str, Any] = {"runs": count}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://localhost",
            headers={"Authorization": f"Bearer {secret}"},
        ) as client:
            for name, question in {**QUESTIONS, **GROUPS}.items():
                first = await ask(client, question)
                again = [await ask(client, question) for _ in range(20)]
                key = await storage.tables.read(
                    lambda conn: conn.execute(text("select max(key) from runs")).scalar_one()
                )
                await storage.tables.write(
                    lambda conn, key=key: runs.change(conn, project.key, key, summary={"s1": 1, "s2": 2})  # type: ignore[misc]
                )
                found[name] = {
                    "first_ms": round(first, 1),
                    "median_ms": round(statistics.median(again), 2),
                    "after_a_write_ms": round(await ask(client, question), 2),
                }
            for turn in ("first", "again"):
                sorts = [await ask(client, {"sort": [{"field": key}]}) for key in ALL_KEYS]
                groups = [await ask(client, {"by": [key], "limit": 10}) for key in ALL_KEYS]
                found[f"each of {len(ALL_KEYS)} keys, {turn}"] = {
                    name: {"median_ms": round(statistics.median(all), 2), "most_ms": round(max(all), 1)}
                    for name, all in (("sort", sorts), ("groups", groups))
                }
        found["columns_mb"] = round(app.state.services.columns.size_bytes / 1e6, 1)
        await storage.close()
        return found


async def ask(client: httpx.AsyncClient, question: dict[str, Any]) -> float:
    """Milliseconds until the answer of 50 runs, or of groups, is here."""
    path = "/api/projects/ann/big/runs/groups" if "by" in question else "/api/projects/ann/big/runs"
    began = time.perf_counter()
    answer = await client.post(path, json={"limit": 50, **question})
    assert answer.status_code == 200, answer.text
    return (time.perf_counter() - began) * 1000


def measure() -> Iterable[Result]:
    """What `make bench` asks for."""
    found = asyncio.run(main(100_000))
    both = found["filter + sort"]
    yield Result(
        "runs table: filter + sort of 100,000 runs", both["median_ms"], "ms", most=50,
        note=f"first question {both['first_ms']:.0f} ms, after a write {both['after_a_write_ms']:.1f} ms; in process",
    )  # fmt: skip
    for name in GROUPS:
        one = found[name]
        yield Result(
            f"runs table: {name}, mean, least, greatest and deviation of 5 keys over 100,000 runs", one["median_ms"],
            "ms", most=50, note=f"first {one['first_ms']:.0f} ms, after a write {one['after_a_write_ms']:.1f} ms",
        )  # fmt: skip
    again = found[f"each of {len(ALL_KEYS)} keys, again"]
    first = found[f"each of {len(ALL_KEYS)} keys, first"]
    yield Result(
        f"runs table: sort by each of {len(ALL_KEYS)} keys in turn, the slowest", again["sort"]["most_ms"], "ms",
        most=50, note=f"when first used {first['sort']['most_ms']:.0f} ms; columns take {found['columns_mb']:.0f} MB",
    )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)), indent=2))
