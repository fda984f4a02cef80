from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gnomon.server.app import ROUTES
from tests.server.conftest import Server

pytestmark = pytest.mark.anyio


async def described(server: Server) -> Any:
    return (await server.client().get("/api/openapi.json")).json()


async def test_every_route_is_described_in_full(server: Server) -> None:
    document = await described(server)
    assert document["openapi"] == "3.1.0"
    for route in ROUTES:
        operation = document["paths"][re.sub(r":\w+}", "}", route.path)][route.method.lower()]
        assert operation["operationId"].startswith(route.operation)
        assert operation["summary"].endswith("."), route.operation
        assert operation["responses"]
        in_path = {item["name"] for item in operation["parameters"] if item["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)", route.path))
        assert all(item["description"] for item in operation["parameters"]), route.operation
        assert ("requestBody" in operation) == (route.body is not None)


async def test_operations_have_names_of_their_own(server: Server) -> None:
    paths = (await described(server))["paths"]
    names = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(names) == len(set(names))


async def test_every_reference_leads_somewhere(server: Server) -> None:
    document = await described(server)
    for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)):
        assert name in document["components"]["schemas"]


async def test_the_page_shows_every_route_and_asks_nobody_else(server: Server) -> None:
    answer = await server.client().get("/api/docs")
    assert answer.headers["content-type"].startswith("text/html")
    for route in ROUTES:
        assert f'id="{route.operation}"' in answer.text
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", answer.text)
    assert "<script" not in answer.text


async def test_the_ways_to_fail_are_described(server: Server) -> None:
    paths = (await described(server))["paths"]

    def statuses(method: str, path: str) -> set[str]:
        return {status for status in paths[path][method]["responses"] if status >= "400"}

    run = "/api/runs/{entity}/{project}/{run}"
    assert statuses("get", "/api/users") == {"401", "403", "503"}
    assert {"404", "409"} <= statuses("delete", "/api/users/{name}")
    assert {"400", "404"} <= statuses("get", "/api/live")
    assert "400" in statuses("get", run + "/files/{path}")
    assert {"408", "507"} <= statuses("put", run + "/files/{path}")
    assert {"409", "410"} <= statuses("post", run + "/journal")
    assert not {"408", "409", "410", "507"} & statuses("get", run)


async def test_a_stream_of_no_project_in_particular_is_refused(server: Server) -> None:
    ann = await server.user("ann")
    answer = await ann.get("/api/live")
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "project")
