"""Files of runs by signed addresses, with no other credentials."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import pytest

from tests.server.conftest import Server
from tests.server.wandb_api.asking import ask, begin

pytestmark = pytest.mark.anyio

CREATE = """mutation CreateRunFiles($entity: String!, $project: String!, $run: String!, $files: [String!]!) {
    createRunFiles(input: {entityName: $entity, projectName: $project, runName: $run, files: $files}) {
        runID uploadHeaders files { name uploadUrl } } }"""


async def addresses(client: httpx.AsyncClient, *files: str) -> dict[str, str]:
    await begin(client, "r1")
    found = (await ask(client, CREATE, entity="ann", project="toy", run="r1", files=files))["createRunFiles"]
    assert [file["name"] for file in found["files"]] == list(files)
    return {file["name"]: file["uploadUrl"] for file in found["files"]}


async def put(server: Server, url: str, content: bytes) -> httpx.Response:
    return await server.client().put(url, content=content)


async def test_a_file_is_put_and_put_again_without_credentials(server: Server) -> None:
    ann = await server.user("ann")
    url = (await addresses(ann, "media/ü b.txt"))["media/ü b.txt"]
    assert urlsplit(url).netloc == "localhost:8585"
    assert (await put(server, url, b"one")).status_code == 200
    assert (await put(server, url, b"")).status_code == 200
    (file,) = (await ann.get("/api/runs/ann/toy/r1/files")).json()
    assert (file["path"], file["size_bytes"]) == ("media/ü b.txt", 0)


async def test_an_address_to_write_is_not_one_to_read(server: Server) -> None:
    url = (await addresses(await server.user("ann"), "a.txt"))["a.txt"]
    assert (await server.client().get(url)).status_code == 403


async def test_an_address_ends_after_a_day_and_with_its_run(server: Server) -> None:
    ann = await server.user("ann")
    urls = await addresses(ann, "a.txt", "b.txt")
    server.clock.advance(86_000)
    assert (await put(server, urls["a.txt"], b"x")).status_code == 200
    await ann.delete("/api/runs/ann/toy/r1")
    assert (await put(server, urls["a.txt"], b"x")).status_code == 404
    server.clock.advance(1_000)
    assert (await put(server, urls["b.txt"], b"x")).status_code == 403


async def test_a_path_that_no_file_can_have_gets_no_address(server: Server) -> None:
    urls = await addresses(await server.user("ann"), "../up", "ok")
    assert urls["../up"] is None
    assert urls["ok"]


async def test_others_get_no_addresses(server: Server) -> None:
    await addresses(await server.user("ann"), "a")
    bob = await server.user("bob")
    said = {"entity": "ann", "project": "toy", "run": "r1", "files": ["a"]}
    answer = (await bob.post("/graphql", json={"query": CREATE, "variables": said})).json()
    assert answer["errors"][0]["extensions"]["code"] == "NotFound"


async def test_files_that_have_arrived_are_marked(server: Server) -> None:
    ann = await server.user("ann")
    urls = await addresses(ann, "a", "b")
    await put(server, urls["a"], b"x")
    query = """mutation M($files: [String!]!) { markRunFilesUploaded(input: {entityName: "ann", projectName: "toy",
        runName: "r1", files: $files}) { success } }"""
    assert (await ask(ann, query, files=["a"]))["markRunFilesUploaded"]["success"] is True
    assert (await ask(ann, query, files=["a", "b"]))["markRunFilesUploaded"]["success"] is False
