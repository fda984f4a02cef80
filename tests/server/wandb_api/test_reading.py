"""What wandb's Api reads of runs: lists with filters and orders, rows, keys, lines and files."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest

from gnomon.server.storage.metrics.store import Block, RunKey, Source
from gnomon.server.wandb_api import rows_json
from tests.server.conftest import Server
from tests.server.wandb_api.asking import ask, begin, console, history, stream

pytestmark = pytest.mark.anyio

RUNS = """#graphql
query Runs($project: String!, $entity: String!, $cursor: String, $perPage: Int = 50, $order: String,
    $filters: JSONString) {
  project(name: $project, entityName: $entity) {
    internalId runCount(filters: $filters) readOnly
    runs(filters: $filters, after: $cursor, first: $perPage, order: $order) {
      edges { node { projectId ...F } cursor } pageInfo { endCursor hasNextPage }
    }
  }
}
fragment F on Run { id tags name displayName sweepName state group jobType commit readOnly createdAt heartbeatAt
  description notes historyLineCount user { name username } }
"""

RUN = 'query Run($name: String!) { project(name: "toy", entityName: "ann") { run(name: $name) { %s } } }'


async def listed(client: httpx.AsyncClient, **asked: Any) -> Any:
    given = {"project": "toy", "entity": "ann", **asked}
    if isinstance(given.get("filters"), dict):
        given["filters"] = json.dumps(given["filters"])
    return (await ask(client, RUNS, **given))["project"]


async def ids(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    found = await listed(client, **asked)
    assert found["runCount"] == len(found["runs"]["edges"])
    return [edge["node"]["name"] for edge in found["runs"]["edges"]]


async def of_run(client: httpx.AsyncClient, fields: str, name: str = "a") -> Any:
    return (await ask(client, RUN % fields, name=name))["project"]["run"]


async def some_runs(server: Server) -> httpx.AsyncClient:
    """Three runs, `a` to `c`, made one after another."""
    ann = await server.user("ann")
    for number, id in enumerate("abc"):
        await server.run(
            f"ann/toy/{id}", name=f"run-{id}", tags=["all", id], group="g", job_type="train",
            config={"lr": number / 10, "net": {"layers": number}}, summary={"loss": 3 - number, "m.acc": number},
            state="finished" if number else "running",
        )  # fmt: skip
        server.clock.advance(10)
    return ann


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, "abc"),
        ({"state": "finished"}, "bc"),
        ({"config.lr": {"$gt": 0.05}}, "bc"),
        ({"config.lr.value": {"$gt": 0.05}}, "bc"),
        ({"config.net.value.layers": 1}, "b"),
        ({"config.net.layers": {"$in": [0, 2]}}, "ac"),
        ({"summary_metrics.loss": {"$lte": 2}}, "bc"),
        ({"summaryMetrics.m.acc": 2}, "c"),
        ({"tags": "b"}, "b"),
        ({"tags": {"$nin": ["a", "b"]}}, "c"),
        ({"tags": {"$regex": "^[ab]$"}}, "ab"),
        ({"name": "b"}, "b"),
        ({"displayName": {"$regex": "un-[ac]"}}, "ac"),
        ({"jobType": "train", "group": "g", "username": "ann"}, "abc"),
        ({"createdAt": {"$gt": "2027-01-15T08:00:05"}}, "bc"),
        ({"config.nope": {"$ne": 3}}, "abc"),
        ({"config.nope": {"$exists": True}}, ""),
        ({"$or": [{"name": "a"}, {"summary_metrics.loss": 1}]}, "ac"),
        ({"$nor": [{"name": "a"}]}, "bc"),
        ({"$and": [{"sweep": "nosuch"}]}, ""),
        ({"$and": [{"sweepName": None}]}, "abc"),
    ],
    ids=str,
)
async def test_runs_are_found_by_a_document(server: Server, filters: dict[str, Any], found: str) -> None:
    assert await ids(await some_runs(server), filters=filters, order="+created_at") == list(found)


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (None, "cba"),
        ("+created_at", "abc"),
        ("created_at", "abc"),
        ("-createdAt", "cba"),
        ("-config.lr.value", "cba"),
        ("+config.lr", "abc"),
        ("+summary_metrics.loss", "cba"),
        ("-group,+display_name", "abc"),
        ("-state,-name", "acb"),
        ("+heartbeat_at", "abc"),
        ("-duration,-name", "cba"),
    ],
)
async def test_runs_come_in_the_order_asked_for(server: Server, order: str | None, found: str) -> None:
    assert await ids(await some_runs(server), order=order) == list(found)


async def test_runs_come_in_pages_that_stay_where_they_are(server: Server) -> None:
    ann = await some_runs(server)
    first = await listed(ann, perPage=2, order="-created_at")
    assert (first["runCount"], first["runs"]["pageInfo"]["hasNextPage"]) == (3, True)
    server.clock.advance(10)
    await server.run("ann/toy/d")
    cursor = first["runs"]["edges"][-1]["cursor"]
    assert cursor == first["runs"]["pageInfo"]["endCursor"]
    last = await listed(ann, perPage=2, order="-created_at", cursor=cursor)
    assert [edge["node"]["name"] for edge in last["runs"]["edges"]] == ["a"]
    assert last["runs"]["pageInfo"]["hasNextPage"] is False


async def test_what_makes_no_sense_is_named(server: Server) -> None:
    ann = await some_runs(server)
    for given, says in [
        ({"filters": "{"}, "filters is not JSON"),
        ({"filters": '{"lr": 1}'}, "there is no field 'lr'"),
        ({"order": "-loss"}, "Runs cannot be ordered by 'loss'; perhaps by config.loss"),
        ({"cursor": "nonsense"}, "not one that this server gave"),
    ]:
        said = {"query": RUNS, "variables": {"project": "toy", "entity": "ann", **given}}
        answer = (await ann.post("/graphql", json=said)).json()
        assert says in " ".join(error["message"] for error in answer["errors"])


async def logged(server: Server) -> httpx.AsyncClient:
    """A run `a` of the official client: 20 rows, `even` in every other one, a NaN in row 3."""
    ann = await server.user("ann")
    await begin(ann, "a")
    rows = [
        {
            "_step": step, "_runtime": step * 1.5, "_timestamp": server.clock() + step * 1.5, "loss": 1 / (step + 1),
            "m": {"acc": step / 10}, "a.b": step, "word": f"w{step}", **({"even": step} if step % 2 == 0 else {}),
        }
        for step in range(20)
    ]  # fmt: skip
    rows[3]["loss"] = float("nan")
    summary = {"_step": 19, "loss": 0.05, "m": {"acc": 1.9}, "a.b": 19, "word": "w19", "even": 18}
    await stream(
        ann, "ann/toy/a",
        files={
            **history(0, *rows),
            "wandb-summary.json": {"offset": 0, "content": [json.dumps(summary)]},
            "wandb-events.jsonl": {
                "offset": 0, "content": [json.dumps({"system.cpu": 7, "_runtime": 1, "_timestamp": server.clock()})]
            },
            **console(0, "hello", "ERROR 2027-01-15T08:00:00.000001 oh"),
        },
    )  # fmt: skip
    return ann


async def test_a_row_comes_back_as_it_was_logged(server: Server) -> None:
    ann = await logged(server)
    found = await of_run(ann, "history(minStep: 2, maxStep: 5, samples: 1000)")
    rows = [json.loads(row) for row in found["history"]]
    assert [row["_step"] for row in rows] == [2, 3, 4]
    assert rows[2] == {
        "_step": 4, "_runtime": 6.0, "_timestamp": server.clock() + 6.0, "loss": 0.2, "m": {"acc": 0.4}, "a.b": 4,
        "word": "w4", "even": 4,
    }  # fmt: skip
    assert "NaN" in found["history"][1]
    assert np.isnan(rows[1]["loss"])


async def test_many_rows_are_sampled_evenly(server: Server) -> None:
    ann = await logged(server)
    found = await of_run(ann, "all: history(samples: 500) some: history(samples: 5)")
    assert len(found["all"]) == 20
    assert [json.loads(row)["_step"] for row in found["some"]] == [0, 5, 10, 14, 19]


@pytest.mark.parametrize(
    ("spec", "steps", "keys"),
    [
        ({"keys": ["_step", "loss", "even"]}, range(0, 20, 2), ["_step", "even", "loss"]),
        ({"keys": ["_step", "loss", "_step"], "minStep": 4, "maxStep": 6, "samples": 3}, [4, 5, 6], ["_step", "loss"]),
        ({"keys": ["_step", "loss"], "minStep": 4, "maxStep": 7, "samples": 3}, [4, 5, 6], ["_step", "loss"]),
        ({"keys": ["_step", "m.acc"], "samples": 2}, [0, 19], ["_step", "m.acc"]),
        ({"keys": ["_step", "nope"]}, [], []),
        ({"keys": ["_step", "_runtime", "_timestamp"], "maxStep": 1}, [0, 1], ["_runtime", "_step", "_timestamp"]),
    ],
)
async def test_a_spec_gives_the_rows_that_have_all_of_its_keys(
    server: Server, spec: dict[str, Any], steps: Any, keys: list[str]
) -> None:
    ann = await logged(server)
    query = RUN.replace("$name: String!", "$name: String!, $specs: [JSONString!]!") % "sampledHistory(specs: $specs)"
    (rows,) = (await ask(ann, query, name="a", specs=[json.dumps(spec)]))["project"]["run"]["sampledHistory"]
    assert [row["_step"] for row in rows] == list(steps)
    assert all(sorted(row) == keys for row in rows)


async def test_numbers_that_json_lacks_are_texts_where_a_value_is_no_text(server: Server) -> None:
    ann = await logged(server)
    spec = json.dumps({"keys": ["_step", "loss"], "minStep": 3, "maxStep": 3})
    query = RUN.replace("$name: String!", "$name: String!, $specs: [JSONString!]!") % "sampledHistory(specs: $specs)"
    (rows,) = (await ask(ann, query, name="a", specs=spec))["project"]["run"]["sampledHistory"]
    assert rows == [{"_step": 3, "loss": "NaN"}]


@pytest.mark.parametrize("spec", ["[]", '{"keys": 3}', '{"keys": ["a"], "samples": "x"}', "{"])
async def test_a_spec_that_says_nothing_is_refused(server: Server, spec: str) -> None:
    ann = await logged(server)
    query = RUN.replace("$name: String!", "$name: String!, $specs: [JSONString!]!") % "sampledHistory(specs: $specs)"
    answer = await ann.post("/graphql", json={"query": query, "variables": {"name": "a", "specs": [spec]}})
    assert answer.json()["errors"][0]["extensions"] == {"code": "Rejected", "field": "specs"}


async def test_where_a_history_ends_is_told_exactly(server: Server) -> None:
    ann = await logged(server)
    found = await of_run(ann, 'historyKeys parquetHistory(liveKeys: ["_step"]) { parquetUrls liveData } systemMetrics')
    assert found["historyKeys"]["lastStep"] == 19
    assert found["historyKeys"]["keys"]["even"]["typeCounts"] == [{"type": "number", "count": 10}]
    assert found["parquetHistory"] == {"parquetUrls": [], "liveData": [{"_step": 0}]}
    assert json.loads(found["systemMetrics"]) == {"system.cpu": 7}
    await begin(ann, "new")
    found = await of_run(ann, "historyKeys history parquetHistory { parquetUrls liveData } systemMetrics", "new")
    assert found == {
        "historyKeys": None, "history": [], "parquetHistory": {"parquetUrls": [], "liveData": []},
        "systemMetrics": "{}",
    }  # fmt: skip


async def test_system_metrics_come_back_under_their_names(server: Server) -> None:
    (row,) = (await of_run(await logged(server), "events(samples: 10)"))["events"]
    said = json.loads(row)
    assert (said["system.cpu"], said["_wandb"], said["_timestamp"]) == (7, True, server.clock())


async def test_rows_of_our_own_sdk_read_alike(server: Server) -> None:
    """They say neither when the run began nor how dicts were nested: the server knows the one, dots tell the other."""
    ann = await server.user("ann")
    key = await server.run("ann/toy/a", summary={"m.acc": 1.0, "img": {"_type": "image-file"}})
    columns: tuple[Any, ...] = (np.array([0.5, 1.0]), ['{"_type":"image-file","path":"x"}'] * 2)
    times = np.array([2.0, 4.0]) + server.clock()
    block = Block("history", ("m.acc", "img"), np.array([0, 7]), times, columns)
    await server.services.storage.metrics.append(RunKey(key), Source("j", 0, 1), [block])
    found = await of_run(ann, "history historyKeys state summaryMetrics")
    assert json.loads(found["history"][1]) == {
        "_step": 7, "_runtime": 4.0, "_timestamp": server.clock() + 4.0, "m": {"acc": 1.0},
        "img": {"_type": "image-file", "path": "x"},
    }  # fmt: skip
    assert found["historyKeys"]["keys"]["img"]["typeCounts"][0]["type"] == "image-file"
    assert json.loads(found["summaryMetrics"])["m"] == {"acc": 1.0}


def test_dotted_keys_stand_as_in_the_summary_and_else_are_nested() -> None:
    summary = {"flat.key": 1, "deep": {"x": {"y": 1}}, "half.way": {"z": 1}}
    run = SimpleNamespace(created_at=0.0, summary_sent=summary)
    row = {"_step": 1, "_time": 2.0, "flat.key": 1, "deep.x.y": 2, "half.way.z": 3, "new.one": 4, "a": 5, "a.b": 6}
    assert rows_json.history_row(row, run) == {  # type: ignore[arg-type]
        "_step": 1, "_timestamp": 2.0, "_runtime": 2.0, "flat.key": 1, "deep": {"x": {"y": 2}}, "half.way": {"z": 3},
        "new": {"one": 4}, "a": 5, "a.b": 6,
    }  # fmt: skip


LINES = """logLineCount logLines(%s) { edges { node { number timestamp level label line } cursor }
  pageInfo { endCursor hasNextPage } }"""


async def test_lines_are_read_from_the_end_or_page_by_page(server: Server) -> None:
    ann = await logged(server)
    await stream(ann, "ann/toy/a", files=console(2, *(f"line {at}" for at in range(2, 7))))
    last = (await of_run(ann, LINES % "last: 2"))["logLines"]
    assert [edge["node"]["line"] for edge in last["edges"]] == ["line 5", "line 6"]
    seen: list[str] = []
    after = ""
    while True:
        page = (await of_run(ann, LINES % f"first: 3{after}, useImprovedPagination: true"))["logLines"]
        seen += [edge["node"]["line"] for edge in page["edges"]]
        after = f', after: "{page["pageInfo"]["endCursor"]}"'
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen[0] == "hello"
    assert seen[2:] == [f"line {at}" for at in range(2, 7)]
    first = (await of_run(ann, LINES % "first: 1"))["logLines"]["edges"][0]["node"]
    assert first == {
        "number": 0, "timestamp": "2027-01-15T08:00:00.000001Z", "level": "info", "label": None, "line": "hello"
    }  # fmt: skip


FILES = """query RunFiles($fileNames: [String] = [], $pattern: String, $upload: Boolean = false, $fileLimit: Int = 50,
    $fileCursor: String) {
  project(name: "toy", entityName: "ann") { run(name: "a") { fileCount ...Files } } }
