"""Sweeps over HTTP: made, looked at, steered and deleted, by those who may."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.server.conftest import Server

pytestmark = pytest.mark.anyio

CONFIG = "{method: grid, name: mine, metric: {name: loss}, parameters: {a: {values: [1, 2]}}}"


async def made(client: httpx.AsyncClient, project: str = "ann/p", **given: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/projects/{project}/sweeps", json={"config": CONFIG, **given})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_sweep_is_made_with_its_project_and_found_in_the_list(server: Server) -> None:
    ann = await server.user("ann")
    body = await made(ann, description="first try")
    sweep = body["sweep"]
    assert (sweep["name"], sweep["state"], sweep["method"], sweep["runs_expected"]) == ("mine", "PENDING", "grid", 2)
    assert len(sweep["id"]) == 8 and body["warnings"] == []
    listed = (await ann.get("/api/projects/ann/p/sweeps")).json()
    assert listed == [sweep]
    detail = (await ann.get(f"/api/sweeps/ann/p/{sweep['id']}")).json()
    assert (detail["sweep"], detail["config"], detail["runs"]) == (sweep, CONFIG, [])
    assert [one["name"] for one in detail["parameters"]] == ["a"]


async def test_what_is_odd_about_a_config_is_told_and_what_is_useless_refused(server: Server) -> None:
    ann = await server.user("ann")
    assert (await made(ann, config=CONFIG[:-1] + ", colour: red}"))["warnings"] == [
        "colour is no part of a sweep's config; it is ignored"
    ]
    answer = await ann.post("/api/projects/ann/p/sweeps", json={"config": "{method: grid, parameters: {a: {min: 1}}}"})
    assert answer.status_code == 400
    assert "a: min does not say how values are spread" in answer.text


async def test_a_config_that_is_being_written_is_looked_at_without_being_refused(server: Server) -> None:
    ann = await server.user("ann")
    look = (await ann.post("/api/sweep-config/look", json={"config": CONFIG})).json()
    assert (look["wrong"], look["warnings"], look["config"]["method"]) == ("", [], "grid")
    wrong = "{method: grid, parameters: {a: {parameters: {b: 1}}}}"
    answer = await ann.post("/api/sweep-config/look", json={"config": wrong})
    assert (answer.status_code, answer.json()["field"]) == (200, "a.b")
    assert "line 1" in (await ann.post("/api/sweep-config/look", json={"config": "a: ]"})).json()["wrong"]
    assert (await server.client().post("/api/sweep-config/look", json={"config": CONFIG})).status_code == 401


async def test_a_sweep_is_paused_renamed_and_deleted(server: Server) -> None:
    ann = await server.user("ann")
    path = f"/api/sweeps/ann/p/{(await made(ann))['sweep']['id']}"
    changed = (await ann.patch(path, json={"state": "PAUSED", "name": "other"})).json()["sweep"]
    assert (changed["state"], changed["name"]) == ("PAUSED", "other")
    assert (await ann.patch(path, json={"state": "CANCELED"})).json()["sweep"]["state"] == "CANCELED"
    assert (await ann.patch(path, json={"state": "PAUSED"})).status_code == 409
    assert (await ann.patch(path, json={"state": "LOST"})).status_code == 400
    assert (await ann.delete(path)).status_code == 204
    assert (await ann.get(path)).status_code == 404
    assert (await ann.get("/api/projects/ann/p/sweeps")).json() == []


async def test_another_config_is_searched_from_then_on(server: Server) -> None:
    ann = await server.user("ann")
    path = f"/api/sweeps/ann/p/{(await made(ann))['sweep']['id']}"
    other = "{method: random, parameters: {b: {min: 0.0, max: 1.0}}}"
    detail = (await ann.patch(path, json={"config": other})).json()
    assert (detail["sweep"]["method"], [one["name"] for one in detail["parameters"]]) == ("random", ["b"])
    assert (await ann.patch(path, json={"config": "{method: grid}"})).status_code == 400


async def test_a_stranger_finds_no_sweep_and_a_viewer_changes_none(server: Server) -> None:
    await server.user("ann", admin=True)
    ben, cleo = await server.user("ben"), await server.user("cleo")
    await server.team("lab", ben="member", cleo="viewer")
    stranger = await server.user("dan")
    path = f"/api/sweeps/lab/p/{(await made(ben, 'lab/p'))['sweep']['id']}"
    assert (await cleo.get(path)).status_code == 200
    assert (await cleo.patch(path, json={"state": "PAUSED"})).status_code == 403
    assert (await cleo.delete(path)).status_code == 403
    there, nowhere = await stranger.get(path), await stranger.get("/api/sweeps/lab/p/00000000")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert (await stranger.patch(path, json={"state": "PAUSED"})).status_code == 404


async def test_runs_of_a_sweep_are_found_by_it(server: Server) -> None:
    ann = await server.user("ann")
    sweep = (await made(ann))["sweep"]["id"]
    await server.run("ann/p/alone")
    query = {"query": 'name = "x"'}
    assert (await ann.post("/api/projects/ann/p/runs", json=query)).json()["total"] == 0
    mongo = {"mongo": {"$and": [{"sweep": sweep}]}}
    assert (await ann.post("/api/projects/ann/p/runs", json=mongo)).json()["total"] == 0
    belongs = await ann.post("/api/projects/ann/p/sweeps", json={"config": CONFIG, "prior_runs": ["alone"]})
    mongo = {"mongo": {"sweep": belongs.json()["sweep"]["id"]}}
    (run,) = (await ann.post("/api/projects/ann/p/runs", json=mongo)).json()["runs"]
    assert (run["id"], run["sweep"]) == ("alone", belongs.json()["sweep"]["id"])
