"""What a route is, and the door every request to one goes through.

A module of this folder says what it answers in a list:

    async def get(call: Call) -> Run:
        return await runs.get(call.services.storage, call.run)

    routes = [
        Route(
            "GET", "/api/runs/{entity}/{project}/{run}", "run.get", get,
            doc="One run, with its metadata and attempts.", answer=Run,
        ),
    ]

The third word is the operation: its line in `gnomon.server.access.RULES` says who may, and on what. When the handler
runs, the caller has that right, and what the rule is *on* is loaded: `call.entity`, `call.project`, `call.run`. Parts
of the path come by these names (`{entity}` may be `-`, the caller's own); where the path has no project, the query
parameter `project=entity/project` stands for both.

A handler returns a value of `answer` (sent as JSON), or a Starlette Response. It raises `gnomon.model.errors`; it never
writes a status. A JSON body is declared with `body=` and found parsed in `call.body`; with `body=Bytes("...")` the
handler reads it by itself, through `body.read_body` or `call.request.stream()`. Query parameters are declared too and
found converted in `call.query`. All of it appears in the API's description.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.routing import Route as StarletteRoute

from gnomon.model.errors import Forbidden, Rejected
from gnomon.server.access import PAGE_HEADER, RULES, Entity, Rule, check
from gnomon.server.caller import Caller, not_there
from gnomon.server.edge.body import read_json
from gnomon.server.edge.errors import answer_for
from gnomon.server.edge.packed import packed
from gnomon.server.services import Services
from gnomon.server.storage.tables import projects, runs
from gnomon.server.storage.tables.projects import ProjectRow
from gnomon.server.storage.tables.runs import RunRow

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True)
class Param:
    """A query parameter. Without `required`, `default` stands for one that is not given."""

    name: str
    doc: str
    type: Any = str
    default: Any = None
    required: bool = False


@dataclass(frozen=True)
class Bytes:
    """A body or an answer that is not JSON: what it is, for the description."""

    doc: str
    media: str = "application/octet-stream"


@dataclass(frozen=True)
class Header:
    """A request header that means something to this route."""

    name: str
    doc: str
    required: bool = False


@dataclass
class Call:
    """One request past the door. Asking for what its rule does not load is a mistake in the route."""

    request: Request
    services: Services
    caller: Caller
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    _entity: Entity | None = None
    _project: ProjectRow | None = None
    _run: RunRow | None = None

    @property
    def entity(self) -> Entity:
        """The entity named, and what the caller may do in it."""
        assert self._entity is not None
        return self._entity

    @property
    def project(self) -> ProjectRow:
        assert self._project is not None
        return self._project

    @property
    def run(self) -> RunRow:
        assert self._run is not None
        return self._run

    def path(self, name: str) -> str:
        """A part of the path, as text."""
        return str(self.request.path_params[name])


Handler = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True)
class Route:
    """One method of one path: who may (`operation`), what goes in and what comes out."""

    method: str
    path: str
    operation: str
    handler: Handler
    doc: str = field(kw_only=True)
    """A sentence, and after a blank line whatever more there is to say."""
    query: tuple[Param, ...] = field(default=(), kw_only=True)
    headers: tuple[Header, ...] = field(default=(), kw_only=True)
    body: Any = field(default=None, kw_only=True)
    answer: Any = field(default=None, kw_only=True)
    status: int = field(default=200, kw_only=True)
    tag: str = field(default="", kw_only=True)
    """Heading in the description; the word after `/api/` where it is empty."""

    @property
    def rule(self) -> Rule:
        return RULES[self.operation]


def mounted(routes: Iterable[Route], services: Services) -> list[BaseRoute]:
    """The routes as Starlette takes them. Raises LookupError where an operation has no rule."""
    routes = list(routes)
    bare = sorted({route.operation for route in routes} - RULES.keys())
    if bare:
        raise LookupError(f"no rule says who may do {', '.join(bare)}; add a line to gnomon.server.access.RULES")
    return [StarletteRoute(route.path, _endpoint(route, services), methods=[route.method]) for route in routes]


def _endpoint(route: Route, services: Services) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            call = await _admit(route, services, request)
            answer = await route.handler(call)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            return answer_for(error, request)
        if answer is None:
            return Response(status_code=204)
        if not isinstance(answer, Response):
            headers = {"Cache-Control": "no-store"}
            answer = Response(_encoder.encode(answer), route.status, headers, "application/json")
        return await packed(answer, request.headers)

    return endpoint


async def _admit(route: Route, services: Services, request: Request) -> Call:
    """Who asks, may they, and what is it about: everything a handler may rely on."""
    caller = await services.access.caller(request)
    if caller.by == "session" and request.method not in SAFE_METHODS and PAGE_HEADER not in request.headers:
        raise Forbidden(f"A request with a cookie that changes something needs the header {PAGE_HEADER}: 1")
    rule = route.rule
    check(caller, rule.needs)
    call = Call(request, services, caller)
    if rule.on != "server":
        if "entity" not in request.path_params and "project" not in request.query_params:
            raise Rejected("The query parameter project is missing", field="project")
        await _load(call, rule)
    call.query = {param.name: _given(param, request) for param in route.query}
    if route.body is not None and not isinstance(route.body, Bytes):
        call.body = await read_json(request, services, route.body)
    return call


async def _load(call: Call, rule: Rule) -> None:
    """What the rule is on, looked up through what the caller may see."""
    names = call.request.path_params
    if "entity" in names:
        entity_name, project_name = names["entity"], names.get("project", "")
    else:
        entity_name, _, project_name = call.request.query_params.get("project", "").partition("/")
    entity = call._entity = await call.services.access.entity(call.caller, entity_name, rule.needs)
    tables = call.services.storage.tables
    if rule.on == "project":
        project = await tables.read(lambda conn: projects.find(conn, entity.key, project_name))
        if project is None:
            raise not_there("project", f"{entity_name}/{project_name}")
        call._project = project
    elif rule.on == "run":
        run = await tables.read(lambda conn: runs.find_named(conn, entity.key, project_name, names["run"]))
        if run is None:
            raise not_there("run", f"{entity_name}/{project_name}/{names['run']}")
        call._run = run


def _given(param: Param, request: Request) -> Any:
    text = request.query_params.get(param.name)
    if text is None:
        if param.required:
            raise Rejected(f"The query parameter {param.name} is missing", field=param.name)
        return param.default
    try:
        return msgspec.convert(text, param.type, strict=False)
    except msgspec.ValidationError as error:
        raise Rejected(f"The query parameter {param.name} is {text!r}: {error}", field=param.name) from None


__all__ = ["Bytes", "Call", "Handler", "Header", "Param", "Route", "mounted"]
