"""Who may do what: every rule, and a matrix made from the routes themselves."""

from __future__ import annotations

import base64
import re
from typing import Any

import anyio
import httpx
import pytest

from gnomon.server.access import REMEMBER_SECS, RULES, Right
from gnomon.server.api import openapi
from gnomon.server.app import ROUTES, is_loopback
from gnomon.server.edge.route import Route, mounted
from gnomon.server.storage.tables import accounts
from gnomon.server.wandb_api.schema import operations
from tests.server.conftest import Server

pytestmark = pytest.mark.anyio

ALL_ROUTES = [*ROUTES, *openapi.routes_for(ROUTES)]
SCOPED = [route for route in ALL_ROUTES if route.rule.on != "server"]
NAMES = [f"{route.method} {route.operation}" for route in SCOPED]


def request_to(route: Route, entity: str, project: str = "vision", run: str = "r1") -> dict[str, Any]:
    """A request of the right form to a route about these."""
    names = {"entity": entity, "project": project, "run": run, "path": "a.txt", "id": "1", "user": "ann", "edit": "1",
             "collection": "ds", "version": "v0", "region": "default", "birth": "QQ==", "artifact": "QQ==",
             "digest": "ab" * 16, "name": "a.txt", "sweep": "s1", "report": "1", "view": "1", "page": "project",
             "draft": "QXJ0aWZhY3Q6OTk=", "upload": "1", "number": "1", "agent": "a1"}  # fmt: skip
    url = re.sub(r"{(\w+)(:\w+)?}", lambda match: names[match.group(1)], route.path)
    given: dict[str, Any] = {"method": route.method, "url": url}
    if "{entity}" not in route.path:
        given["params"] = {"project": f"{entity}/{project}"}
    if route.method in ("POST", "PATCH", "PUT"):
        given["content"] = b"{}"
    return given


async def ask(client: httpx.AsyncClient, route: Route, *where: str) -> httpx.Response:
    return await client.request(**request_to(route, *where))


def test_every_operation_has_a_rule_and_every_rule_an_operation() -> None:
    assert {route.operation for route in ALL_ROUTES} | operations() == RULES.keys()


def test_an_application_with_a_route_without_a_rule_cannot_be_built() -> None:
    async def handler(call: Any) -> None: ...

    with pytest.raises(LookupError, match="no rule says who may do secret.read"):
        mounted([Route("GET", "/api/secret", "secret.read", handler, doc="Secret.")], services=None)  # type: ignore[arg-type]


def test_what_only_reads_needs_no_more_than_reading() -> None:
    asked = ("runs", "groups", "series", "export", "sql", "records", "readings")
    searches = {"artifact.read", "tables.sql", "tables.convert", *(f"project.{name}" for name in asked)}
    own = {"view.leave", "project.alerts.read", "project.star"}  # is written for oneself alone
    for route in SCOPED:
        reads = route.method in ("GET", "HEAD") or route.operation in searches | own
        assert (route.rule.needs == Right.READ) == reads, route.operation


@pytest.mark.parametrize("route", SCOPED, ids=NAMES)
async def test_nobody_gets_what_is_not_theirs(server: Server, route: Route) -> None:
    await server.user("ann")
    ben = await server.user("ben")
    await server.run("ann/vision/r1")

    anonymous = await ask(server.client(), route, "ann")
    stranger = await ask(ben, route, "ann")
    nowhere = await ask(ben, route, "zzz")

    assert anonymous.status_code == 401
    assert stranger.status_code == nowhere.status_code == 404
    assert stranger.text == nowhere.text.replace("zzz", "ann")


@pytest.mark.parametrize("route", SCOPED, ids=NAMES)
async def test_a_wrong_key_is_nobodys(server: Server, route: Route) -> None:
    await server.user("ann")
    await server.run("ann/vision/r1")
    assert (await ask(server.client("0" * 40), route, "ann")).status_code == 401


@pytest.mark.parametrize("route", SCOPED, ids=NAMES)
async def test_viewers_of_a_team_read_and_members_write(server: Server, route: Route) -> None:
    vic, mia = await server.user("vic"), await server.user("mia")
    await server.team("lab", vic="viewer", mia="member")
    await server.run("lab/vision/r1", user="mia")
    if route.operation == "project.live":
        return  # its answer does not end; that it is refused to others is tested above

    viewed = await ask(vic, route, "lab")
    written = await ask(mia, route, "lab")

    if route.rule.needs > Right.READ:
        assert viewed.status_code == 403
        assert viewed.json()["error"]["kind"] == "Forbidden"
    else:
        assert viewed.status_code not in (401, 403)
    if route.rule.needs > Right.WRITE:
        assert written.status_code == 403
    else:
        assert written.status_code not in (401, 403)
    assert viewed.status_code < 500
    assert written.status_code < 500


