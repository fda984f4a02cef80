"""The API's description of itself, made from the routes: OpenAPI 3.1, and a page to read it on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.responses import HTMLResponse, Response

from gnomon.server.access import RULES, Right
from gnomon.server.api.docs_page import readable
from gnomon.server.edge.errors import STATUS, Failure
from gnomon.server.edge.route import Bytes, Call, Route
from gnomon.server.version import VERSION

_RIGHTS = {
    Right.OPEN: "Open to everybody.",
    Right.SIGNED_IN: "For everybody who is signed in.",
    Right.READ: "For those who may read the entity.",
    Right.WRITE: "For those who may write in the entity.",
    Right.MANAGE: "For those who manage the entity.",
    Right.ADMIN: "For administrators of the server.",
}

_PATH_PARTS = {
    "entity": "A user or a team; `-` is the caller's own.",
    "project": "Name of the project.",
    "run": "Short id of the run.",
    "sweep": "Short id of the sweep.",
    "report": "Number of the report.",
    "view": "Number of the view.",
    "page": "`project` for the workspace, `run` for the charts of a run.",
    "id": "Number of the key.",
    "name": "Name of the user or the chart; of a file, what browsers call it.",
    "user": "Name of the user.",
    "path": "Path of the file within its run or artifact; may hold slashes.",
    "collection": "Name of the artifact.",
    "version": "Number (`v3`), alias or digest of the version.",
    "agent": "Id of the agent.",
    "draft": "Id of a version that is being made.",
    "upload": "Number of a file that was announced.",
    "number": "Number of the part; the first is 1.",
    "region": "Any; there is one place where bytes are.",
    "artifact": "Id of an artifact that has the bytes.",
    "birth": "Id of the artifact that had the bytes first.",
    "digest": "Digest of the file in hex.",
    "token": "What is granted, signed.",
    "edit": "Number of the edit.",
}


def description(routes: Sequence[Route]) -> dict[str, Any]:
    """The OpenAPI document of these routes."""
    shapes = [shape for route in routes for shape in (route.body, route.answer) if _is_shape(shape)]
    schemas, components = msgspec.json.schema_components([*shapes, Failure], ref_template="#/components/schemas/{name}")
    spelled = iter(schemas)
    paths: dict[str, Any] = {}
    names: set[str] = set()
    for route in routes:
        body = next(spelled) if _is_shape(route.body) else None
        answer = next(spelled) if _is_shape(route.answer) else None
        path = re.sub(r":\w+}", "}", route.path)
        name = route.operation if route.operation not in names else f"{route.operation}.{route.handler.__name__}"
        names.add(name)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, name, path, body, answer)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gnomon",
            "version": VERSION,
            "description": "Experiment tracking: runs, metrics, logs and files. Times are Unix seconds.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key."},
                "basic": {"type": "http", "scheme": "basic", "description": "Any user, an API key as the password."},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "gnomon_session",
                    "description": "Set by signing in. Changes need the header `X-Gnomon-Page: 1` too.",
                },
            },
        },
    }


def routes_for(others: Sequence[Route]) -> list[Route]:
    """The two routes that describe the others, and themselves."""
    described: list[bytes] = []
    page: list[str] = []

    async def document(call: Call) -> Response:
        if not described:
            described.append(msgspec.json.format(msgspec.json.encode(description(every))))
        return Response(described[0], media_type="application/json")

    async def docs(call: Call) -> Response:
        if not page:
            page.append(readable(description(every)))
        return HTMLResponse(page[0])

    own = [
        Route(
            "GET",
            "/api/openapi.json",
            "openapi.get",
            document,
            doc="This description, as OpenAPI 3.1.",
            answer=Bytes("The OpenAPI document.", "application/json"),
            tag="description",
        ),
        Route(
            "GET",
            "/api/docs",
            "docs.get",
            docs,
            doc="This description, to be read.",
            answer=Bytes("A page.", "text/html"),
            tag="description",
        ),
    ]
    every = [*others, *own]
    return own


def _operation(route: Route, name: str, path: str, body: Any, answer: Any) -> dict[str, Any]:
    summary, _, more = route.doc.partition("\n\n")
    rule = RULES[route.operation]
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "description": f"{more} {_RIGHTS[rule.needs]}".strip(),
        "tags": [route.tag or path.split("/")[2 if path.startswith("/api/") else 1]],
        "parameters": [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "string"},
                "description": _PATH_PARTS.get(name, ""),
            }
            for name in re.findall(r"{(\w+)}", path)
        ]
        + [
            {
                "name": param.name,
                "in": "query",
                "required": param.required,
                "description": param.doc,
                "schema": _param_schema(param.type, param.default),
            }
            for param in route.query
        ]
        + [
            {
                "name": header.name,
                "in": "header",
                "required": header.required,
                "description": header.doc,
                "schema": {"type": "string"},
            }
            for header in route.headers
        ],
        "responses": {},
        "security": [] if rule.needs == Right.OPEN else [{"key": []}, {"basic": []}, {"session": []}],
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    elif isinstance(route.body, Bytes):
        operation["requestBody"] = {
            "description": route.body.doc,
            "content": {route.body.media: {"schema": {"type": "string", "format": "binary"}}},
        }
    if answer is not None:
        good: dict[str, Any] = {"description": "Done.", "content": {"application/json": {"schema": answer}}}
        operation["responses"][str(route.status)] = good
    elif isinstance(route.answer, Bytes):
        good = {"description": route.answer.doc, "content": {route.answer.media: {}}}
        operation["responses"][str(route.status)] = good
    else:
        operation["responses"]["204"] = {"description": "Done; there is nothing to say."}
    for kind, status in STATUS.items():
        if _can_fail(route, status):
            operation["responses"][str(status)] = {
                "description": (kind.__doc__ or "").strip(),
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}},
            }
    return operation


def _can_fail(route: Route, status: int) -> bool:
    rule = RULES[route.operation]
    if status == 400:
        return route.body is not None or bool(route.query) or ":path}" in route.path
    if status == 401:
        return rule.needs != Right.OPEN or route.operation == "session.create"
    if status == 403:
        return rule.needs > Right.READ or route.method != "GET"
    if status == 404:
        return "{" in route.path or rule.on != "server"
    if status == 408:
        return route.body is not None
    if status == 409:
        return route.method != "GET"
    if status == 410:
        return "{run}" in route.path and route.method == "POST"
    if status == 507:
        return route.method == "PUT" and isinstance(route.body, Bytes)
    return True


def _is_shape(shape: Any) -> bool:
    return shape is not None and not isinstance(shape, Bytes)


def _param_schema(type: Any, default: Any) -> dict[str, Any]:
    schema = msgspec.json.schema(type)
    if default is not None:
        schema["default"] = msgspec.to_builtins(default)
    return schema
