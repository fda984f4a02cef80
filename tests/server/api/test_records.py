"""Runs as programs read and write them over HTTP."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import httpx
import msgspec
import numpy as np
import pytest

from gnomon.model.record import RecordPage, RunRecord
from gnomon.sdk.public.remote import decoded
from gnomon.server.storage.metrics.store import Block, RunKey, Source
from tests.server.conftest import Server

pytestmark = pytest.mark.anyio

RUN = "/api/runs/ann/p/r"


@pytest.fixture
async def ann(server: Server) -> httpx.AsyncClient:
    client = await server.user("ann")
    await server.run("ann/p/r", config={"lr": math.nan, "net": {"w": 1}}, summary={"m.acc": 1, "loss": math.inf})
    return client


async def record(client: httpx.AsyncClient) -> RunRecord:
    return decoded((await client.get(RUN + "/record")).content, RunRecord, "the server")


async def test_a_record_has_numbers_that_json_lacks_and_a_tree_for_a_summary(ann: httpx.AsyncClient) -> None:
    found = await record(ann)
    assert math.isnan(found.run.config["lr"]) and found.run.config["net"] == {"w": 1}
    assert found.summary["m"] == {"acc": 1} and found.summary["loss"] == math.inf
    assert found.summary_sent is False and found.whole and found.lines == 0 and found.system == {}


async def test_records_of_a_project_match_a_mongo_document(server: Server, ann: httpx.AsyncClient) -> None:
    await server.run("ann/p/s", config={"lr": 0.1})
    search = {"mongo": {"config.lr": 0.1}}
    page = decoded(
        (await ann.post("/api/projects/ann/p/records", json={"search": search, "whole": False})).content, RecordPage, ""
    )
    assert [one.run.id for one in page.records] == ["s"] and page.total == 1
    assert page.records[0].run.config == {} and not page.records[0].whole


async def test_a_config_is_replaced_whole(ann: httpx.AsyncClient) -> None:
    said = {"values": {"a": {"_type": "float", "value": "-Infinity"}, "b": [1]}}
    assert (await ann.put(RUN + "/config", json=said)).status_code == 204
    assert (await record(ann)).run.config == {"a": -math.inf, "b": [1]}


async def test_the_summary_of_a_run_that_has_ended_is_replaced_whole(server: Server, ann: httpx.AsyncClient) -> None:
    await server.run("ann/p/over", state="finished", summary={"loss": 1, "old": 2})
    assert (await ann.put("/api/runs/ann/p/over/summary", json={"values": {"best": {"a": 1}}})).status_code == 204
    run = (await ann.get("/api/runs/ann/p/over")).json()
    assert run["summary"] == {"best.a": 1}


async def test_what_is_set_in_the_summary_of_a_run_that_logs_does_not_stop_the_rest_of_it(
    server: Server, ann: httpx.AsyncClient
) -> None:
    said = {**(await record(ann)).summary, "best": 5, "loss": 2}
    assert (await ann.put(RUN + "/summary", json={"values": said})).status_code == 204
    found = await record(ann)
    assert not found.summary_sent
    assert (found.summary["best"], found.summary["loss"], found.summary["m"]) == (5, 2, {"acc": 1})


async def test_a_run_is_made_once(ann: httpx.AsyncClient) -> None:
    made = await ann.put("/api/runs/ann/fresh/new1", json={"state": "pending"})
    assert made.status_code == 200 and made.json()["run"]["state"] == "pending"
    again = await ann.put("/api/runs/ann/fresh/new1", json={"state": "running"})
    assert again.json()["run"]["state"] == "pending" and again.json()["key"] == made.json()["key"]


async def test_a_run_that_logs_can_be_said_to_have_failed_and_a_finished_one_cannot(
    server: Server, ann: httpx.AsyncClient
) -> None:
    assert (await ann.post(RUN + "/state", json={"state": "failed"})).status_code == 204
    assert (await record(ann)).run.state.value == "failed"
    await server.run("ann/p/over", state="finished")
    assert (await ann.post("/api/runs/ann/p/over/state", json={"state": "failed"})).status_code == 409
    assert (await ann.post("/api/runs/ann/p/over/state", json={"state": "finished"})).status_code == 400


async def test_a_file_is_deleted(ann: httpx.AsyncClient) -> None:
    headers = {"X-Gnomon-Digest": hashlib.sha256(b"x").hexdigest()}
    assert (await ann.put(RUN + "/files/a/b.txt", content=b"x", headers=headers)).status_code == 200
    assert (await ann.delete(RUN + "/files/a/b.txt")).status_code == 204
    assert (await ann.get(RUN + "/files")).json() == []
    assert (await ann.delete(RUN + "/files/a/b.txt")).status_code == 404


async def test_a_project_is_made_and_a_second_time_stays(ann: httpx.AsyncClient) -> None:
    made = (await ann.put("/api/projects/ann/new", json={"description": "first"})).json()
    again = (await ann.put("/api/projects/ann/new", json={})).json()
    assert made["description"] == again["description"] == "first" and made["key"] == again["key"]


async def test_a_chart_is_kept_under_its_entity(ann: httpx.AsyncClient) -> None:
    said = {"display_name": "Mine", "spec": msgspec.json.encode({"mark": "bar"}).decode()}
    assert (await ann.put("/api/charts/ann/mine", json=said)).json() == {"id": "ann/mine"}
    kept = (await ann.get("/api/charts/ann/mine")).json()
    assert (kept["id"], kept["spec"]) == ("ann/mine", said["spec"])
    assert [chart["id"] for chart in (await ann.get("/api/charts/ann")).json()] == ["ann/mine"]
    assert (await ann.get("/api/charts/ann/other")).status_code == 404
    assert (await ann.put("/api/charts/ann/mine", json={**said, "spec": "no"})).status_code == 400


async def test_a_user_finds_those_of_their_teams_and_nobody_else(server: Server, ann: httpx.AsyncClient) -> None:
    await server.user("andrew")
    await server.user("anton")
    await server.team("lab", ann="member", anton="member")
    found = (await ann.get("/api/users/search", params={"query": "an"})).json()
    assert [user["name"] for user in found] == ["ann", "anton"]
    root = await server.user("root", admin=True)
    found = (await root.get("/api/users/search", params={"query": "an@example.org"})).json()
    assert [user["name"] for user in found] == ["andrew", "ann", "anton"]


ROUTES: list[tuple[str, str, Any]] = [
    ("PUT", RUN + "/config", {"values": {}}),
    ("PUT", RUN + "/summary", {"values": {}}),
    ("POST", RUN + "/state", {"state": "failed"}),
    ("DELETE", RUN + "/files/x", None),
    ("PUT", "/api/runs/ann/p/r2", {}),
    ("PUT", "/api/projects/ann/p2", {}),
    ("PUT", "/api/charts/ann/c", {"display_name": "", "spec": "{}"}),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES, ids=[f"{route[0]} {route[1]}" for route in ROUTES])
async def test_nobody_else_changes_anything(
    server: Server, ann: httpx.AsyncClient, method: str, path: str, body: Any
) -> None:
    bob = await server.user("bob")
    answer = await bob.request(method, path, json=body)
    assert answer.status_code == 404
    assert (await server.client().request(method, path, json=body)).status_code == 401


@pytest.mark.parametrize("path", [RUN + "/config", RUN + "/summary"], ids=["config", "summary"])
async def test_what_is_nested_too_deep_is_refused(ann: httpx.AsyncClient, path: str) -> None:
    value: Any = 1
    for _ in range(70):
        value = {"a": value}
    assert (await ann.put(path, json={"values": value})).status_code == 400


async def test_a_summary_is_as_new_as_the_rows_that_were_acknowledged(server: Server, ann: httpx.AsyncClient) -> None:
    key = RunKey(await server.run("ann/p/fresh"))
    project = (await server.project("ann", "p")).key
    services = server.services
    for step in range(2):
        column = (np.array([step / 2]),)
        block = Block("history", ("loss",), np.array([step]), np.array([float(step)]), column)
        await services.storage.metrics.append(key, Source("j", step, step + 1), [block])
        services.summaries.touch(key, project, "fresh", now=server.clock(), rows=True)
        if step == 0:
            found = decoded((await ann.get("/api/runs/ann/p/fresh/record")).content, RunRecord, "")
            assert found.summary["loss"] == 0.0 and found.run.last_step == 0
    page = decoded((await ann.post("/api/projects/ann/p/records", json={})).content, RecordPage, "")
    assert [one.summary.get("loss") for one in page.records if one.run.id == "fresh"] == [0.5]