@pytest.mark.parametrize("route", SCOPED, ids=NAMES)
async def test_a_removed_member_is_a_stranger_again(server: Server, route: Route) -> None:
    mia = await server.user("mia")
    await server.team("lab", mia="member")
    await server.run("lab/vision/r1", user="mia")
    assert (await mia.get("/api/projects/lab/vision")).status_code == 200

    def remove(conn: Any) -> None:
        entity, user = accounts.find_entity(conn, "lab"), accounts.find_user(conn, "mia")
        assert entity is not None
        assert user is not None
        assert accounts.remove_member(conn, entity, user.key)

    await server.services.storage.tables.write(remove)
    server.clock.advance(REMEMBER_SECS + 0.1)
    assert (await ask(mia, route, "lab")).status_code == 404


@pytest.mark.parametrize("operation", ["users.list", "users.create"])
async def test_only_administrators_manage_users(server: Server, operation: str) -> None:
    (route,) = [route for route in ROUTES if route.operation == operation]
    ann, root = await server.user("ann"), await server.user("root", admin=True)
    assert (await ask(server.client(), route, "")).status_code == 401
    assert (await ask(ann, route, "")).status_code == 403
    assert (await ask(root, route, "")).status_code in (200, 400)


async def test_administrators_may_do_everything_everywhere(server: Server) -> None:
    await server.user("ann")
    root = await server.user("root", admin=True)
    await server.run("ann/vision/r1")
    assert (await root.get("/api/runs/ann/vision/r1")).status_code == 200
    assert (await root.delete("/api/runs/ann/vision/r1")).status_code == 204
    assert (await root.get("/api/projects/zzz/vision")).status_code == 404


async def test_a_dash_is_the_callers_own_entity(server: Server) -> None:
    ann = await server.user("ann")
    await server.run("ann/vision/r1")
    assert (await ann.get("/api/runs/-/vision/r1")).json()["entity"] == "ann"


async def test_a_project_does_not_show_another_projects_run(server: Server) -> None:
    ann = await server.user("ann")
    await server.run("ann/vision/r1")
    await server.run("ann/speech/r2")
    assert (await ann.get("/api/runs/ann/speech/r1")).status_code == 404


async def test_a_key_is_taken_as_the_password_of_basic_authentication(server: Server) -> None:
    ann = await server.user("ann")
    secret = ann.headers["authorization"].split()[1]
    spelled = base64.b64encode(f"api:{secret}".encode()).decode()
    answer = await server.client().get("/api/viewer", headers={"Authorization": f"Basic {spelled}"})
    assert answer.json()["user"]["name"] == "ann"


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic", "Basic !!!", "Basic YWJj", "Digest x", "Bearer x y", "x", "Basic \x7f"]
)
async def test_a_header_that_holds_no_key_asks_to_sign_in(server: Server, header: str) -> None:
    answer = await server.client().get("/api/viewer", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_key_used_is_noted(server: Server) -> None:
    ann = await server.user("ann")
    await ann.get("/api/viewer")
    await anyio.sleep(0)  # the note is made beside the answer
    await server.services.storage.tables.write(lambda conn: None)  # and writes happen in order
    (key,) = (await ann.get("/api/keys")).json()
    assert key["used_at"] == server.clock()


async def test_foreign_host_names_are_refused_on_loopback(server: Server) -> None:
    ann = await server.user("ann")
    for host in ("evil.example", "localhost.evil.example:8585", "127.0.0.1.evil.example", "10.0.0.1", ""):
        answer = await ann.get("/api/viewer", headers={"Host": host})
        assert answer.status_code == 400, host
        assert answer.json()["error"]["field"] == "host"


@pytest.mark.parametrize(
    ("host", "ours"),
    [("localhost", True), ("localhost:1", True), ("127.0.0.1:8585", True), ("127.8.9.1", True), ("[::1]:80", True),
     ("[::1]", True), ("a.localhost:80", True), ("LOCALHOST", True), ("127.0.0.1.example", False), ("127.1.1.999",
     False),
     ("localhost.example", False), ("::1", False), ("", False), ("8585", False)],
)  # fmt: skip
def test_loopback_names_are_told_from_others(host: str, ours: bool) -> None:
    assert is_loopback(host) is ours


async def test_every_answer_tells_browsers_to_stay_strict(server: Server) -> None:
    for path in ("/", "/api/viewer", "/api/docs", "/api/nothing"):
        answer = await server.client().get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
