"""Agents of sweeps over HTTP: they register, ask what to do, and go."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.server.conftest import Server

pytestmark = pytest.mark.anyio

CONFIG = {"method": "grid", "program": "train.py", "parameters": {"a": {"values": [1, 2]}}}


async def begun(client: httpx.AsyncClient, project: str = "ann/p", config: Any = CONFIG) -> str:
    """A sweep; where it is."""
    answer = await client.post(f"/api/projects/{project}/sweeps", json={"config": config})
    assert answer.status_code == 201, answer.text
    return f"/api/sweeps/{project}/{answer.json()['sweep']['id']}"


async def asked(client: httpx.AsyncClient, agent: str, *active: str) -> dict[str, Any]:
    answer = await client.post(f"{agent}/heartbeat", json={"active": list(active)})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_an_agent_is_told_to_run_to_wait_and_to_go(server: Server) -> None:
    ann = await server.user("ann")
    sweep = await begun(ann)
    made = await ann.post(f"{sweep}/agents", json={"host": "node1"})
    assert (made.status_code, made.json()["host"], made.json()["state"]) == (201, "node1", "RUNNING")
    agent = f"{sweep}/agents/{made.json()['id']}"
    first = await asked(ann, agent)
    assert (first["type"], first["args"], first["program"]) == ("run", {"a": 1}, "train.py")
    assert first["name"].endswith("-sweep-1")
    assert (await asked(ann, agent, first["run_id"]))["type"] == "wait"
    await ann.patch(sweep, json={"state": "CANCELED"})
    assert await asked(ann, agent, first["run_id"]) == {
        "type": "stop", "run_id": first["run_id"], "name": "", "args": {}, "program": ""
    }  # fmt: skip
    assert (await asked(ann, agent))["type"] == "exit"
    assert (await ann.delete(agent)).status_code == 204
    assert (await ann.post(f"{sweep}/agents/nobody/heartbeat", json={})).status_code == 404


async def test_a_config_that_is_a_map_is_kept_as_yaml(server: Server) -> None:
    ann = await server.user("ann")
    sweep = await begun(ann, config={"method": "random", "parameters": {"lr": {"values": [1e-05, 0.1]}}})
    detail = (await ann.get(sweep)).json()
    assert "values:\n    - 1.0e-05\n    - 0.1\n" in detail["config"]
    assert detail["parameters"][0]["values"] == [1e-05, 0.1]
    changed = await ann.patch(sweep, json={"config": {"method": "grid", "parameters": {"lr": {"values": [1]}}}})
    assert changed.json()["sweep"]["method"] == "grid"


async def test_numbers_of_a_json_text_are_numbers(server: Server) -> None:
    ann = await server.user("ann")
    sweep = await begun(ann, config='{"method": "grid", "parameters": {"lr": {"values": [1e-05]}}}')
    assert (await ann.get(sweep)).json()["parameters"][0]["values"] == [1e-05]


async def test_the_text_of_a_config_is_read_without_making_a_sweep(server: Server) -> None:
    ann = await server.user("ann")
    read = await ann.post(
        "/api/sweep-config", json={"config": "project: q\nmethod: grid\nparameters: {lr: {values: [1, 2]}}\n"}
    )
    assert read.json()["config"]["project"] == "q"
    read = await ann.post("/api/sweep-config", json={"config": "lr: {values: [1, 2]}"})
    assert read.json() == {
        "config": {"lr": {"values": [1, 2]}},
        "warnings": [
            "The config has neither method nor parameters; all of it is taken as parameters",
            "method is missing; random search is used",
        ],
    }
    refused = await ann.post("/api/sweep-config", json={"config": "{method: grid, parameters: {a: {min: 1, max: 0}}}"})
    assert refused.status_code == 400 and "a: min 1 is not less than max 0" in refused.text
    assert (await server.client().post("/api/sweep-config", json={"config": "{}"})).status_code == 401


async def test_a_run_written_by_hand_is_the_next_one(server: Server) -> None:
    ann = await server.user("ann")
    sweep = await begun(ann)
    made = await ann.post(f"{sweep}/runs", json={"config": {"a": 9}, "name": "mine"})
    agent = f"{sweep}/agents/{(await ann.post(f'{sweep}/agents', json={})).json()['id']}"
    first = await asked(ann, agent)
    assert (first["run_id"], first["args"], first["name"]) == (made.json()["id"], {"a": 9}, "mine")
    assert (await ann.post(f"{sweep}/runs", json={"config": {}})).status_code == 400
    await ann.patch(sweep, json={"state": "FINISHED"})
    assert (await ann.post(f"{sweep}/runs", json={"config": {"a": 9}})).status_code == 409


async def test_a_local_controller_says_what_is_run(server: Server) -> None:
    ann = await server.user("ann")
    sweep = await begun(ann, config={**CONFIG, "controller": {"type": "local"}})
    wish = '{"schedule": [{"id": "k", "data": {"args": {"a": {"value": 7}}}}]}'
    said = (await ann.put(f"{sweep}/controller", json={"controller": wish})).json()
    assert said["controller"] == wish and list(said["scheduled"]) == ["k"]
    assert (await ann.get(f"{sweep}/controller")).json() == said
    agent = f"{sweep}/agents/{(await ann.post(f'{sweep}/agents', json={})).json()['id']}"
    assert (await asked(ann, agent))["run_id"] == said["scheduled"]["k"]
    assert (await ann.put(f"{sweep}/controller", json={"controller": "[]"})).status_code == 400


async def test_a_stranger_is_no_agent_and_a_viewer_neither(server: Server) -> None:
    await server.user("ann", admin=True)
    ben, cleo, dan = await server.user("ben"), await server.user("cleo"), await server.user("dan")
    await server.team("lab", ben="member", cleo="viewer")
    sweep = await begun(ben, "lab/p")
    assert (await cleo.post(f"{sweep}/agents", json={})).status_code == 403
    assert (await dan.post(f"{sweep}/agents", json={})).status_code == 404
    agent = f"{sweep}/agents/{(await ben.post(f'{sweep}/agents', json={})).json()['id']}"
    assert (await dan.post(f"{agent}/heartbeat", json={})).status_code == 404
    assert (await cleo.post(f"{sweep}/runs", json={"config": {"a": 1}})).status_code == 403
    assert (await cleo.get(f"{sweep}/controller")).status_code == 200
    assert (await cleo.put(f"{sweep}/controller", json={"controller": "{}"})).status_code == 403
