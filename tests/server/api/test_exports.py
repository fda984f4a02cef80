"""Whole runs over HTTP: Arrow, Parquet, CSV."""

from __future__ import annotations

import asyncio
import io
import json
import math
from pathlib import Path
from typing import Any

import duckdb
import nanoarrow as na
import numpy as np
import pytest
from nanoarrow import ipc

from gnomon.server.actions import export
from gnomon.server.storage.metrics.store import Block, RunKey, Source

pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore:.*arrow.json")]

NOW = 1_800_000_000.0


async def log(server: Any, run: int, columns: dict[str, Any], *, first: int = 0, stream: str = "history") -> None:
    """Rows of a run, past the journal."""
    size = len(next(iter(columns.values())))
    steps = np.arange(first, first + size)
    given = tuple(np.array(v) if not any(isinstance(x, str) or x is None for x in v) else v for v in columns.values())
    metrics = server.services.storage.metrics
    at = (await metrics.offsets(RunKey(run))).get("j", 0)
    block = Block(stream, tuple(columns), steps, NOW + steps, given)
    await metrics.append(RunKey(run), Source("j", at, at + 10), [block])


def read(data: bytes) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """The columns of an Arrow stream with their types, and its rows."""
    stream = na.ArrayStream(ipc.InputStream.from_readable(io.BytesIO(data)))
    types = {field.name: str(field.type.name).lower() for field in stream.schema.fields}
    return types, [row for batch in stream for row in batch.to_pylist()]


async def a_run(server: Any) -> Any:
    ann = await server.user("ann")
    run = await server.run("ann/p/a")
    await log(server, run, {"loss": [3.0, math.nan, math.inf], "note": ['"x"', None, '"y"'], "n": [1, 2, 2**62]})
    await log(server, run, {"flag": [True, False], "box": ["[1]", '"s"']}, first=2)
    return ann


async def test_a_run_wide_has_a_row_a_step_and_a_column_a_key(server: Any) -> None:
    ann = await a_run(server)
    answer = await ann.get("/api/runs/-/p/a/export")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="a.arrows"'
    types, rows = read(answer.content)
    assert types == {
        "_step": "int64", "_time": "double", "box": "extension", "flag": "bool", "loss": "double", "n": "int64",
        "note": "string",
    }  # fmt: skip
    assert repr(rows) == repr(
        [
            {"_step": 0, "_time": NOW, "box": None, "flag": None, "loss": 3.0, "n": 1, "note": "x"},
            {"_step": 1, "_time": NOW + 1, "box": None, "flag": None, "loss": math.nan, "n": 2, "note": None},
            {"_step": 2, "_time": NOW + 2, "box": "[1]", "flag": True, "loss": math.inf, "n": 2**62, "note": "y"},
            {"_step": 3, "_time": NOW + 3, "box": '"s"', "flag": False, "loss": None, "n": None, "note": None},
        ]
    )
    stream = na.ArrayStream(ipc.InputStream.from_readable(io.BytesIO(answer.content)))
    assert dict(stream.schema.field(2).metadata or {})[b"ARROW:extension:name"] == b"arrow.json"


async def test_a_run_long_has_a_row_a_value(server: Any) -> None:
    ann = await a_run(server)
    types, rows = read((await ann.get("/api/runs/-/p/a/export?shape=long")).content)
    assert list(types) == ["key", "step", "time", "value", "text"]
    assert repr([(row["key"], row["step"], row["value"], row["text"]) for row in rows]) == repr(
        [
            ("box", 2, None, "[1]"),
            ("box", 3, None, "s"),
            ("flag", 2, 1.0, None),
            ("flag", 3, 0.0, None),
            ("loss", 0, 3.0, None),
            ("loss", 1, math.nan, None),
            ("loss", 2, math.inf, None),
            ("n", 0, 1.0, None),
            ("n", 1, 2.0, None),
            ("n", 2, 2.0**62, None),
            ("note", 0, None, "x"),
            ("note", 2, None, "y"),
        ]
    )
    assert [row["time"] for row in rows[:2]] == [NOW + 2, NOW + 3]


async def test_an_export_can_be_narrowed(server: Any) -> None:
    ann = await a_run(server)
    _, rows = read((await ann.get("/api/runs/-/p/a/export?keys=loss,nothing&first=1&last=1")).content)
    assert repr(rows) == repr([{"_step": 1, "_time": NOW + 1, "loss": math.nan}])
    types, rows = read((await ann.get("/api/runs/-/p/a/export?stream=system")).content)
    assert (types, rows) == ({"_step": "int64", "_time": "double"}, [])


