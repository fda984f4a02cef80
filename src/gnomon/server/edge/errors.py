"""The one table from what went wrong to what is answered."""

from __future__ import annotations

import logging
import math

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gnomon.model.errors import (
    Conflict,
    Deleted,
    Forbidden,
    GnomonError,
    NoRoom,
    NotFound,
    Rejected,
    SignInNeeded,
    Stalled,
    Unavailable,
)

log = logging.getLogger("gnomon.server")


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong. `field` names the part of the request that is at fault."""

    kind: str
    message: str
    field: str | None = None
    next_offset: int | None = None
    retry_after_secs: float | None = None


class Failure(msgspec.Struct, frozen=True):
    """The body of every answer that is not a success."""

    error: Problem


STATUS: dict[type[GnomonError], int] = {
    Deleted: 410,
    NotFound: 404,
    Conflict: 409,
    Rejected: 400,
    SignInNeeded: 401,
    Forbidden: 403,
    Stalled: 408,
    NoRoom: 507,
    Unavailable: 503,
}


class TooManyTries(Forbidden):
    """Too many wrong passwords for one account; `retry_after_secs` says when the next may be tried."""

    def __init__(self, message: str, *, retry_after_secs: float) -> None:
        super().__init__(message)
        self.retry_after_secs = retry_after_secs


def answer_for(error: Exception, request: Request | None = None) -> Response:
    """The answer that tells of `error`. One that is not ours is written to the log, and told without its insides."""
    kind = next((kind for kind in STATUS if isinstance(error, kind)), None)
    if kind is None:
        where = f"{request.method} {request.url.path}" if request is not None else "a request"
        log.error("%s failed", where, exc_info=error)
        return failure(500, Problem(kind="Fault", message="The server made a mistake; its log says which"))
    retry = getattr(error, "retry_after_secs", None)
    problem = Problem(
        kind=kind.__name__,
        message=str(error),
        field=getattr(error, "field", None),
        next_offset=getattr(error, "next_offset", None),
        retry_after_secs=retry,
    )
    headers = {}
    if retry is not None:
        headers["Retry-After"] = str(max(1, math.ceil(retry)))
    status = 429 if isinstance(error, TooManyTries) else STATUS[kind]
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 408:
        headers["Connection"] = "close"  # the rest of the request may come at any time, or never
    return failure(status, problem, headers)


def failure(status: int, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """An answer that says what went wrong."""
    return Response(msgspec.json.encode(Failure(problem)), status, headers, "application/json")
