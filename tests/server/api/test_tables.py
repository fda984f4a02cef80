"""Logged tables over HTTP: what can be asked about them, and what is kept of them."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import httpx
import nanoarrow as na
import pytest
from nanoarrow import ipc

from tests.server.conftest import Server

from .test_artifact_uploads import log, ok

pytestmark = pytest.mark.anyio

P = "/api/projects/ann/p/tables"
TIME = {"wb_type": "union", "params": {"allowed_types": [{"wb_type": "none"}, {"wb_type": "timestamp"}]}}


def table(columns: list[str], *rows: list[Any], **types: Any) -> bytes:
    said: dict[str, Any] = {"_type": "table", "columns": columns, "data": rows}
    if types:
        said["column_types"] = {"wb_type": "typedDict", "params": {"type_map": types}}
    return json.dumps(said).encode()


@pytest.fixture
async def ann(server: Server) -> httpx.AsyncClient:
    client = await server.user("ann")
    await server.run("ann/p/r")
    return client


async def put(client: httpx.AsyncClient, path: str, data: bytes, run: str = "r") -> None:
    headers = {"X-Gnomon-Digest": hashlib.sha256(data).hexdigest()}
    await ok(await client.put(f"/api/runs/ann/p/{run}/files/{path}", content=data, headers=headers))


async def asked(client: httpx.AsyncClient, query: str, **tables: Any) -> Any:
    headers = {"Accept": "application/json"}
    answer = await client.post(f"{P}/sql", json={"query": query, **tables}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_table_of_a_run_is_asked_with_the_types_of_its_cells(ann: httpx.AsyncClient) -> None:
    rows = [[1, 0.5, "cat", True, {"a": [1]}, 0], [2, "NaN", None, False, "x", 1500], [3, 2, "dog", None, None, None]]
    await put(ann, "media/table/t.table.json", table(["id", "loss", "label", "ok", "any", "at"], *rows, at=TIME))
    t = {"run": "r", "paths": ["media/table/t.table.json"]}
    told = await asked(ann, "select * from t order by id desc", t=t)
    assert [(one["name"], one["type"]) for one in told["columns"]] == [
        ("id", "BIGINT"), ("loss", "DOUBLE"), ("label", "VARCHAR"), ("ok", "BOOLEAN"), ("any", "JSON"),
        ("at", "TIMESTAMP"),
    ]  # fmt: skip
    assert told["rows"] == [
        [3, 2.0, "dog", None, None, None],
        [2, "NaN", None, False, "x", "1970-01-01T00:00:01.500000"],
        [1, 0.5, "cat", True, {"a": [1]}, "1970-01-01T00:00:00"],
    ]
    told = await asked(ann, "select label, count(*) from t where not isnan(loss) group by 1 order by 1", t=t)
    assert told["rows"] == [["cat", 1], ["dog", 1]]


async def test_two_tables_and_parts_of_an_artifact_are_joined(ann: httpx.AsyncClient) -> None:
    await put(ann, "a.table.json", table(["id", "loss"], [1, 0.5], [2, 0.25]))
    await log(ann, {"0.table.json": table(["id", "loss"], [1, 1]), "1.table.json": table(["id", "loss"], [2, 2])})
    parts = {"collection": "ds", "version": "v0", "paths": ["0.table.json", "1.table.json"]}
    query = "select id, t.loss - u.loss from t join u using (id) order by id"
    told = await asked(ann, query, t=parts, u={"run": "r", "paths": ["a.table.json"]})
    assert told["rows"] == [[1, 0.5], [2, 1.75]]


async def test_names_that_sql_takes_for_one_are_told_apart(ann: httpx.AsyncClient) -> None:
    await put(ann, "a.table.json", table(["a", "A", "", 'say "x"'], [1, 2, 3, 4]))
    told = await asked(ann, "from t", t={"run": "r", "paths": ["a.table.json"]})
    assert [one["name"] for one in told["columns"]] == ["a", "A_2", "column3", 'say "x"']


async def test_what_is_no_question_about_the_tables_is_refused(ann: httpx.AsyncClient) -> None:
    await put(ann, "a.table.json", table(["a"], [1]))
    await put(ann, "b.json", b'{"columns": 3}')
    t = {"run": "r", "paths": ["a.table.json"]}
    for query, words in (
        ("select * from runs", "There is no table 'runs'; there is t"),
        ("select nope from t", "nope"),
        ("drop table t", "Only SELECT"),
        ("select * from read_csv('/etc/passwd')", "read_csv"),
        ("", "empty"),
    ):
        answer = await ann.post(f"{P}/sql", json={"query": query, "t": t})
        assert answer.status_code == 400, query
        assert answer.json()["error"]["field"] == "query"
        assert words in answer.json()["error"]["message"]
    answer = await ann.post(f"{P}/sql", json={"query": "from t", "t": {"run": "r", "paths": ["b.json"]}})
    assert answer.status_code == 400 and "holds no table" in answer.text
    for lost in ({"run": "x", "paths": ["a"]}, {"run": "r", "paths": ["a"]}, {"collection": "c", "paths": ["a"]}):
        assert (await ann.post(f"{P}/sql", json={"query": "from t", "t": lost})).status_code == 404
    assert (await ann.post(f"{P}/sql", json={"query": "from t", "t": {"paths": ["a"]}})).status_code == 400


async def test_somebody_else_s_tables_are_not_there(server: Server, ann: httpx.AsyncClient) -> None:
    await put(ann, "a.table.json", table(["a"], [1]))
    bob = await server.user("bob")
    question = {"query": "from t", "t": {"run": "r", "paths": ["a.table.json"]}}
    assert (await bob.post(f"{P}/sql", json=question)).status_code == 404
    assert (await bob.post(P, json={"name": "x", "run": "r", "columns": ["a"], "data": [[1]]})).status_code == 404
    assert (await server.client().post(f"{P}/sql", json=question)).status_code == 401


async def test_a_table_that_is_sent_becomes_parquet(ann: httpx.AsyncClient) -> None:
    answer = await ann.post(f"{P}/convert", content=table(["a", "b"], [1, "x"], [2, None]))
    assert answer.status_code == 200 and answer.content[:4] == b"PAR1" and answer.content[-4:] == b"PAR1"
    answer = await ann.post(f"{P}/convert?to=arrow", content=table(["a", "b"], [1, "x"], [2, None]))
    array = na.Array(ipc.InputStream.from_readable(io.BytesIO(answer.content)))
    assert array.to_pylist() == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]
    assert (await ann.post(f"{P}/convert", content=b"{}")).status_code == 400


async def test_a_slice_is_an_artifact_of_its_run_with_the_media_of_its_cells(ann: httpx.AsyncClient) -> None:
    image = {
        "_type": "image-file", "path": "media/images/x.png", "width": 4, "height": 4,
        "masks": {"truth": {"_type": "mask", "path": "media/images/mask/m.png"}},
    }  # fmt: skip
    files = {
        "t.table.json": table(["id", "image"], [1, image], [2, {**image, "path": "media/images/y.png"}]),
        "media/images/x.png": b"x" * 50, "media/images/y.png": b"y" * 50, "media/images/mask/m.png": b"m" * 50,
    }  # fmt: skip
    await log(ann, files, type="run_table", collection="run-r-t")
    kind = {"wb_type": "image-file"}
    slice = {
        "name": "bad-cases", "run": "r", "columns": ["id", "image", "why"], "data": [[1, image, "blurred"]],
        "types": {"image": kind}, "files": {"collection": "run-r-t", "version": "v0", "paths": ["t.table.json"]},
        "description": "the ones to look at", "metadata": {"step": 7},
    }  # fmt: skip
    made = await ok(await ann.post(P, json=slice))
    assert (made["collection"], made["type"], made["version"]) == ("bad-cases", "table", "v0")
    version = "/api/artifacts/ann/p/collections/bad-cases/versions/v0"
    kept = {one["path"] for one in (await ok(await ann.get(f"{version}/entries")))["entries"]}
    assert kept == {"bad-cases.table.json", "media/images/x.png", "media/images/mask/m.png"}
    told = json.loads((await ann.get(f"{version}/files/bad-cases.table.json")).content)
    assert told["data"] == slice["data"] and told["nrows"] == 1
    types = told["column_types"]["params"]["type_map"]
    assert types["image"] == kind
    assert [one["wb_type"] for one in types["why"]["params"]["allowed_types"]] == ["none", "string"]
    assert (await ann.get(f"{version}/files/media/images/x.png")).content == b"x" * 50
    logged = (await ok(await ann.get("/api/runs/ann/p/r/artifacts")))["logged"]
    assert "bad-cases" in {one["collection"] for one in logged}
    # the same once more is the same version; another slice under the name is the next one
    assert (await ok(await ann.post(P, json=slice)))["version"] == "v0"
    assert (await ok(await ann.post(P, json={**slice, "data": [[3, None, "dark"]]})))["version"] == "v1"
    # media of a table that is a file of the run are taken from its files
    await put(ann, "media/images/x.png", b"z" * 60)
    of_run = {**slice, "name": "of-run", "data": [[1, {"_type": "image-file", "path": "media/images/x.png"}, ""]]}
    of_run["files"] = {"run": "r", "paths": ["t.table.json"]}
    assert (await ok(await ann.post(P, json=of_run)))["version"] == "v0"
    version = "/api/artifacts/ann/p/collections/of-run/versions/v0"
    assert (await ann.get(f"{version}/files/media/images/x.png")).content == b"z" * 60
    missing = {**slice, "data": [[1, {**image, "path": "media/images/z.png"}, ""]]}
    assert (await ann.post(P, json=missing)).status_code == 404
    assert (await ann.post(P, json={**slice, "data": [[1]]})).status_code == 400
