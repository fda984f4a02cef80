"""Artifacts over our own HTTP API, as the page reads and changes them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from gnomon.model.manifest import artifact_id
from tests.server.conftest import Server
from tests.server.wandb_api.artifacts import Artifacts

pytestmark = pytest.mark.anyio

DS = "/api/artifacts/ann/p/collections/ds"
FILES = {"a.txt": b"hello", "img/x.png": b"\x89PNG", "img/y.html": b"<script>"}
LINK = "mutation L($input: LinkArtifactInput!) { linkArtifact(input: $input) { versionIndex } }"
USE = "mutation U($input: UseArtifactInput!) { useArtifact(input: $input) { artifact { id } } }"


@pytest.fixture
async def ann(server: Server) -> Artifacts:
    """Ann, whose run has logged two versions."""
    client = await server.user("ann")
    await server.run("ann/p/r")
    ann = Artifacts(client, "ann", run="r")
    await ann.log("ds", FILES, aliases=["latest", "best"], metadata='{"lr": 0.1}', historyStep=7)
    await ann.log("ds", {**FILES, "b": b"more"})
    return ann


async def get(ann: Artifacts, path: str, **query: Any) -> Any:
    answer = await ann.client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_collections_are_listed_with_their_latest_version(ann: Artifacts) -> None:
    await ann.log("net", {"w": b"1"}, artifactTypeName="model")
    found = await get(ann, "/api/artifacts/ann/p/collections")
    assert [(one["name"], one["type"], one["kind"], one["versions"]) for one in found] == [
        ("net", "model", "sequence", 1),
        ("ds", "dataset", "sequence", 2),
    ]
    assert found[1]["latest"]["version"] == "v1"
    assert [one["name"] for one in await get(ann, "/api/artifacts/ann/p/collections", type="model")] == ["net"]
    assert await get(ann, "/api/artifacts/ann/p/collections", type="nope") == []
    types = await get(ann, "/api/artifacts/ann/p/types")
    assert [(one["name"], one["collections"]) for one in types] == [("dataset", 1), ("model", 1)]


async def test_a_version_is_found_by_number_alias_and_digest(ann: Artifacts) -> None:
    first = await get(ann, f"{DS}/versions/v0")
    assert (first["version"], first["aliases"], first["metadata"]) == ("v0", ["best"], {"lr": 0.1})
    assert first["run"] == {"entity": "ann", "project": "p", "id": "r", "name": "r"}
    assert (first["file_count"], first["user"], first["history_step"]) == (3, "ann", 7)
    for name in ("best", first["digest"]):
        assert await get(ann, f"{DS}/versions/{quote(name)}") == first
    assert (await get(ann, f"{DS}/versions/latest"))["version"] == "v1"
    assert (await ann.client.get(f"{DS}/versions/v9")).status_code == 404
    assert (await ann.client.get("/api/artifacts/ann/p/collections/no")).status_code == 404


async def test_versions_come_in_pages_newest_first(ann: Artifacts) -> None:
    page = await get(ann, f"{DS}/versions", limit=1)
    assert ([one["version"] for one in page["versions"]], page["total"]) == (["v1"], 2)
    page = await get(ann, f"{DS}/versions", limit=1, cursor=page["cursor"])
    assert ([one["version"] for one in page["versions"]], page["cursor"]) == (["v0"], None)
    assert (await ann.client.get(f"{DS}/versions?cursor=x")).status_code == 400
    assert (await ann.client.get(f"{DS}/versions?limit=0")).status_code == 400


async def test_files_are_listed_and_read(ann: Artifacts) -> None:
    page = await get(ann, f"{DS}/versions/v0/entries", limit=2)
    assert ([one["path"] for one in page["entries"]], page["total"]) == (["a.txt", "img/x.png"], 3)
    page = await get(ann, f"{DS}/versions/v0/entries", limit=2, cursor=page["cursor"])
    assert ([one["path"] for one in page["entries"]], page["cursor"]) == (["img/y.html"], None)
    page = await get(ann, f"{DS}/versions/v0/entries", prefix="img/")
    assert [one["path"] for one in page["entries"]] == ["img/x.png", "img/y.html"]
    answer = await ann.client.get(f"{DS}/versions/v0/files/a.txt", headers={"Range": "bytes=1-2"})
    assert (answer.status_code, answer.content) == (206, b"el")
    answer = await ann.client.get(f"{DS}/versions/v0/files/img/y.html")
    assert answer.headers["content-type"].startswith("text/plain")
    assert (await ann.client.get(f"{DS}/versions/v0/files/none")).status_code == 404


async def test_a_reference_to_another_artifact_says_to_which(ann: Artifacts) -> None:
    first = await get(ann, f"{DS}/versions/v0")
    ref = f"wandb-artifact://{b'Artifact:1'.hex()}/img/x.png"
    assert first["id"] == artifact_id(1)
    await ann.log("refs", {}, {"x.png": ref, "s3": "s3://b/x", "other": f"wandb-artifact://{b'Artifact:99'.hex()}/a"})
    entries = (await get(ann, "/api/artifacts/ann/p/collections/refs/versions/v0/entries"))["entries"]
    told = {one["path"]: (one["target"] and one["target"]["version"], one["target_path"]) for one in entries}
    assert told == {"x.png": ("v0", "img/x.png"), "s3": (None, None), "other": (None, None)}
    answer = await ann.client.get("/api/artifacts/ann/p/collections/refs/versions/v0/files/s3")
    assert (answer.status_code, "s3://b/x" in answer.text) == (404, True)


async def test_the_address_in_a_logged_table_means_a_version(ann: Artifacts, server: Server) -> None:
    await ann.log("run-r-t", {"t.table.json": b"{}"}, clientID="c" * 128, sequenceClientID="s" * 128)
    for uri in (
        f"wandb-client-artifact://{'c' * 128}/t.table.json",
        f"wandb-client-artifact://{'s' * 128}:latest/t.table.json",
        f"wandb-artifact://{b'Artifact:3'.hex()}/t.table.json",
    ):
        found = await get(ann, "/api/artifacts/ann/p/place", uri=uri)
        assert (found["artifact"]["collection"], found["artifact"]["version"], found["path"]) == (
            "run-r-t",
            "v0",
            "t.table.json",
        )
    ben = await server.user("ben")
    await server.project("ben", "p")
    for uri, status in ((f"wandb-client-artifact://{'c' * 128}/t", 404), ("http://x/y", 400)):
        answer = await ben.get("/api/artifacts/ben/p/place", params={"uri": uri})
        assert answer.status_code == status


async def test_a_person_changes_what_is_said_of_a_version(ann: Artifacts) -> None:
    given = {"description": "good", "metadata": {"a": 1}, "aliases": ["prod"], "tags": ["x"], "ttl_secs": 60}
    changed = (await ann.client.patch(f"{DS}/versions/v0", json=given)).json()
    assert {name: changed[name] for name in given} == given
    assert changed["expires_at"] == changed["created_at"] + 60
    assert (await ann.client.get(f"{DS}/versions/best")).status_code == 404
    kept = (await ann.client.patch(f"{DS}/versions/v0", json={"ttl_secs": None, "tags": []})).json()
    assert (kept["ttl_secs"], kept["tags"], kept["aliases"], kept["description"]) == (None, [], ["prod"], "good")
    for wrong in ({"aliases": ["v7"]}, {"tags": ["a/b"]}, {"ttl_secs": -2}, {"nope": 1}):
        assert (await ann.client.patch(f"{DS}/versions/v0", json=wrong)).status_code == 400
    lines = (await ann.client.get(f"{DS}/versions/prod")).json()
    assert lines["version"] == "v0"


async def test_a_person_changes_and_deletes_collections(ann: Artifacts) -> None:
    await ann.log("net", {"w": b"1"}, artifactTypeName="model")
    given = {"name": "data", "description": "all", "tags": ["gold"], "type": "table"}
    changed = (await ann.client.patch(DS, json=given)).json()
    assert {name: changed[name] for name in given} == given
    assert (await ann.client.patch("/api/artifacts/ann/p/collections/data", json={"name": "net"})).status_code == 409
    assert (await ann.client.delete("/api/artifacts/ann/p/collections/data")).status_code == 204
    assert [one["name"] for one in await get(ann, "/api/artifacts/ann/p/collections")] == ["net"]


async def test_a_version_with_aliases_is_deleted_only_on_request(ann: Artifacts) -> None:
    answer = await ann.client.delete(f"{DS}/versions/v0")
    assert (answer.status_code, "'best'" in answer.text) == (409, True)
    assert (await ann.client.delete(f"{DS}/versions/v0?delete_aliases=true")).status_code == 204
    assert [one["version"] for one in (await get(ann, f"{DS}/versions"))["versions"]] == ["v1"]


async def test_a_version_in_a_portfolio_says_where_it_is_from_and_is_unlinked(ann: Artifacts) -> None:
    given = {"artifactID": artifact_id(1), "artifactPortfolioName": "best", "entityName": "ann", "projectName": "reg"}
    await ann.ask(LINK, input=given)
    path = "/api/artifacts/ann/reg/collections/best/versions/v0"
    found = await get(ann, path)
    assert (found["collection"], found["source"]["collection"], found["source"]["project"]) == ("best", "ds", "p")
    assert (await ann.client.delete(path)).status_code == 204
    assert (await ann.client.get(path)).status_code == 404
    assert (await ann.client.get(f"{DS}/versions/v0")).status_code == 200


async def test_lineage_goes_both_ways_as_far_as_asked(ann: Artifacts, server: Server) -> None:
    for number, name in enumerate(("train", "test")):
        await server.run(f"ann/p/{name}")
        given = {"artifactID": artifact_id(1 + number * 2), "entityName": "ann", "projectName": "p", "runName": name}
        await ann.ask(USE, input=given)
        await Artifacts(ann.client, "ann", run=name).log(f"of-{name}", {"w": name.encode()})
    graph = await get(ann, f"{DS}/versions/v0/lineage")
    names = {
        node["id"]: node["run"]["id"] if node["run"] else f"{node['artifact']['collection']}" for node in graph["nodes"]
    }
    edges = {(names[edge["source"]], names[edge["target"]]) for edge in graph["edges"]}
    assert edges == {("r", "ds"), ("ds", "train"), ("train", "of-train"), ("of-train", "test"), ("test", "of-test")}
    assert (names[graph["root"]], graph["cut"]) == ("ds", False)
    near = await get(ann, f"{DS}/versions/v0/lineage", depth=1)
    assert near["cut"]
    assert len(near["nodes"]) == 4
    found = await get(ann, "/api/runs/ann/p/train/artifacts")
    assert [one["collection"] for one in found["used"]] == ["ds"]
    assert [one["collection"] for one in found["logged"]] == ["of-train"]


async def test_what_others_may_not_see_is_not_in_a_lineage(ann: Artifacts, server: Server) -> None:
    ben = await server.user("ben")
    await server.team("lab", ann="member", ben="viewer")
    server.services.access.forget()
    await server.run("lab/p/shared", user="ann")
    given = {"artifactID": artifact_id(1), "entityName": "lab", "projectName": "p", "runName": "shared"}
    await ann.ask(USE, input=given)
    model = await Artifacts(ann.client, "lab", run="shared").log("net", {"w": b"1"})
    graph = (await ben.get("/api/artifacts/lab/p/collections/net/versions/v0/lineage")).json()
    assert [node["run"] and node["run"]["id"] for node in graph["nodes"]] == [None, "shared"]
    assert graph["root"] == model
    assert (await ben.get("/api/runs/lab/p/shared/artifacts")).json()["used"] == []


async def test_a_version_says_what_it_has_otherwise_than_another(ann: Artifacts) -> None:
    await ann.log("ds", {"a.txt": b"hello, you", "img/x.png": b"\x89PNG", "new": b"12"})
    found = await get(ann, f"{DS}/versions/v2/diff", before="v0")
    assert (found["before"]["version"], found["after"]["version"]) == ("v0", "v2")
    assert found["changes"] == [
        {"path": "a.txt", "kind": "changed", "size_before": 5, "size_after": 10},
        {"path": "img/y.html", "kind": "removed", "size_before": 8, "size_after": None},
        {"path": "new", "kind": "added", "size_before": None, "size_after": 2},
    ]
    assert (found["added"], found["removed"], found["changed"], found["same"]) == (1, 1, 1, 1)
    assert (found["bytes_added"], found["bytes_removed"], found["cut"]) == (12, 13, False)
    same = await get(ann, f"{DS}/versions/best/diff", before="v0")
    assert (same["changes"], same["same"]) == ([], 3)
    assert (await ann.client.get(f"{DS}/versions/v2/diff?before=v9")).status_code == 404
    assert (await ann.client.get(f"{DS}/versions/v2/diff")).status_code == 400
