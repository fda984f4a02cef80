"""Questions to a server whose answers are needed before anything else can be done; each may be asked again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import quote

import msgspec

from gnomon.sdk.shipper import answers
from gnomon.sdk.shipper.transport import Reply, Transport


class Refused(Exception):
    """The version will not be; the message says why, for a person."""


class NotNow(Exception):
    """The server wants to be asked again later."""

    def __init__(self, message: str, told_secs: float | None = None) -> None:
        super().__init__(message)
        self.told_secs = told_secs


class Connections:
    """Connections to one server, one for each thread that asks for one at a time."""

    def __init__(self, make: Callable[[], Transport]) -> None:
        self._make = make
        self._idle: list[Transport] = []
        self._used: list[Transport] = []
        self._asked: dict[int, float] = {}
        """When what is under way was asked, by the connection."""

    @contextmanager
    def one(self) -> Iterator[Transport]:
        """A connection for as long as it is needed."""
        transport = self._idle.pop() if self._idle else self._make()
        self._used.append(transport)
        self._asked[id(transport)] = time.monotonic()
        try:
            yield transport
        finally:
            del self._asked[id(transport)]
            self._used.remove(transport)
            self._idle.append(transport)

    @property
    def waiting_secs(self) -> float:
        """For how long the youngest question has been under way; 0 where there is none."""
        asked = list(self._asked.values())
        return time.monotonic() - max(asked) if asked else 0.0

    def look_for_key(self) -> None:
        """Somebody may have signed in meanwhile."""
        for transport in (*self._idle, *self._used):
            transport.look_for_key()

    def abort(self) -> None:
        """End all requests under way."""
        for transport in list(self._used):
            transport.abort()

    def close(self) -> None:
        """Let go of them."""
        while self._idle:
            self._idle.pop().close()


def ask(
    connections: Connections,
    method: str,
    path: str,
    said: Any = None,
    *,
    raw: bytes | IO[bytes] | None = None,
    size: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """What the server says to one question, which may be asked again. Raises Refused, NotNow, Unreachable."""
    body = raw if raw is not None else None if said is None else msgspec.json.encode(said)
    sent = dict(headers or {})
    if body is not None:
        sent["Content-Type"] = "application/json" if raw is None else "application/octet-stream"
    with connections.one() as transport:
        reply = transport.request(method, path, body, sent, size)
    if 200 <= reply.status < 300:
        return _json(reply) if reply.body else None
    message = _message(reply)
    if message and reply.status in (400, 403, 404, 405, 409, 410, 411, 413, 415, 422):
        raise Refused(message)
    if reply.status == 401:
        connections.look_for_key()
    told = answers.retry_after_secs(reply.headers.get("retry-after"), now=time.time())
    raise NotNow(message or f"the server answered {reply.status}", told)


def _json(reply: Reply) -> Any:
    try:
        return msgspec.json.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NotNow("what answered does not look like a Gnomon server") from None


def _message(reply: Reply) -> str:
    try:
        return str(msgspec.json.decode(reply.body)["error"]["message"])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError, TypeError):
        return ""


def path_of(*parts: str) -> str:
    """A path of which each part may hold anything."""
    return "".join("/" + quoted(part) for part in parts)


def quoted(part: str) -> str:
    """One part of a path."""
    return quote(part, safe="")
