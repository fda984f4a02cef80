"""Nothing that can be sent is answered with a fault of ours, a traceback or a hang."""

from __future__ import annotations

import gzip
import json
import logging
import re
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gnomon.model.errors import Conflict, Forbidden, GnomonError, NotFound, Rejected, SignInNeeded, Unavailable
from gnomon.server.app import ROUTES
from gnomon.server.edge.body import JSON_BYTES, check_depth, parse_json
from gnomon.server.edge.errors import answer_for
from gnomon.server.edge.route import Bytes
from tests.server.conftest import Server
from tests.server.wandb_api.artifacts import Artifacts

pytestmark = pytest.mark.anyio

WITH_BODY = [route for route in ROUTES if route.body is not None and not isinstance(route.body, Bytes)]
BODIES: list[bytes] = [
    b"", b"{", b"null", b"[]", b"3", b'"x"', b"\xff\xfe", b"{}{}", b'{"x": NaN}', b'{"a": 1e999}', b'{"limit": "x"}',
    b'{"sort": [{"field": "created_at", "more": 1}]}', b'{"filter": {"type": "nope"}}',
    b'{"filter": {"type": "where"}}',
    b'{"filter": {"type": "every", "parts": 3}}', b'{"limit": 0}', b'{"limit": -5}', b'{"limit": 99999999999999999999}',
    b'{"query": "(("}', b'{"query": "name matches \\"(a+)+$\\""}', b'{"sort": [{"field": "nope"}]}', b'{"cursor": "x"}',
    b'{"name": "\\u0000"}', b'{"name": "\\ud800"}', b'{"runs": [], "keys": []}', b"[" * 100_000, b'{"a":' * 100_000,
    b'{"filter": ' + b'{"type": "not", "part": ' * 30 + b"null" + b"}" * 31, b'{"label": ' + b"1" * 5000 + b"}",
    b"\x00" * 100, b"A" * (JSON_BYTES + 1),
]  # fmt: skip


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.operation)
async def test_bodies_that_make_no_sense_are_rejected(server: Server, route: Any) -> None:
    root = await server.user("root", admin=True)
    await server.run("root/vision/r1")
    await Artifacts(root, "root", "vision").log("ds", {"a": b"a"})
    names = {"entity": "root", "project": "vision", "run": "r1", "user": "root", "sweep": "s1", "collection": "ds"}
    names |= {"report": "1", "view": "1", "page": "project"}
    names |= {"version": "latest", "name": "n", "draft": "QXJ0aWZhY3Q6MQ==", "upload": "1", "agent": "a1"}
    url = re.sub(r"{(\w+)(:\w+)?}", lambda match: names[match.group(1)], route.path)
    for body in BODIES:
        answer = await root.request(route.method, url, content=body)
        assert answer.status_code < 500, body[:60]
        if answer.status_code >= 400:
            problem = answer.json()["error"]
            assert problem["kind"]
            assert "Traceback" not in answer.text
            assert str(server.services.settings.data) not in answer.text


async def test_the_field_at_fault_is_named(server: Server) -> None:
    ann = await server.user("ann")
    await server.run("ann/vision/r1")
    answer = await ann.patch("/api/runs/ann/vision/r1", json={"tags": ["x", 3]})
    assert answer.json()["error"] == {
        "kind": "Rejected", "message": "The body is not as it should be: Expected `str`, got `int`", "field": "tags[1]",
    }  # fmt: skip


async def test_compressed_bodies_are_bounded_after_unpacking(server: Server) -> None:
    ann = await server.user("ann")
    await server.run("ann/vision/r1")
    url = "/api/projects/ann/vision/runs"
    bomb = b" " * (200 << 20)
    good = json.dumps({"limit": 1}).encode()
    for encoding, pack in (("gzip", gzip.compress), ("deflate", zlib.compress)):
        headers = {"Content-Encoding": encoding}
        assert (await ann.post(url, content=pack(good), headers=headers)).status_code == 200
        assert (await ann.post(url, content=pack(bomb), headers=headers)).status_code == 400
        assert (await ann.post(url, content=pack(good)[:-3], headers=headers)).status_code == 400
        assert (await ann.post(url, content=pack(good) + b"more", headers=headers)).status_code == 400
        assert (await ann.post(url, content=good, headers=headers)).status_code == 400
    assert (await ann.post(url, content=good, headers={"Content-Encoding": "br"})).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/api/runs/ann/vision/" + "x" * 5000, "/api/runs/ann/%00/r1", "/api/runs/%2e%2e/vision/r1",
     "/api/runs/ann/a%2Fb/r1",
     "/api/runs//vision/r1", "/api/runs/ann/vision/r1?x=" + "y" * 5000, "/api/projects/ann/%F0%9F%98%80",
     "/api/keys/%ff",
     "/api/", "/api", "//api/viewer", "/api/runs/ann/vision/%ff%fe", "/%00", "/..%2f..%2fetc/passwd",
     "/assets/../app.py"],
)  # fmt: skip
async def test_odd_addresses_are_not_found_and_no_fault(server: Server, path: str) -> None:
    ann = await server.user("ann")
    await server.run("ann/vision/r1")
    for method in ("GET", "DELETE", "PATCH"):
        answer = await ann.request(method, path)
        assert answer.status_code < 500
        assert "root:" not in answer.text


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_rejected(body: bytes) -> None:
    try:
        parse_json(body, dict[str, Any])
    except Rejected:
        pass


@given(st.recursive(st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_values_of_usual_depth_pass(value: Any) -> None:
    check_depth(json.dumps(value).encode())


def test_brackets_within_texts_do_not_count_as_depth() -> None:
    check_depth(json.dumps({"a": "[" * 1000 + '"' + "{" * 1000}).encode())
    with pytest.raises(Rejected):
        check_depth(b"[" * 65 + b"]" * 65)


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotFound("x"), 404), (Conflict("x", next_offset=7), 409), (Rejected("x", field="f"), 400), (SignInNeeded("x"),
     401),
     (Forbidden("x"), 403), (Unavailable("x", retry_after_secs=2.5), 503)],
)  # fmt: skip
def test_every_error_has_its_status(error: GnomonError, status: int) -> None:
    answer = answer_for(error)
    problem = json.loads(bytes(answer.body))["error"]
    assert (answer.status_code, problem["kind"], problem["message"]) == (status, type(error).__name__, "x")
    assert problem.get("next_offset") == getattr(error, "next_offset", None)
    assert answer.headers.get("retry-after") == ("3" if status == 503 else None)


async def test_a_fault_of_ours_is_logged_and_answered_without_its_insides(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ann = await server.user("ann")

    async def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("gnomon.server.actions.projects.seen_by", broken)
    with caplog.at_level(logging.ERROR):
        answer = await ann.get("/api/projects")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "secret detail" in caplog.text