fragment Files on Run { files(names: $fileNames, after: $fileCursor, first: $fileLimit, pattern: $pattern) {
  edges { node { id name url(upload: $upload) directUrl sizeBytes mimetype updatedAt md5 } cursor }
  pageInfo { endCursor hasNextPage } } }"""


async def files_of(client: httpx.AsyncClient, **asked: Any) -> Any:
    return (await ask(client, FILES, **asked))["project"]["run"]


async def with_files(server: Server) -> httpx.AsyncClient:
    ann = await server.user("ann")
    await begin(ann, "a")
    found = await files_of(ann, fileNames=["a.json", "media/b.png", "c.json"], upload=True)
    for edge in found["files"]["edges"]:
        assert (await server.client().put(edge["node"]["url"], content=b"12345")).status_code == 200
    return ann


async def test_files_are_listed_found_and_read(server: Server) -> None:
    ann = await with_files(server)
    found = await files_of(ann)
    assert found["fileCount"] == 3
    assert [edge["node"]["name"] for edge in found["files"]["edges"]] == ["a.json", "c.json", "media/b.png"]
    node = found["files"]["edges"][2]["node"]
    assert (node["sizeBytes"], node["mimetype"]) == (5, "image/png")
    assert (await server.client().get(node["url"])).content == b"12345"
    assert (await server.client().get(node["directUrl"])).content == b"12345"
    liked = await files_of(ann, pattern="%.json", fileLimit=1)
    assert [edge["node"]["name"] for edge in liked["files"]["edges"]] == ["a.json"]
    assert liked["files"]["pageInfo"]["hasNextPage"] is True
    more = await files_of(ann, pattern="%.json", fileLimit=1, fileCursor=liked["files"]["edges"][0]["cursor"])
    assert [edge["node"]["name"] for edge in more["files"]["edges"]] == ["c.json"]
    assert (await files_of(ann, fileNames=["nope"]))["files"]["edges"] == []


DELETE = """mutation deleteFiles($files: [ID!]!, $projectId: Int) {
  deleteFiles(input: {files: $files, projectId: $projectId}) { success } }"""


async def test_files_are_deleted_all_or_none(server: Server) -> None:
    ann = await with_files(server)
    ids = [edge["node"]["id"] for edge in (await files_of(ann))["files"]["edges"]]
    answer = await ann.post("/graphql", json={"query": DELETE, "variables": {"files": [ids[0], "bm9uZQ=="]}})
    assert answer.json()["errors"][0]["extensions"]["code"] == "NotFound"
    assert (await files_of(ann))["fileCount"] == 3
    assert (await ask(ann, DELETE, files=ids[:2]))["deleteFiles"] == {"success": True}
    assert [edge["node"]["name"] for edge in (await files_of(ann))["files"]["edges"]] == ["media/b.png"]


async def test_old_commands_find_files_and_what_a_run_was(server: Server) -> None:
    ann = await with_files(server)
    query = """query RunConfigs($pattern: String!, $includeConfig: Boolean!) { model(name: "toy") {
      bucket(name: "a") { config @include(if: $includeConfig) commit @include(if: $includeConfig)
        files(pattern: $pattern) { pageInfo { hasNextPage endCursor } edges { node { name directUrl } } } } } }"""
    found = (await ask(ann, query, pattern="c%", includeConfig=True))["model"]["bucket"]
    assert [edge["node"]["name"] for edge in found["files"]["edges"]] == ["c.json"]
    assert json.loads(found["config"])["lr"] == {"value": 0.1}
    query = """query RunUploadUrls($files: [String]!) { model(name: "toy") { bucket(name: "a", desc: "x") { id
      files(names: $files) { uploadHeaders edges { node { name url(upload: true) updatedAt } } } } } }"""
    found = (await ask(ann, query, files=["new.txt"]))["model"]["bucket"]["files"]
    assert found["uploadHeaders"] == []
    assert (await server.client().put(found["edges"][0]["node"]["url"], content=b"x")).status_code == 200
    query = (
        """{ model(name: "toy") { id repo dockerImage description buckets(first: 10) { edges { node { name } } } } }"""
    )
    assert (await ask(ann, query))["model"]["buckets"]["edges"] == [{"node": {"name": "a"}}]
    info = "runInfo { program args os python executable codeSaved cpuCount gpuCount gpu git { remote commit } } stopped"
    assert (await of_run(ann, info))["runInfo"]["program"] == "train.py"
