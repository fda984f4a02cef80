"""Saved views of a workspace over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.server.conftest import Server

pytestmark = pytest.mark.anyio

VIEWS = "/api/projects/ann/p/views"
SPEC = {"address": "x=_time", "layout": {"version": 1, "panels": {}}}


@pytest.fixture
async def ann(server: Server) -> Any:
    client = await server.user("ann")
    await server.run("ann/p/r")
    await server.run("ann/other/r")
    return client


LAB = "/api/projects/lab/p/views"


@pytest.fixture
async def two(server: Server) -> Any:
    """Two people who log to a project of their team."""
    ann, bob = await server.user("ann"), await server.user("bob")
    await server.team("lab", ann="member", bob="member")
    await server.run("lab/p/r", user="ann")
    return ann, bob


async def test_a_view_is_kept_under_a_name_changed_and_deleted(ann: httpx.AsyncClient) -> None:
    made = (await ann.post(VIEWS, json={"name": " Ablation ", "spec": SPEC})).json()
    info = made["info"]
    assert (info["name"], info["kind"], info["page"], info["user"], made["spec"]) == (
        "Ablation", "shared", "project", "ann", SPEC,
    )  # fmt: skip
    assert (await ann.get(VIEWS)).json() == [info]
    address = f"{VIEWS}/{info['id']}"
    assert (await ann.get(address)).json() == made
    renamed = (await ann.patch(address, json={"name": "Depth", "since": info["updated_at"]})).json()
    assert (renamed["info"]["name"], renamed["spec"]) == ("Depth", SPEC)
    late = await ann.patch(address, json={"spec": {}, "since": info["updated_at"] - 1})
    assert late.status_code == 409 and "ann saved it at" in late.text
    assert (await ann.delete(address)).is_success
    assert (await ann.get(address)).status_code == 404


async def test_ones_own_view_is_one_a_page(ann: httpx.AsyncClient) -> None:
    first = (await ann.put(f"{VIEWS}/own/project", json={"spec": SPEC})).json()
    again = (await ann.put(f"{VIEWS}/own/project", json={"spec": {"address": ""}})).json()
    run = (await ann.put(f"{VIEWS}/own/run", json={"spec": SPEC})).json()
    assert first["info"]["id"] == again["info"]["id"] != run["info"]["id"]
    assert again["spec"] == {"address": ""}
    assert {one["page"] for one in (await ann.get(VIEWS)).json()} == {"project", "run"}
    assert (await ann.put(f"{VIEWS}/own/elsewhere", json={})).status_code == 400


async def test_what_a_link_stands_for_is_in_no_list_and_never_changes(ann: httpx.AsyncClient) -> None:
    link = (await ann.post(VIEWS, json={"kind": "link", "spec": SPEC})).json()["info"]
    assert (await ann.get(VIEWS)).json() == []
    assert (await ann.get(f"{VIEWS}/{link['id']}")).json()["spec"] == SPEC
    assert (await ann.patch(f"{VIEWS}/{link['id']}", json={"spec": {}})).status_code == 403


async def test_views_are_of_their_project_and_of_those_who_see_it(server: Server, ann: httpx.AsyncClient) -> None:
    view = (await ann.post(VIEWS, json={"name": "Mine", "spec": SPEC})).json()["info"]["id"]
    bob = await server.user("bob")
    for address in (VIEWS, f"{VIEWS}/{view}"):
        assert (await bob.get(address)).status_code == 404
    for address in (f"/api/projects/ann/other/views/{view}", f"{VIEWS}/x", f"{VIEWS}/{view}9"):
        assert (await ann.get(address)).status_code == 404
    assert (await ann.post(VIEWS, json={"name": "  "})).status_code == 400
    assert (await ann.post(VIEWS, json={"name": "x", "kind": "own"})).status_code == 400


async def test_reports_and_views_do_not_mix(ann: httpx.AsyncClient) -> None:
    report = (await ann.post("/api/projects/ann/p/reports", json={"title": "R"})).json()["info"]["id"]
    view = (await ann.post(VIEWS, json={"name": "V", "spec": SPEC})).json()["info"]["id"]
    assert (await ann.get(f"{VIEWS}/{report}")).status_code == 404
    assert (await ann.get(f"/api/projects/ann/p/reports/{view}")).status_code == 404


async def test_a_personal_view_is_seen_by_its_maker_until_it_is_shared(two: Any) -> None:
    ann, bob = two
    view = (await ann.post(LAB, json={"name": "Mine", "kind": "personal", "spec": SPEC})).json()["info"]["id"]
    assert (await bob.get(LAB)).json() == []
    assert (await bob.get(f"{LAB}/{view}")).status_code == 404
    assert (await ann.patch(f"{LAB}/{view}", json={"default": True})).status_code == 400
    shared = (await ann.patch(f"{LAB}/{view}", json={"kind": "shared"})).json()["info"]
    assert shared["kind"] == "shared" and (await bob.get(LAB)).json() == [shared]
    assert (await bob.patch(f"{LAB}/{view}", json={"kind": "personal"})).status_code == 403


async def test_a_page_opens_with_ones_own_view_else_with_the_projects(two: Any) -> None:
    ann, bob = two
    opening = f"{LAB}/opening/project"
    assert (await bob.get(opening)).json() == {"view": None}
    view = (await ann.post(LAB, json={"name": "Start here", "spec": SPEC})).json()["info"]["id"]
    assert (await ann.patch(f"{LAB}/{view}", json={"default": True})).json()["info"]["default"] is True
    opened = (await bob.get(opening)).json()["view"]
    assert (opened["info"]["id"], opened["info"]["default"], opened["spec"]) == (view, True, SPEC)
    assert (await bob.get(f"{LAB}/opening/run")).json() == {"view": None}
    own = (await bob.put(f"{LAB}/own/project", json={"spec": {"address": "x=epoch"}})).json()["info"]["id"]
    assert (await bob.get(opening)).json()["view"]["info"]["id"] == own
    assert (await ann.get(opening)).json()["view"]["info"]["id"] == view
    assert (await ann.patch(f"{LAB}/{view}", json={"default": False})).json()["info"]["default"] is False
    assert (await ann.get(opening)).json() == {"view": None}


async def test_two_who_edit_a_shared_view_are_told_of_one_another(two: Any) -> None:
    ann, bob = two
    made = (await ann.post(LAB, json={"name": "Ours", "spec": SPEC})).json()["info"]
    address = f"{LAB}/{made['id']}"
    assert (await bob.patch(address, json={"spec": {"address": "x=epoch"}, "since": made["updated_at"]})).is_success
    late = await ann.patch(address, json={"spec": {"address": "m=loss"}, "since": made["updated_at"] - 1})
    assert late.status_code == 409 and "bob saved it at" in late.text
    assert (await ann.get(address)).json()["spec"] == {"address": "x=epoch"}


async def test_the_same_picture_has_the_same_link(ann: httpx.AsyncClient) -> None:
    first, again, other = [
        (await ann.post(VIEWS, json={"kind": "link", "spec": spec})).json()["info"]["id"]
        for spec in (SPEC, SPEC, {"address": ""})
    ]
    assert first == again != other
