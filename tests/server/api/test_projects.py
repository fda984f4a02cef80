from __future__ import annotations

import pytest

from gnomon.model.errors import Rejected
from gnomon.server.actions.projects import check_name
from tests.server.conftest import Server

pytestmark = pytest.mark.anyio


async def test_everybody_sees_their_projects_and_those_of_their_teams(server: Server) -> None:
    ann, ben = await server.user("ann"), await server.user("ben")
    root = await server.user("root", admin=True)
    await server.team("lab", ann="viewer")
    for entity in ("ann", "ben"):
        await server.run(f"{entity}/own/r1")
    await server.run("lab/shared/r1", user="ben")

    async def seen(client: object) -> set[str]:
        answer = await client.get("/api/projects")  # type: ignore[attr-defined]
        return {f"{project['entity']}/{project['name']}" for project in answer.json()}

    assert await seen(ann) == {"ann/own", "lab/shared"}
    assert await seen(ben) == {"ben/own"}
    assert await seen(root) == {"ann/own", "ben/own", "lab/shared"}


async def test_a_project_counts_its_runs(server: Server) -> None:
    ann = await server.user("ann")
    await server.user("ben")
    await server.team("lab", ann="member", ben="member")
    await server.run("lab/vision/r1", user="ann")
    await server.run("lab/vision/r2", user="ben", state="finished", updated_at=server.clock() + 5)
    await server.run("lab/vision/r3", user="ben")
    await ann.delete("/api/runs/lab/vision/r3")
    project = (await ann.get("/api/projects/lab/vision")).json()
    assert (project["runs"], project["running"], project["users"]) == (2, 1, ["ann", "ben"])
    assert project["updated_at"] == server.clock() + 5


async def test_the_liveliest_project_comes_first(server: Server) -> None:
    ann = await server.user("ann")
    await server.project("ann", "empty")
    await server.run("ann/old/r1", updated_at=server.clock() + 1)
    await server.run("ann/new/r1", updated_at=server.clock() + 2)
    assert [project["name"] for project in (await ann.get("/api/projects")).json()] == ["new", "old", "empty"]


async def test_a_description_can_be_changed(server: Server) -> None:
    ann = await server.user("ann")
    await server.project("ann", "vision")
    changed = await ann.patch("/api/projects/ann/vision", json={"description": "cats"})
    assert changed.json()["description"] == "cats"
    assert (await ann.patch("/api/projects/ann/vision", json={})).json()["description"] == "cats"
    assert (await ann.get("/api/projects/-/vision")).json()["description"] == "cats"


async def test_columns_are_the_paths_runs_have_values_at(server: Server) -> None:
    ann = await server.user("ann")
    await server.run("ann/vision/r1", config={"lr": 1, "opt": {"name": "adam"}}, summary={"loss": 1, "val/acc": 2})
    await server.run("ann/vision/r2", config={"opt": {"beta": [1]}}, summary={"acc.top1": 3, "acc": {"min": 1}})
    assert (await ann.get("/api/projects/ann/vision/columns")).json() == {
        "config": ["lr", "opt.beta", "opt.name"], "summary": ["acc.min", "acc.top1", "loss", "val/acc"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["", " a", "a ", "a/b", "a\\b", "a?b", "a#b", "a%b", "a:b", "a\nb", "..", ".", "x" * 129]
)
def test_project_names_that_would_not_fit_an_address_are_refused(name: str) -> None:
    with pytest.raises(Rejected):
        check_name(name)


@pytest.mark.parametrize("name", ["vision", "my project", "größe", "a.b_c-d", "1"])
def test_other_project_names_are_taken(name: str) -> None:
    assert check_name(name) == name


async def test_a_project_is_renamed_and_deleted(server: Server) -> None:
    ann = await server.user("ann")
    await server.run("ann/vision/r1")
    assert (await ann.patch("/api/projects/ann/vision", json={"name": "sight"})).json()["name"] == "sight"
    assert (await ann.get("/api/projects/ann/vision")).status_code == 404
    assert (await ann.get("/api/runs/ann/sight/r1")).json()["project"] == "sight"
    found = await ann.post("/api/projects/ann/sight/runs", json={"query": "project = sight"})
    assert [run["id"] for run in found.json()["runs"]] == ["r1"]
    await server.project("ann", "vision")
    assert (await ann.patch("/api/projects/ann/sight", json={"name": "vision"})).status_code == 409
    assert (await ann.delete("/api/projects/ann/sight")).status_code == 204
    assert (await ann.get("/api/projects/ann/sight")).status_code == 404
    assert [project["name"] for project in (await ann.get("/api/projects")).json()] == ["vision"]
    hidden = "%7F1"  # what a deleted project is called is not an address either
    assert (await ann.get(f"/api/projects/ann/{hidden}")).status_code == 404


async def test_a_star_is_of_one_person_alone_and_stays_when_the_project_is_renamed(server: Server) -> None:
    ann, ben = await server.user("ann"), await server.user("ben")
    await server.team("lab", ann="member", ben="viewer")
    await server.run("lab/vision/r1", user="ann")
    await server.run("lab/other/r1", user="ann")

    async def starred(client: object) -> set[str]:
        answer = await client.get("/api/projects")  # type: ignore[attr-defined]
        return {project["name"] for project in answer.json() if project["starred"]}

    assert (await ben.put("/api/projects/lab/vision/star")).is_success  # a viewer's own star, too
    assert (await ben.put("/api/projects/lab/vision/star")).is_success
    assert (await starred(ann), await starred(ben)) == (set(), {"vision"})
    assert (await ben.get("/api/projects/lab/vision")).json()["starred"] is True
    assert (await ann.get("/api/projects/lab/vision")).json()["starred"] is False
    await ann.patch("/api/projects/lab/vision", json={"name": "sight"})
    assert await starred(ben) == {"sight"}
    assert (await ben.get("/api/projects/lab/sight/views")).json() == []
    assert (await ben.delete("/api/projects/lab/sight/star")).is_success
    assert (await ben.delete("/api/projects/lab/sight/star")).is_success
    assert await starred(ben) == set()


async def test_nobody_stars_a_project_they_cannot_see_and_a_deleted_one_takes_its_stars_along(server: Server) -> None:
    ann, ben = await server.user("ann"), await server.user("ben")
    await server.run("ann/own/r1")
    assert (await ben.put("/api/projects/ann/own/star")).status_code == 404
    assert (await ben.delete("/api/projects/ann/own/star")).status_code == 404
    await ann.put("/api/projects/ann/own/star")
    await ann.delete("/api/projects/ann/own")
    await server.run("ann/own/r2")
    assert [project["starred"] for project in (await ann.get("/api/projects")).json()] == [False]
