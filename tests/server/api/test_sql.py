"""Questions in SQL over HTTP: what they may read, and what they may use."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import math
import os
from pathlib import Path
from typing import Any

import duckdb
import nanoarrow as na
import numpy as np
import pytest
from nanoarrow import ipc

from gnomon.server.sql import process
from gnomon.server.storage.metrics.store import RunKey

from .test_exports import NOW, Reader, log, read

pytestmark = pytest.mark.anyio


async def two_runs(server: Any) -> Any:
    ann = await server.user("ann")
    a = await server.run("ann/p/a", config={"lr": 0.1}, summary={"loss": math.nan}, tags=["x", "y"], group="g")
    b = await server.run("ann/p/b", config={"lr": 0.2}, state="finished", finished_at=NOW)
    await log(server, a, {"loss": [3.0, 2.0, 1.0], "acc": [0.1, 0.2, 0.3], "note": ['"hi"', None, '"it\'s"']})
    await log(server, b, {"loss": [30, 20, 10, 5], "it's": [1.0, 2.0, 3.0, 4.0]})
    await log(server, b, {"cpu": [50.0, 60.0]}, stream="system")
    return ann


async def asked(client: Any, query: str, project: str = "-/p") -> list[list[Any]]:
    headers = {"Accept": "application/json"}
    answer = await client.post(f"/api/projects/{project}/sql", json={"query": query}, headers=headers)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["rows"])


async def refused(client: Any, query: str, project: str = "-/p") -> str:
    answer = await client.post(f"/api/projects/{project}/sql", json={"query": query})
    assert answer.status_code == 400, (query, answer.status_code, answer.content[:300])
    assert answer.json()["error"]["field"] == "query"
    return str(answer.json()["error"]["message"])


async def test_history_runs_and_system_can_be_asked(server: Any) -> None:
    ann = await two_runs(server)
    query = "select run, avg(value), max(step), count(*) from history where key = 'loss' group by run order by run"
    assert await asked(ann, query) == [["a", 2.0, 2, 3], ["b", 16.25, 3, 4]]
    query = """
        -- the loss where the accuracy was best
        with best as (select run, step from history where key = 'acc' order by value desc limit 1)
        select h.run, h.value from history h join best using (run, step) where h.key = 'loss'
    """
    assert await asked(ann, query) == [["a", 1.0]]
    query = """
        select id, state, tags, "group", "user", config->>'lr', summary, created_at, finished_at
        from runs order by id
    """
    assert await asked(ann, query) == [
        ["a", "running", ["x", "y"], "g", "ann", "0.1", {"loss": "NaN"}, "2027-01-15T08:00:00", None],
        ["b", "finished", [], "", "ann", "0.2", {}, "2027-01-15T08:00:00", "2027-01-15T08:00:00"],
    ]
    query = "select text, step, epoch(time) from history where key = 'note' and text is not null"
    assert await asked(ann, query) == [["hi", 0, NOW], ["it's", 2, NOW + 2]]
    assert await asked(ann, "select key, value from system order by value") == [["cpu", 50.0], ["cpu", 60.0]]
    query = """
        select r.id, max(h.value) from runs r join history h on h.run = r.id where h.key = 'loss' group by 1 order by 1
    """
    assert await asked(ann, query) == [["a", 3.0], ["b", 30.0]]
    assert await asked(ann, "select 1 as one, [1, 2], {'a': 1}, null, 'nan'::double") == [
        [1, [1, 2], {"a": 1}, None, "NaN"]
    ]


async def test_only_the_rows_that_are_needed_are_read(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = await two_runs(server)
    metrics = server.services.storage.metrics
    seen = []
    plain = metrics.points

    def points(run: RunKey, **part: Any) -> Any:
        seen.append((int(run), part["keys"], part["first_step"], part["last_step"]))
        return plain(run, **part)

    monkeypatch.setattr(metrics, "points", points)
    await asked(ann, "select sum(value) from history where run = 'b' and key in ('loss', 'acc') and step >= 2")
    await asked(ann, "select count(*) from runs")
    assert seen == [(2, ("acc", "loss"), 2, None)]


async def test_an_answer_comes_in_the_format_that_is_accepted(server: Any, tmp_path: Path) -> None:
    ann = await two_runs(server)
    query = {"query": "select key, step, value, time from history where run = 'a' and key = 'loss' order by step"}

    async def get(accept: str) -> Any:
        answer = await ann.post("/api/projects/-/p/sql", json=query, headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == accept.partition(",")[0].replace("*/*", ARROW)
        return answer

    types, rows = read((await get("*/*")).content)
    assert types == {"key": "string", "step": "int64", "value": "double", "time": "timestamp"}
    assert [(row["key"], row["step"], row["value"]) for row in rows] == [("loss", 0, 3), ("loss", 1, 2), ("loss", 2, 1)]
    lines = (await get("text/csv")).text.splitlines()
    assert lines[:2] == ["key,step,value,time", "loss,0,3.0,2027-01-15 08:00:00"]
    (tmp_path / "a.parquet").write_bytes((await get("application/vnd.apache.parquet")).content)
    with duckdb.connect() as connection:
        assert connection.execute(f"select value from '{tmp_path}/a.parquet'").fetchall() == [(3.0,), (2.0,), (1.0,)]


ARROW = "application/vnd.apache.arrow.stream"


async def test_every_type_of_a_column_can_be_answered(server: Any) -> None:
    ann = await two_runs(server)
    query = """
        select 'b'::enum('a', 'b') e, interval 1 day i, uuid() u, 1::hugeint h, 1.5::decimal(9, 2) d,
        date '2020-01-01' dt, time '10:00' tm, timestamptz '2020-01-01 00:00:00+00' tz,
        'x'::blob bl, '101'::bit bi, map {'k': 1} m,
        [{'a': [1]}] n, union_value(num := 2) un, true tr, 1::utinyint ut, '[1]'::json j, 'inf'::double f, null nn,
        1 a, 2 a
    """
    answer = await ann.post("/api/projects/-/p/sql", json={"query": query})
    assert answer.status_code == 200, answer.text
    stream = na.ArrayStream(ipc.InputStream.from_readable(io.BytesIO(answer.content)))
    assert sum(len(batch) for batch in stream) == 1
    (row,) = await asked(ann, query)
    assert (row[0], row[5], row[15], row[16], row[-2:]) == ("b", "2020-01-01", [1], "Infinity", [1, 2])


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("select nothing from history", 'LINE 1: select nothing from history\n               ^'),
        ("sel 1", 'syntax error at or near "sel"'),
        ("select * from histories", "There is no table 'histories'; there are runs, history, system"),
        ("", "The query is empty"),
        ("-- nothing", "The query is empty"),
        ("select 1; select 2", "Ask one statement at a time"),
        ("select 'x'::int", "Could not convert string 'x' to INT32"),
        ("select 1 +", "LINE 1: select 1 +"),
        ("select error('mine')", "mine"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_query_is_said(server: Any, query: str, says: str) -> None:
    ann = await two_runs(server)
    assert says in await refused(ann, query)


async def test_a_hostile_query_is_refused(server: Any) -> None:
    """Many more of them, without HTTP, are in `tests/server/sql`."""
    ann = await two_runs(server)
    for query in ("select * from read_text('/etc/passwd')", "from 'answer.db'", "copy history to '/tmp/x.csv'"):
        assert "root:" not in await refused(ann, query)
    assert await asked(ann, "select count(*) from history") == [[16]]


async def test_the_second_wall_holds_where_the_first_has_a_hole(server: Any, tmp_path: Path) -> None:
    """DuckDB itself refuses what the reading of the query would have let through."""
    (tmp_path / "sitecustomize.py").write_text("import gnomon.server.sql.plan as plan\nplan.check = lambda *_: None\n")
    ann = await two_runs(server)
    real = process._environment

    def environment() -> dict[str, str]:
        there = real()
        return {**there, "PYTHONPATH": f"{tmp_path}{os.pathsep}{there['PYTHONPATH']}"}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "_environment", environment)
        assert await asked(ann, "select count(*) from duckdb_databases()") == [[3]]
        for query in (
            "select * from read_text('/etc/passwd')",
            "select * from read_csv('/etc/passwd')",
            "select * from glob('/*')",
            "select * from '/etc/passwd'",
            "select * from read_text('https://example.com/')",
            "select * from query('select * from read_text(''/etc/passwd'')')",
            "select * from connection",
            "select * from task",
        ):
            message = await refused(ann, query)
            assert "Permission Error" in message or "does not exist" in message, message


async def test_a_plan_that_is_wrong_about_how_often_a_table_is_read_costs_a_second_try(
    server: Any, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import gnomon.server.sql.plan as plan\nneeds = plan.needs\n"
        "plan.needs = lambda tree: {name: [plan.merged(some)] for name, some in needs(tree).items()}\n"
    )
    ann = await two_runs(server)
    real = process._environment

    def environment() -> dict[str, str]:
        there = real()
        return {**there, "PYTHONPATH": f"{tmp_path}{os.pathsep}{there['PYTHONPATH']}"}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "_environment", environment)
        query = "select count(*) from history a join history b using (run, step) where a.key = 'loss' and b.key = 'acc'"
        assert await asked(ann, query) == [[3]]


async def test_rows_that_are_not_needed_any_more_are_not_waited_for(server: Any) -> None:
    ann = await server.user("ann")
    run = await server.run("ann/p/a")
    for at in range(4):
        await log(server, run, {"loss": [float(at)] * 200_000}, first=200_000 * at)
    assert await asked(ann, "select value from history limit 2") == [[0.0], [0.0]]
    assert await asked(ann, "select count(*) from (from history limit 10)") == [[10]]
    assert await asked(ann, "with recursive t as (select 1 n union all select n + 1 from t, (from history limit 1) "
                            "where n < 5) select max(n) from t") == [[5]]  # fmt: skip


async def test_a_process_knows_nothing_of_the_server(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GNOMON_API_KEY", "secret-of-the-server")
    assert set(process._environment()) == {"PYTHONPATH", "LC_ALL", "TZ"}
    ann = await two_runs(server)
    async with server.services.queries.running(query="select 1", format="json") as running:
        environ = Path(f"/proc/{running._running.pid}/environ")
        if environ.exists():
            assert b"secret" not in environ.read_bytes()
    assert await asked(ann, "select 1") == [[1]]


async def test_nobody_sees_the_project_of_somebody_else(server: Any) -> None:
    await two_runs(server)
    bob = await server.user("bob")
    await log(server, await server.run("bob/q/mine"), {"loss": [7.0]})
    answer = await bob.post("/api/projects/ann/p/sql", json={"query": "select 1"})
    assert answer.status_code == 404
    assert (await server.client().post("/api/projects/ann/p/sql", json={"query": "select 1"})).status_code == 401
    for query in (
        "select id from runs",
        "select distinct run from history",
        "select distinct run from history where run in ('a', 'mine')",
    ):
        assert await asked(bob, query, "bob/q") == [["mine"]]


async def test_deleted_runs_are_not_there(server: Any) -> None:
    ann = await two_runs(server)
    assert (await ann.delete("/api/runs/-/p/b")).status_code == 204
    assert await asked(ann, "select distinct run from history") == [["a"]]
    assert await asked(ann, "select id from runs") == [["a"]]


def limited(server: Any, **settings: Any) -> None:
    queries = server.services.queries
    queries.settings = dataclasses.replace(queries.settings, **settings)


BOMBS = [
    "with recursive t as (select 1 n union all select n + 1 from t) select count(*) from t",
    "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3",
    "select sum(a.range * b.range * c.range) from range(100000) a, range(100000) b, range(100000) c",
    "select count(distinct hash(a.range, b.range)) from range(100000) a, range(100000) b",
    "select list(range) from range(1000000000)",
    "select a.range, b.range from range(100000000) a, range(100000000) b",
    "select repeat('x', 1000000000) || repeat('y', 1000000000) || repeat('z', 1000000000)",
    "select string_agg(repeat('x', 1000000), '') from range(100000)",
    "select " + "(" * 3000 + "1" + ")" * 3000,
    "select regexp_matches(repeat('a', 100000000), '(a+)+b')",
    "select bar from (select unnest(generate_series(1, 2000000000)) bar) order by bar desc",
]


@pytest.mark.parametrize("query", BOMBS)
async def test_a_bomb_is_ended_at_its_limits(server: Any, query: str) -> None:
    limited(server, secs=4.0, memory_mb=128, disk_mb=256)
    ann = await two_runs(server)
    answer = await asyncio.wait_for(ann.post("/api/projects/-/p/sql", json={"query": query}), 30)
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 200:
        assert len(answer.content) < 1 << 20
    assert list((server.services.settings.data / "sql").iterdir()) == []
    assert await asked(ann, "select count(*) from runs") == [[2]]


async def test_a_query_that_takes_too_long_says_so(server: Any) -> None:
    limited(server, secs=1.5)
    ann = await two_runs(server)
    message = await refused(
        ann, "select count(*) from range(10000000) a, range(10000000) b where a.range + b.range = 3"
    )
    assert "took more than 1.5 s" in message and "sql_secs" in message


async def test_a_query_that_needs_too_many_values_says_which_setting_limits_them(server: Any) -> None:
    ann = await two_runs(server)
    server.services.__dict__["settings"] = dataclasses.replace(server.services.settings, sql_points=5)
    message = await refused(ann, "select avg(value) from history")
    assert "needs 16 logged values, and may need 5" in message and "sql_points" in message
    assert await asked(ann, "select count(*) from history where run = 'a' and key = 'loss'") == [[3]]
    assert await asked(ann, "select count(*) from history where key = 'nothing'") == [[0]]


async def test_a_large_table_is_sorted_on_the_disk(server: Any) -> None:
    limited(server, secs=60.0, memory_mb=96)
    ann = await server.user("ann")
    run = await server.run("ann/p/a")
    generator = np.random.default_rng(0)
    for at in range(6):
        await log(server, run, {"loss": generator.standard_normal(200_000).tolist()}, first=200_000 * at)
    query = "select value, lag(value) over (order by value) as before from history qualify before > value"
    assert await asked(ann, query) == []
    assert await asked(ann, "select count(*), count(distinct value) from history") == [[1_200_000, 1_200_000]]


async def test_a_disk_that_is_nearly_full_is_left_alone(server: Any) -> None:
    ann = await two_runs(server)
    for spare_bytes, status in ((1 << 20, 503), (2 << 30, 200)):
        server.services.queries._spare_bytes = lambda spare_bytes=spare_bytes: spare_bytes
        answer = await ann.post("/api/projects/-/p/sql", json={"query": "select count(*) from history"})
        assert answer.status_code == status
    limited(server, secs=30.0, memory_mb=64, disk_mb=64)
    message = await refused(ann, "select x from (select hash(range) x, repeat('y', 40) from range(9000000)) order by x")
    assert "memory or room" in message, message


async def test_whoever_goes_away_ends_the_query(server: Any) -> None:
    limited(server, secs=60.0)
    ann = await two_runs(server)
    body = b'{"query": "select count(*) from range(10000000) a, range(10000000) b where a.range + b.range = 3"}'
    headers = [
        (b"host", b"localhost"), (b"authorization", ann.headers["authorization"].encode()),
        (b"content-length", str(len(body)).encode()),
    ]  # fmt: skip
    reader = Reader(server.app, "/api/projects/-/p/sql", headers, method="POST", body=body)
    folder = server.services.settings.data / "sql"
    while not (folder.exists() and any(folder.glob("*/answer.db"))):
        await asyncio.sleep(0.05)
    reader.left.set()
    await asyncio.wait_for(reader.task, 10)
    assert list(folder.iterdir()) == []
    assert server.services.queries._free._value == server.services.settings.sql_at_once


async def test_queries_beyond_the_limit_wait_and_are_then_refused(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "WAIT_SECS", 0.2)
    ann = await two_runs(server)
    queries = server.services.queries
    async with queries.running(query="select 1", format="json"), queries.running(query="select 1", format="json"):
        answer = await ann.post("/api/projects/-/p/sql", json={"query": "select 1"})
        assert answer.status_code == 503
        assert "busy with other queries" in answer.json()["error"]["message"]
    assert await asked(ann, "select 1") == [[1]]


async def test_a_body_that_is_no_query_is_refused(server: Any) -> None:
    ann = await two_runs(server)
    for body in ({}, {"query": 1}, {"query": "select 1", "more": 1}, {"query": "select '" + "x" * 100_000 + "'"}):
        assert (await ann.post("/api/projects/-/p/sql", json=body)).status_code == 400
