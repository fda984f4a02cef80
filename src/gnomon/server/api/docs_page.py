"""The API's description as a page that needs nothing but itself."""

from __future__ import annotations

import html
import json
import re
from typing import Any


def readable(document: dict[str, Any]) -> str:
    """A page that shows the document and needs nothing but itself."""
    groups: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_operation_html(path, method, operation))
    schemas = "".join(
        f'<details id="schema-{html.escape(name)}"><summary><code>{html.escape(name)}</code> '
        f"<span>{html.escape(schema.get('description', ''))}</span></summary>{_schema_html(schema)}</details>"
        for name, schema in sorted(document["components"]["schemas"].items())
    )
    menu = "".join(f'<a href="#{html.escape(tag)}">{html.escape(tag)}</a>' for tag in [*groups, "schemas"])
    body = "".join(
        f'<h2 id="{html.escape(tag)}">{html.escape(tag)}</h2>{"".join(parts)}' for tag, parts in groups.items()
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Gnomon API</title><style>{_STYLE}</style><nav><b>Gnomon API</b>{menu}"
        f'<a href="/api/openapi.json">openapi.json</a></nav><main><h1>Gnomon API</h1>'
        f"<p>{html.escape(document['info']['description'])} Send an API key as "
        f"<code>Authorization: Bearer KEY</code>, or as "
        f"the password of basic authentication.</p>{body}<h2 id='schemas'>schemas</h2>{schemas}</main></html>"
    )


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
        for status, answer in operation["responses"].items()
        if status >= "300"
    )
    return (
        f'<details class="op" id="{html.escape(operation["operationId"])}">'
        f'<summary><b class="{method}">{method.upper()}</b>'
        f"<code>{html.escape(path)}</code><span>{_text(operation['summary'])}</span></summary>"
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
            f"<tr><td><code>{html.escape(name)}</code>"
            f"{'' if name in schema.get('required', ()) else ' <i>optional</i>'}</td>"
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
:root { --ink: #1c1e21; --soft: #626973; --line: #e3e6ea; --back: #fff; --raise: #f6f7f9; --accent: #2f6fde }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e6ea; --soft: #9aa1ab; --line: #2c3036; --back: #16181b; --raise: #1e2125; --accent: #7fb0ff }
}
* { box-sizing: border-box }
body { margin: 0; display: flex; background: var(--back); color: var(--ink); font: 14px/1.55 system-ui, sans-serif }
nav { position: sticky; top: 0; height: 100vh; width: 13rem; flex: none; overflow: auto; padding: 1.5rem;
  border-right: 1px solid var(--line) }
nav a, nav b { display: block; padding: .2rem 0 }
a { color: var(--accent); text-decoration: none }
main { flex: 1; min-width: 0; max-width: 60rem; padding: 1rem 2.5rem 6rem }
h2 { margin: 2.2rem 0 .6rem }
h4 { margin: 1rem 0 .2rem; color: var(--soft) }
code { font: 12.5px ui-monospace, monospace }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; background: var(--raise) }
details > div, details > table { margin: 0 1rem 1rem }
summary { padding: .5rem .8rem; cursor: pointer }
summary span { color: var(--soft); margin-left: .8rem }
.op summary b { display: inline-block; width: 4.2rem; font-size: 12px }
.get { color: #1a7f4b } .post { color: #2f6fde } .patch, .put { color: #b06f00 } .delete { color: #c8372d }
table { border-collapse: collapse; width: calc(100% - 2rem) }
td { border-top: 1px solid var(--line); padding: .3rem .6rem .3rem 0; vertical-align: top }
td table { width: 100% }
i { color: var(--soft); font-style: normal; font-size: 12px }
"""
