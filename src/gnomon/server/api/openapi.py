"""The API's description of itself, made from the routes: OpenAPI 3.1, and a page to read it on."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.responses import HTMLResponse, Response

from gnomon.server.access import RULES, Right
from gnomon.server.api.errors import STATUS, Failure
from gnomon.server.api.route import Bytes, Call, Route
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
    "id": "Number of the key.",
    "path": "Path of the file within its run; may hold slashes.",
}


def description(routes: Sequence[Route]) -> dict[str, Any]:
    """The OpenAPI document of these routes."""
    shapes = [shape for route in routes for shape in (route.body, route.answer) if _is_shape(shape)]
    schemas, components = msgspec.json.schema_components(
        [*shapes, Failure], ref_template="#/components/schemas/{name}"
    )
    spelled = iter(schemas)
    paths: dict[str, Any] = {}
    for route in routes:
        body = next(spelled) if _is_shape(route.body) else None
        answer = next(spelled) if _is_shape(route.answer) else None
        path = re.sub(r":\w+}", "}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, path, body, answer)
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
                    "type": "apiKey", "in": "cookie", "name": "gnomon_session",
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
        Route("GET", "/api/openapi.json", "openapi.get", document, doc="This description, as OpenAPI 3.1.",
              answer=Bytes("The OpenAPI document.", "application/json"), tag="description"),
        Route("GET", "/api/docs", "docs.get", docs, doc="This description, to be read.",
              answer=Bytes("A page.", "text/html"), tag="description"),
    ]
    every = [*others, *own]
    return own


def readable(document: dict[str, Any]) -> str:
    """A page that shows the document and needs nothing but itself."""
    groups: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_operation_html(path, method, operation))
    schemas = "".join(
        f'<details id="schema-{html.escape(name)}"><summary><code>{html.escape(name)}</code> '
        f'<span>{html.escape(schema.get("description", ""))}</span></summary>{_schema_html(schema)}</details>'
        for name, schema in sorted(document["components"]["schemas"].items())
    )
    menu = "".join(f'<a href="#{html.escape(tag)}">{html.escape(tag)}</a>' for tag in [*groups, "schemas"])
    body = "".join(f'<h2 id="{html.escape(tag)}">{html.escape(tag)}</h2>{"".join(parts)}' for tag, parts in groups.items())
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Gnomon API</title><style>{_STYLE}</style><nav><b>Gnomon API</b>{menu}"
        f'<a href="/api/openapi.json">openapi.json</a></nav><main><h1>Gnomon API</h1>'
        f"<p>{html.escape(document['info']['description'])} Send an API key as <code>Authorization: Bearer KEY</code>, or as "
        f"the password of basic authentication.</p>{body}<h2 id='schemas'>schemas</h2>{schemas}</main></html>"
    )


def _operation(route: Route, path: str, body: Any, answer: Any) -> dict[str, Any]:
    summary, _, more = route.doc.partition("\n\n")
    rule = RULES[route.operation]
    operation: dict[str, Any] = {
        "operationId": route.operation,
        "summary": summary,
        "description": f"{more} {_RIGHTS[rule.needs]}".strip(),
        "tags": [route.tag or path.split("/")[2 if path.startswith("/api/") else 1]],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"},
             "description": _PATH_PARTS.get(name, "")}
            for name in re.findall(r"{(\w+)}", path)
        ] + [
            {"name": param.name, "in": "query", "required": param.required, "description": param.doc,
             "schema": _param_schema(param.type, param.default)}
            for param in route.query
        ] + [
            {"name": header.name, "in": "header", "required": header.required, "description": header.doc,
             "schema": {"type": "string"}}
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
        return route.body is not None or bool(route.query)
    if status == 401:
        return rule.needs != Right.OPEN or route.operation == "session.create"
    if status == 403:
        return rule.needs > Right.READ or route.method != "GET"
    if status == 404:
        return "{" in route.path
    if status == 409:
        return route.method in ("POST", "PUT")
    return True


def _is_shape(shape: Any) -> bool:
    return shape is not None and not isinstance(shape, Bytes)


def _param_schema(type: Any, default: Any) -> dict[str, Any]:
    schema = msgspec.json.schema(type)
    if default is not None:
        schema["default"] = msgspec.to_builtins(default)
    return schema


def _operation_html(path: str, method: str, operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{html.escape(param['name'])}</code></td><td>{param['in']}</td>"
        f"<td>{_schema_html(param['schema'])}</td><td>{_text(param['description'])}</td></tr>"
        for param in operation["parameters"]
    )
    parts = [f"<p>{_text(operation['description'])}</p>", f"<table>{rows}</table>" if rows else ""]
    if "requestBody" in operation:
        parts.append(f"<h4>Body</h4>{_content_html(operation['requestBody'])}")
    for status, answer in operation["responses"].items():
        if status < "300":
            parts.append(f"<h4>{status}</h4>{_content_html(answer)}")
    failures = "".join(
        f"<li><code>{status}</code> {_text(answer['description'])}</li>"
        for status, answer in operation["responses"].items() if status >= "300"
    )
    return (
        f'<details class="op" id="{html.escape(operation["operationId"])}"><summary><b class="{method}">{method.upper()}</b>'
        f'<code>{html.escape(path)}</code><span>{_text(operation["summary"])}</span></summary>'
        f"<div>{''.join(parts)}<h4>Failures</h4><ul>{failures}</ul></div></details>"
    )


def _content_html(answer: dict[str, Any]) -> str:
    text = _text(answer.get("description", ""))
    for media, content in answer.get("content", {}).items():
        text += f" <code>{html.escape(media)}</code> {_schema_html(content.get('schema', {}))}"
    return f"<p>{text}</p>"


def _schema_html(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return f'<a href="#schema-{html.escape(name)}">{html.escape(name)}</a>'
    if "properties" in schema:
        rows = "".join(
            f"<tr><td><code>{html.escape(name)}</code>{'' if name in schema.get('required', ()) else ' <i>optional</i>'}</td>"
            f"<td>{_schema_html(part)}</td></tr>"
            for name, part in schema["properties"].items()
        )
        return f"<table>{rows}</table>"
    if "anyOf" in schema:
        return " or ".join(_schema_html(part) for part in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_schema_html(schema.get('items', {}))}" if schema.get("items") else "list"
    if "enum" in schema:
        return " ".join(f"<code>{html.escape(json.dumps(value))}</code>" for value in schema["enum"])
    kind = schema.get("type", "anything")
    default = f" <i>= {html.escape(json.dumps(schema['default']))}</i>" if schema.get("default") is not None else ""
    return html.escape(str(kind)) + default


def _text(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


_STYLE = """
:root{--ink:#1c1e21;--soft:#626973;--line:#e3e6ea;--back:#fff;--raise:#f6f7f9;--accent:#2f6fde}
@media(prefers-color-scheme:dark){:root{--ink:#e4e6ea;--soft:#9aa1ab;--line:#2c3036;--back:#16181b;--raise:#1e2125;--accent:#7fb0ff}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:14px/1.55 system-ui,sans-serif;display:flex}
nav{position:sticky;top:0;height:100vh;overflow:auto;width:13rem;flex:none;padding:1.5rem;border-right:1px solid var(--line)}
nav a,nav b{display:block;padding:.2rem 0}a{color:var(--accent);text-decoration:none}
main{flex:1;min-width:0;max-width:60rem;padding:1rem 2.5rem 6rem}h2{margin:2.2rem 0 .6rem}h4{margin:1rem 0 .2rem;color:var(--soft)}
code{font:12.5px ui-monospace,monospace}details{border:1px solid var(--line);border-radius:6px;margin:.4rem 0;background:var(--raise)}
summary{padding:.5rem .8rem;cursor:pointer}summary span{color:var(--soft);margin-left:.8rem}details>div,details>table{margin:0 1rem 1rem}
.op summary b{display:inline-block;width:4.2rem;font-size:12px}.get{color:#1a7f4b}.post{color:#2f6fde}.patch,.put{color:#b06f00}.delete{color:#c8372d}
table{border-collapse:collapse;width:calc(100% - 2rem)}td{border-top:1px solid var(--line);padding:.3rem .6rem .3rem 0;vertical-align:top}
td table{width:100%}i{color:var(--soft);font-style:normal;font-size:12px}
"""
