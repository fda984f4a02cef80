"""What runs say aloud, as those who may hear it find it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.server.conftest import Server

pytestmark = pytest.mark.anyio


async def say(client: httpx.AsyncClient, run: str, title: str, severity: str = "info") -> None:
    answer = await client.post(f"/api/runs/{run}/alerts", json={"title": title, "severity": severity})
    assert answer.json() == {"kept": True}


async def heard(client: httpx.AsyncClient, project: str, **query: Any) -> dict[str, Any]:
    answer = await client.get(f"/api/projects/{project}/alerts", params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def titles(page: dict[str, Any]) -> list[str]:
    return [alert["title"] for alert in page["alerts"]]


@pytest.fixture
async def ann(server: Server) -> httpx.AsyncClient:
    """A user whose two runs have said three things."""
    ann = await server.user("ann")
    await server.run("ann/p/r1")
    await server.run("ann/p/r2")
    await say(ann, "ann/p/r1", "first")
    await say(ann, "ann/p/r2", "second", "warn")
    await say(ann, "ann/p/r1", "third", "error")
    return ann


async def test_a_project_has_what_its_runs_said_the_newest_first(ann: httpx.AsyncClient) -> None:
    page = await heard(ann, "ann/p")
    assert titles(page) == ["third", "second", "first"]
    assert (page["unread"], page["more"]) == (3, False)
    assert [alert["run"] for alert in page["alerts"]] == ["r1", "r2", "r1"]
    assert titles(await heard(ann, "ann/p", severity="warn,error")) == ["third", "second"]
    assert titles(await heard(ann, "ann/p", run="r1")) == ["third", "first"]
    first = await heard(ann, "ann/p", limit=2)
    assert first["more"] is True
    assert titles(await heard(ann, "ann/p", before=first["alerts"][-1]["id"])) == ["first"]
    assert (await ann.get("/api/projects/ann/p/alerts", params={"severity": "loud"})).status_code == 400


async def test_what_somebody_has_read_is_read_for_them_alone(server: Server) -> None:
    ben, cleo = await server.user("ben"), await server.user("cleo")
    await server.team("lab", ben="member", cleo="viewer")
    await server.run("lab/p/r1", user="ben")
    await say(ben, "lab/p/r1", "one")
    await say(ben, "lab/p/r1", "two")
    (two, one) = (await heard(cleo, "lab/p"))["alerts"]
    for _ in range(2):  # it may be said again
        answer = await cleo.post("/api/projects/lab/p/alerts/read", json={"ids": [one["id"]]})
        assert answer.status_code == 204
    assert titles(await heard(cleo, "lab/p", unread=True)) == ["two"]
    assert [alert["read"] for alert in (await heard(cleo, "lab/p"))["alerts"]] == [False, True]
    assert (await heard(ben, "lab/p"))["unread"] == 2
    await cleo.post("/api/projects/lab/p/alerts/read", json={})
    assert (await heard(cleo, "lab/p"))["unread"] == 0
    await cleo.post("/api/projects/lab/p/alerts/read", json={"ids": [two["id"]], "read": False})
    assert titles(await heard(cleo, "lab/p", unread=True)) == ["two"]


async def test_alerts_of_another_project_are_not_marked_by_their_number(server: Server, ann: httpx.AsyncClient) -> None:
    await server.run("ann/q/r9")
    await say(ann, "ann/q/r9", "elsewhere")
    (elsewhere,) = (await heard(ann, "ann/q"))["alerts"]
    await ann.post("/api/projects/ann/p/alerts/read", json={"ids": [elsewhere["id"]]})
    assert (await heard(ann, "ann/q"))["unread"] == 1


async def test_everybody_hears_of_the_projects_they_may_see(server: Server, ann: httpx.AsyncClient) -> None:
    ben = await server.user("ben")
    assert (await ben.get("/api/alerts")).json() == {"alerts": [], "unread": 0, "more": False}
    page = (await ann.get("/api/alerts", params={"limit": 2})).json()
    assert (titles(page), page["unread"], page["more"]) == (["third", "second"], 3, True)
    await ann.post("/api/projects/ann/p/alerts/read", json={})
    assert titles((await ann.get("/api/alerts", params={"unread": True})).json()) == []


async def test_a_run_that_was_deleted_says_nothing_any_more(ann: httpx.AsyncClient) -> None:
    await ann.post("/api/projects/ann/p/alerts/read", json={})
    assert (await ann.delete("/api/runs/ann/p/r1")).status_code == 204
    assert titles(await heard(ann, "ann/p")) == ["second"]