@pytest.mark.parametrize(
    "query",
    ["shape=tall", "format=xlsx", "stream=console/0", "repeats=first", "first=x", f"last={2**70}"],
)
async def test_a_wrong_question_is_refused(server: Any, query: str) -> None:
    ann = await a_run(server)
    answer = await ann.get(f"/api/runs/-/p/a/export?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == query.partition("=")[0]


async def test_parquet_and_csv_say_what_arrow_says(server: Any, tmp_path: Path) -> None:
    ann = await a_run(server)
    for shape in ("wide", "long"):
        _, rows = read((await ann.get(f"/api/runs/-/p/a/export?shape={shape}")).content)
        answer = await ann.get(f"/api/runs/-/p/a/export?shape={shape}&format=parquet")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/vnd.apache.parquet"
        (tmp_path / "a.parquet").write_bytes(answer.content)
        with duckdb.connect() as connection:
            found = connection.execute(f"select * from '{tmp_path}/a.parquet'")
            names = [item[0] for item in found.description or []]
            assert repr([dict(zip(names, row, strict=True)) for row in found.fetchall()]) == repr(rows)
        lines = (await ann.get(f"/api/runs/-/p/a/export?shape={shape}&format=csv")).text.splitlines()
        assert lines[0].split(",") == names
        assert len(lines) == len(rows) + 1


async def test_runs_of_a_project_become_one_table(server: Any) -> None:
    ann = await server.user("ann")
    for id, columns in (
        ("a", {"loss": [1.0, 2.0], "n": [1, 2], "m": [1, 2**50], "run": [0.5, 0.5]}),
        ("b", {"loss": [3, 4], "n": ['"x"', None], "m": [0.5, 0.5]}),
        ("c", {"acc": [0.5]}),
    ):
        await log(server, await server.run(f"ann/p/{id}", state="finished" if id == "c" else "running"), columns)
    answer = await ann.post("/api/projects/-/p/export", json={"shape": "wide"})
    types, rows = read(answer.content)
    assert types == {
        "run": "string", "_step": "int64", "_time": "double", "acc": "double", "loss": "double", "m": "double",
        "n": "extension", "run_1": "double",
    }  # fmt: skip
    assert [(row["run"], row["_step"], row["loss"], row["n"], row["m"], row["acc"]) for row in rows] == [
        ("a", 0, 1.0, "1", 1.0, None),
        ("a", 1, 2.0, "2", 2.0**50, None),
        ("b", 0, 3.0, '"x"', 0.5, None),
        ("b", 1, 4.0, None, 0.5, None),
        ("c", 0, None, None, None, 0.5),
    ]
    types, rows = read((await ann.post("/api/projects/-/p/export", json={"runs": ["c", "b"]})).content)
    assert list(types) == ["run", "key", "step", "time", "value", "text"]
    assert [(row["run"], row["key"], row["step"], row["value"], row["text"]) for row in rows] == [
        ("b", "loss", 0, 3.0, None), ("b", "loss", 1, 4.0, None), ("b", "m", 0, 0.5, None), ("b", "m", 1, 0.5, None),
        ("b", "n", 0, None, "x"), ("c", "acc", 0, 0.5, None),
    ]  # fmt: skip
    for asked in ({"query": "state = finished"}, {"filter": {"type": "where", "field": "id", "op": "=", "value": "c"}}):
        _, rows = read((await ann.post("/api/projects/-/p/export", json=asked)).content)
        assert {row["run"] for row in rows} == {"c"}


async def test_ints_that_floats_cannot_hold_stay_exact_beside_floats(server: Any) -> None:
    ann = await server.user("ann")
    await log(server, await server.run("ann/p/a"), {"n": [2**60 + 1]})
    await log(server, await server.run("ann/p/b"), {"n": [0.5]})
    _, rows = read((await ann.post("/api/projects/-/p/export", json={"shape": "wide"})).content)
    assert [row["n"] for row in rows] == [str(2**60 + 1), "0.5"]
    _, rows = read((await ann.post("/api/projects/-/p/export", json={})).content)
    assert [(row["value"], row["text"]) for row in rows] == [(2.0**60, str(2**60 + 1)), (0.5, None)]


@pytest.mark.parametrize(
    "asked",
    [{"runs": ["nobody's"]}, {"runs": ["a"], "query": "state = finished"}, {"query": "state ="}, {"format": "json"},
     {"shape": "wide", "more": 1}],
)  # fmt: skip
async def test_a_wrong_question_about_a_project_is_refused(server: Any, asked: Any) -> None:
    ann = await a_run(server)
    assert (await ann.post("/api/projects/-/p/export", json=asked)).status_code == 400


async def test_runs_of_others_are_not_there(server: Any) -> None:
    await a_run(server)
    bob = await server.user("bob")
    await server.run("bob/p/b")
    assert (await bob.get("/api/runs/ann/p/a/export")).status_code == 404
    assert (await bob.post("/api/projects/ann/p/export", json={})).status_code == 404
    assert (await bob.post("/api/projects/bob/p/export", json={"runs": ["a"]})).status_code == 400


async def test_many_small_runs_share_batches_and_a_large_one_has_many(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "ROWS", 100)
    ann = await server.user("ann")
    for number in range(30):
        await log(server, await server.run(f"ann/p/r{number}"), {"loss": [float(number)] * 7, "acc": [1.0] * 7})
    for shape in ("wide", "long"):
        answer = await ann.post("/api/projects/-/p/export", json={"shape": shape})
        sizes = [len(batch) for batch in na.ArrayStream(ipc.InputStream.from_readable(io.BytesIO(answer.content)))]
        assert max(sizes) <= 100 and min(sizes[:-1]) > 80
        _, rows = read(answer.content)
        assert len(rows) == 30 * 7 * (1 if shape == "wide" else 2)
        assert [row["run"] for row in rows] == sorted((row["run"] for row in rows), key=lambda id: int(id[1:]))


class Reader:
    """A client that reads nothing of an answer, and may leave."""

    def __init__(
        self, app: Any, path: str, headers: list[tuple[bytes, bytes]], *, method: str = "GET", body: bytes = b""
    ) -> None:
        scope = {
            "type": "http", "method": method, "path": path.partition("?")[0], "raw_path": path.encode(),
            "query_string": path.partition("?")[2].encode(), "headers": headers, "client": ("127.0.0.1", 1),
            "server": ("localhost", 80), "scheme": "http", "http_version": "1.1", "root_path": "",
        }  # fmt: skip
        self.left = asyncio.Event()
        self.begun = asyncio.Event()
        self.body: bytes | None = body
        self.task = asyncio.create_task(app(scope, self.receive, self.send))

    async def receive(self) -> dict[str, Any]:
        if self.body is not None:
            body, self.body = self.body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.begun.set()
        if message["type"] == "http.response.body":
            await self.left.wait()


async def test_a_reader_that_goes_away_ends_the_work(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = await a_run(server)
    metrics = server.services.storage.metrics
    closed = asyncio.Event()
    scans = 0

    async def endless(*_: Any, **__: Any) -> Any:
        nonlocal scans
        try:
            while True:
                scans += 1
                async for batch in plain(RunKey(1)):
                    yield batch
        finally:
            closed.set()

    plain = metrics.scan
    monkeypatch.setattr(metrics, "scan", endless)
    authorization = (b"authorization", ann.headers["authorization"].encode())
    for format in ("arrow", "csv"):
        closed.clear()
        scans = 0
        reader = Reader(server.app, f"/api/runs/-/p/a/export?format={format}", [(b"host", b"localhost"), authorization])
        await asyncio.wait_for(reader.begun.wait(), 20)
        await asyncio.sleep(0.05)
        if format == "arrow":
            assert scans < 5  # nobody reads, so nothing is made
        reader.left.set()
        await asyncio.wait_for(reader.task, 10)
        await asyncio.wait_for(closed.wait(), 10)
    folder = server.services.settings.data / "sql"
    assert not folder.exists() or list(folder.iterdir()) == []


async def test_a_run_that_cannot_be_read_is_an_error_and_no_file(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = await a_run(server)

    async def broken(*_: Any, **__: Any) -> Any:
        from gnomon.model.errors import Unavailable

        raise Unavailable("a part of the metric store is damaged at byte 12")
        yield

    monkeypatch.setattr(server.services.storage.metrics, "scan", broken)
    monkeypatch.setattr(server.services.storage.metrics, "points", broken)
    for format in ("arrow", "parquet"):
        for shape in ("wide", "long"):
            answer = await ann.get(f"/api/runs/-/p/a/export?format={format}&shape={shape}")
            assert answer.status_code == 503
            assert "damaged at byte 12" in answer.json()["error"]["message"]


async def test_without_duckdb_one_is_told_what_to_install(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from gnomon.server.sql import process

    ann = await a_run(server)
    monkeypatch.setattr(process.importlib.util, "find_spec", lambda name: None)
    answer = await ann.get("/api/runs/-/p/a/export?format=parquet")
    assert answer.status_code == 503
    assert "pip install 'gnomon[server]'" in answer.json()["error"]["message"]
    assert (await ann.get("/api/runs/-/p/a/export")).status_code == 200
    assert json.loads((await ann.post("/api/projects/-/p/sql", json={"query": "select 1"})).content)["error"]
