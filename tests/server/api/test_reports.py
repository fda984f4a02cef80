"""Reports over HTTP: listed and read by those who may see the project."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.server.conftest import Server

pytestmark = pytest.mark.anyio

UPSERT = """
mutation($id: ID, $project: String, $name: String, $type: String, $title: String, $spec: String) {
  upsertView(input: {id: $id, entityName: "ann", projectName: $project, name: $name, type: $type, displayName: $title,
                     spec: $spec}) { view { id } }
}
"""


async def written(client: httpx.AsyncClient, title: str, *, type: str = "runs", project: str = "p") -> None:
    spec = json.dumps({"version": 5, "blocks": [{"type": "paragraph", "children": [{"text": title}]}]})
    variables = {"project": project, "name": title, "type": type, "title": title, "spec": spec}
    answer = await client.post("/graphql", json={"query": UPSERT, "variables": variables})
    assert answer.status_code == 200 and "errors" not in answer.json(), answer.text


@pytest.fixture
async def ann(server: Server) -> Any:
    client = await server.user("ann")
    await server.run("ann/p/r")
    await server.run("ann/other/r")
    return client


async def test_what_was_written_is_listed_and_read(ann: httpx.AsyncClient) -> None:
    await written(ann, "First look")
    await written(ann, "Unfinished", type="runs/draft")
    await written(ann, "A workspace", type="project-view")
    listed = (await ann.get("/api/projects/ann/p/reports")).json()
    assert [(one["title"], one["draft"], one["user"]) for one in listed] == [
        ("Unfinished", True, "ann"),
        ("First look", False, "ann"),
    ]
    report = (await ann.get(f"/api/projects/ann/p/reports/{listed[1]['id']}")).json()
    assert report["info"] == listed[1]
    assert report["spec"]["blocks"][0]["children"] == [{"text": "First look"}]


async def test_a_report_is_seen_in_its_project_by_those_who_see_that(server: Server, ann: httpx.AsyncClient) -> None:
    await written(ann, "Mine")
    (mine,) = (await ann.get("/api/projects/ann/p/reports")).json()
    bob = await server.user("bob")
    addresses = [f"/api/projects/ann/p/reports/{mine['id']}", "/api/projects/ann/p/reports"]
    assert [(await bob.get(address)).status_code for address in addresses] == [404, 404]
    for report in (
        f"/api/projects/ann/other/reports/{mine['id']}",
        "/api/projects/ann/p/reports/x",
        addresses[0] + "9",
    ):
        assert (await ann.get(report)).status_code == 404


async def test_a_report_is_written_changed_published_and_deleted(ann: httpx.AsyncClient) -> None:
    spec = {"version": 5, "blocks": [{"type": "markdown-block", "content": "The loss *fell*."}]}
    made = await ann.post("/api/projects/ann/p/reports", json={"title": "Seeds", "draft": True, "spec": spec})
    assert made.status_code == 200, made.text
    info = made.json()["info"]
    assert (info["title"], info["draft"], info["user"], made.json()["spec"]) == ("Seeds", True, "ann", spec)
    address = f"/api/projects/ann/p/reports/{info['id']}"
    published = (await ann.patch(address, json={"draft": False, "description": "Three seeds"})).json()
    assert published["info"]["draft"] is False
    assert published["info"]["description"] == "Three seeds"
    assert published["spec"] == spec, "what was not said stays"
    assert [one["id"] for one in (await ann.get("/api/projects/ann/p/reports")).json()] == [info["id"]]
    assert (await ann.delete(address)).is_success
    assert (await ann.get(address)).status_code == 404
    assert (await ann.delete(address)).status_code == 404


async def test_an_edit_of_an_older_state_is_refused(ann: httpx.AsyncClient) -> None:
    made = (await ann.post("/api/projects/ann/p/reports", json={"title": "First"})).json()["info"]
    address = f"/api/projects/ann/p/reports/{made['id']}"
    theirs = await ann.patch(address, json={"title": "Theirs", "since": made["updated_at"]})
    assert theirs.status_code == 200
    mine = await ann.patch(address, json={"title": "Mine", "since": made["updated_at"] - 1})
    assert mine.status_code == 409
    assert "saved at" in mine.text
    assert (await ann.get(address)).json()["info"]["title"] == "Theirs"


async def test_those_who_only_read_write_no_reports(server: Server, ann: httpx.AsyncClient) -> None:
    bob = await server.user("bob")
    assert (await bob.post("/api/projects/ann/p/reports", json={"title": "x"})).status_code == 404
    broken = await ann.post("/api/projects/ann/p/reports", json={"titel": "x"})
    assert broken.status_code == 400
    assert "titel" in broken.text
