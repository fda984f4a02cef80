"""`POST /graphql`: a document in, data or errors out.

Documents are parsed and checked once and remembered, as clients send the same few again and again. What went wrong in
a field is told in `errors` with status 200, as the client expects; only where it should ask again, or has no business
here, the status says so.
"""

from __future__ import annotations

import logging
import math
from collections import OrderedDict
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    SelectionSetNode,
    execute,
    parse,
    specified_rules,
    validate,
)
from graphql.pyutils import is_awaitable
from starlette.requests import Request
from starlette.responses import Response

from gnomon.model.errors import Conflict, GnomonError, NoRoom, NotFound, Rejected, SignInNeeded, Unavailable
from gnomon.server.edge.body import parse_json, read_body
from gnomon.server.edge.route import Bytes, Call, Route
from gnomon.server.wandb_api.door import Asked
from gnomon.server.wandb_api.schema import load
from gnomon.server.wandb_api.writers import is_shared

log = logging.getLogger("gnomon.server")

MOST_BYTES = 64 << 20
MOST_TOKENS = 5_000
MOST_DEPTH = 30
MOST_REMEMBERED = 500

RULES = [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]
"""Clients send fragments that they happen not to use."""


class Posted(msgspec.Struct, frozen=True):
    """What a client sends. `variables` may hold more than the document declares."""

    query: str = ""
    variables: dict[str, Any] | None = None
    operationName: str | None = None


class Documents:
    """Documents that were parsed and checked against the schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: OrderedDict[str, DocumentNode | list[GraphQLError]] = OrderedDict()

    def get(self, text: str) -> DocumentNode | list[GraphQLError]:
        """The document, or what is wrong with it."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._read(text)
            while len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(text)
        return found

    def _read(self, text: str) -> DocumentNode | list[GraphQLError]:
        try:
            document = parse(text, no_location=True, max_tokens=MOST_TOKENS)
        except GraphQLError as error:
            return [error]
        except RecursionError:
            return [GraphQLError("The document is nested too deep")]
        found = validate(self._schema, document, RULES)
        if not found and depth_of(document) > MOST_DEPTH:
            return [GraphQLError(f"The document is nested deeper than {MOST_DEPTH}")]
        return found or document


def depth_of(document: DocumentNode) -> int:
    """How deep the selections of a valid document are nested, those of its fragments where they are spread."""
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    known: dict[str, int] = {}

    def depth(selections: SelectionSetNode | None) -> int:
        deepest = 0
        for one in selections.selections if selections is not None else ():
            if isinstance(one, FieldNode):
                deepest = max(deepest, 1 + depth(one.selection_set))
            elif isinstance(one, InlineFragmentNode):
                deepest = max(deepest, depth(one.selection_set))
            elif isinstance(one, FragmentSpreadNode):
                name = one.name.value
                if name not in known:
                    known[name] = depth(fragments[name].selection_set)
                deepest = max(deepest, known[name])
        return deepest

    return max(depth(one.selection_set) for one in document.definitions if isinstance(one, OperationDefinitionNode))


_documents: dict[int, Documents] = {}


async def post(call: Call) -> Response:
    """Answer one document."""
    body = await read_body(call.request, call.services, most_bytes=MOST_BYTES)
    posted: Posted = parse_json(body, Posted)
    if not posted.query.strip():
        raise Rejected("The request has no query", field="query")
    schema = load()
    documents = _documents.setdefault(id(schema), Documents(schema))
    document = documents.get(posted.query)
    if isinstance(document, list):
        return _answer(400, {"errors": [{"message": error.message} for error in document]})
    asked = Asked(
        call.services,
        call.caller,
        origin_url(call.request, call.services.settings.base_url),
        call.request.headers.get("user-agent", ""),
        is_shared(call.request),
    )
    result = execute(
        schema,
        document,
        context_value=asked,
        variable_values=posted.variables or {},
        operation_name=posted.operationName or None,
    )
    if is_awaitable(result):
        result = await result
    assert isinstance(result, ExecutionResult)
    return _told(result)


def origin_url(request: Request, base_url: str) -> str:
    """What absolute addresses begin with: the address that is set, or the one this request came to."""
    return base_url.rstrip("/") if base_url else f"{request.url.scheme}://{request.url.netloc}"


def _told(result: ExecutionResult) -> Response:
    if not result.errors:
        return _answer(200, {"data": result.data})
    errors, status, headers = [], 200, {}
    for error in result.errors:
        cause = error.original_error
        said: dict[str, Any] = {"message": error.message}
        if error.path:
            said["path"] = error.path
        if isinstance(cause, GnomonError):
            said["extensions"] = {"code": type(cause).__name__, **_field(cause)}
            if isinstance(cause, SignInNeeded):
                status = 401
            elif isinstance(cause, (Unavailable, NoRoom)):
                status = 503
                headers["Retry-After"] = str(max(1, math.ceil(getattr(cause, "retry_after_secs", None) or 1)))
            elif isinstance(cause, Conflict) and error.path and error.path[0] == "upsertBucket":
                status = 409
            elif isinstance(cause, NotFound) and error.path and error.path[0] == "agentHeartbeat":
                status = 404  # how an agent learns that its sweep was deleted
        elif cause is not None and not isinstance(cause, GraphQLError):
            log.error("the field %s failed", "/".join(map(str, error.path or ())), exc_info=cause)
            said["message"] = "The server made a mistake; its log says which"
            status = 500
        errors.append(said)
    return _answer(status, {"errors": errors, "data": result.data}, headers)


def _field(error: GnomonError) -> dict[str, str]:
    field = getattr(error, "field", None)
    return {"field": field} if field else {}


def _answer(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(
        msgspec.json.encode(body), status, {"Cache-Control": "no-store", **(headers or {})}, "application/json"
    )


routes = [
    Route(
        "POST", "/graphql", "graphql.post", post, tag="wandb",
        doc="GraphQL for the official `wandb` client; the schema can be asked for by introspection.\n\n"
        "Each field is under the rule of the operation that does the same in this API.",
        body=Bytes("`{query, variables, operationName}`", "application/json"),
        answer=Bytes("`{data, errors}`", "application/json"),
    ),
]  # fmt: skip
