"""Questions to a server that the script itself waits for: artifacts, sweeps, the public `Api`.

Rows never come this way; the shipper sends those. What is asked here may fail, and says so by raising.
"""

from __future__ import annotations

import os
import random
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import msgspec

from gnomon.sdk import credentials, shipping
from gnomon.sdk import settings as options
from gnomon.sdk.errors import AuthenticationError, CommError
from gnomon.sdk.shipper.answers import retry_after_secs, wait_secs
from gnomon.sdk.shipper.transport import Reply, Transport, Unreachable

if TYPE_CHECKING:
    from typing_extensions import Self

TIMEOUT_SECS = 60.0
"""How long one question may take, with everything that is tried again."""
_AGAIN = frozenset((429, 502, 503, 504))


class NotThere(CommError):
    """The server has nothing of this name, or does not say that it has."""


class Service:
    """One server, for all threads of this process: each has a connection of its own.

    Every method raises CommError (NotThere, AuthenticationError) in words a person can act on. A question that was not
    answered, or answered with "later", is asked again with growing pauses until `timeout_secs` have gone by; one that
    changes something is asked again only where the server has certainly not taken it, or where `repeatable`.
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout_secs: float = TIMEOUT_SECS,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """Without arguments: the server and the key that scripts of this user mean."""
        self.base_url = base_url or options.load(environ, file=credentials.settings_file(environ)).base_url
        self.timeout_secs = timeout_secs
        self._api_key, self._environ = api_key, environ
        self._mine = threading.local()

    @classmethod
    def of(cls, settings: options.Settings, *, environ: Mapping[str, str] = os.environ) -> Self:
        """The server that settings name, by the key, the proxies, the headers and the patience that they name."""
        more = {**environ, **shipping.secrets(settings)}
        return cls(settings.base_url, settings.api_key, timeout_secs=settings.http_timeout, environ=more)

    def get(self, path: str, **query: Any) -> Any:
        """The JSON value at a path below `/api`; None values of the query are left out."""
        return self._json(self.request("GET", path, query=query))

    def post(self, path: str, said: Any = None, *, repeatable: bool = False, **query: Any) -> Any:
        """Send a JSON value; the JSON value that is answered."""
        return self._json(self.request("POST", path, _encoded(said), query=query, repeatable=repeatable))

    def patch(self, path: str, said: Any) -> Any:
        """Change what is there."""
        return self._json(self.request("PATCH", path, _encoded(said), repeatable=True))

    def put(self, path: str, said: Any = None, **query: Any) -> Any:
        """Set what is there."""
        return self._json(self.request("PUT", path, _encoded(said), query=query, repeatable=True))

    def delete(self, path: str, **query: Any) -> Any:
        """Remove what is there."""
        return self._json(self.request("DELETE", path, query=query, repeatable=True))

    def request(
        self,
        method: str,
        path: str,
        body: bytes | IO[bytes] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        size: int | None = None,
        repeatable: bool | None = None,
    ) -> Reply:
        """One question and its whole answer, which is a success (2xx)."""
        again = method == "GET" if repeatable is None else repeatable
        sent = {"Content-Type": "application/json", **(headers or {})} if body is not None else headers
        target = path + _query(query)
        return self._insisted(lambda transport: transport.request(method, target, body, sent, size), again)

    def read(
        self, path: str, *, query: Mapping[str, Any] | None = None, method: str = "GET", body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:  # fmt: skip
        """The whole answer to a question that changes nothing, however long it is."""
        target = path + _query(query)

        def ask(transport: Transport) -> Reply:
            found = bytearray()
            reply = transport.download(method, target, body, headers or {}, found.extend)
            return reply._replace(body=bytes(found) or reply.body)

        return self._insisted(ask, True).body

    def download(
        self, path: str, take: Callable[[bytes], object], *, query: Mapping[str, Any] | None = None,
        method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None,
    ) -> Reply:  # fmt: skip
        """Bytes piece by piece. Asked once: the caller knows what it has taken when CommError is raised."""
        transport = self._transport()
        target = path + _query(query)
        try:
            reply = transport.download(method, target, body, headers or {}, take)
        except Unreachable as error:
            raise CommError(str(error)) from None
        return self._checked(reply)

    def close(self) -> None:
        """Let go of this thread's connection."""
        self._mine.kept = None

    def _transport(self) -> Transport:
        kept: _Kept | None = getattr(self._mine, "kept", None)
        if kept is None or kept.pid != os.getpid():
            # Nothing it holds leads back here, so that it is closed as soon as this is gone.
            base_url, api_key, environ = self.base_url, self._api_key, self._environ
            kept = self._mine.kept = _Kept(
                Transport(
                    base_url,
                    lambda: credentials.find_key(base_url, api_key, environ),
                    agent="gnomon-api",
                    environ=self._environ,
                    read_secs=self.timeout_secs,
                )
            )
        if not kept.transport.has_key:
            kept.transport.look_for_key()  # somebody may have signed in meanwhile
            if not kept.transport.has_key:
                raise AuthenticationError(
                    f"nobody is signed in to {self.base_url}; run `gnomon login --host {self.base_url}`"
                )
        return kept.transport

    def _insisted(self, ask: Callable[[Transport], Reply], again: bool) -> Reply:
        until = time.monotonic() + self.timeout_secs
        chance = random.Random()
        failures = 0
        while True:
            failures += 1
            told = None
            try:
                reply = ask(self._transport())
                if reply.status not in _AGAIN:
                    return self._checked(reply)
                told = retry_after_secs(reply.headers.get("retry-after"), now=time.time())
                trouble = CommError(_message(reply) or f"{self.base_url} answered {reply.status}")
                certain = reply.status in (429, 503)
            except Unreachable as error:
                trouble, certain = CommError(str(error)), False
            wait = wait_secs(failures, chance, told)
            if not (again or certain) or time.monotonic() + wait > until:
                raise trouble
            time.sleep(wait)

    def _checked(self, reply: Reply) -> Reply:
        if 200 <= reply.status < 300:
            return reply
        message = _message(reply)
        if reply.status == 401:
            raise AuthenticationError(message or f"{self.base_url} does not know this API key; gnomon login")
        if reply.status == 404 and message:
            raise NotThere(message)
        if not message:
            raise CommError(f"{self.base_url} answered {reply.status}, but it does not look like a Gnomon server")
        raise CommError(message)

    def _json(self, reply: Reply) -> Any:
        if not reply.body:
            return None
        try:
            return msgspec.json.decode(reply.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise CommError(f"{self.base_url} answered what is no JSON; is it a Gnomon server?") from None


class _Kept:
    """A connection of one thread of one process, closed when nobody has it any more."""

    def __init__(self, transport: Transport) -> None:
        self.transport, self.pid = transport, os.getpid()
        weakref.finalize(self, transport.close)


def path(*parts: str) -> str:
    """`path("runs", entity, project, run)`: a path of which each part may hold anything."""
    return "".join("/" + quote(part, safe="") for part in parts)


def _encoded(said: Any) -> bytes | None:
    return None if said is None else msgspec.json.encode(said)


def _query(query: Mapping[str, Any] | None) -> str:
    given = {name: value for name, value in (query or {}).items() if value is not None}
    return "?" + urlencode(given, doseq=True) if given else ""


def _message(reply: Reply) -> str:
    try:
        return str(msgspec.json.decode(reply.body)["error"]["message"])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError, TypeError):
        return ""
