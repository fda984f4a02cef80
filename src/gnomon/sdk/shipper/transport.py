"""Requests to one server, over one kept connection each thread.

`http.client` and nothing else: the shipper lives beside somebody's training, and every library it imports is
memory taken from there. Redirects are never followed, so the key stays with the host it belongs to; certificates are
always checked.
"""

from __future__ import annotations

import http.client
import os
import socket
import time
import zlib
from collections.abc import Callable, Mapping
from typing import IO, Any, NamedTuple
from urllib.parse import quote, urlsplit

import msgspec

from gnomon.sdk.shipper import answers, proxies, tls

CONNECT_SECS = 10.0
READ_SECS = 60.0
MAX_ANSWER_BYTES = 16 << 20
COMPRESS_FROM_BYTES = 1024
DOWNLOAD_BYTES = 1 << 20

HEADERS = ("GNOMON_X_EXTRA_HTTP_HEADERS", "WANDB_X_EXTRA_HTTP_HEADERS")
"""Variables with headers for every request, as a JSON object."""

Address = tuple[str, str, str]
"""Entity, project, run; the entity `-` is the key's own user."""


class Unreachable(Exception):
    """No whole answer came: refused, timed out, cut off, or no HTTP."""


class Refused(Exception):
    """The server understood the question and will not; the message is its own."""


class Reply(NamedTuple):
    """A whole answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class Transport:
    """One server, as one thread talks to it. Not to be shared between threads."""

    def __init__(
        self,
        base_url: str,
        find_key: Callable[[], str | None],
        *,
        agent: str = "gnomon",
        environ: Mapping[str, str] = os.environ,
        connect_secs: float = CONNECT_SECS,
        read_secs: float = READ_SECS,
    ) -> None:
        parts = urlsplit(base_url if "://" in base_url else f"http://{base_url}")
        self.base_url = base_url.rstrip("/")
        self.connect_secs, self.read_secs = connect_secs, read_secs
        self._secure = parts.scheme.lower() == "https"
        self._host = parts.hostname or "localhost"
        self._port = proxies.port_of(parts) or (443 if self._secure else 80)
        self._prefix = parts.path.rstrip("/")
        self._near = self._host in proxies.LOCAL
        self._find_key = find_key
        self._key = find_key()
        self._agent = agent
        self._proxy = proxies.chosen("https" if self._secure else "http", self._host, self._port, environ)
        self._environ = environ
        self._extra = extra_headers(environ)
        self._context: Any = None
        self._connection: http.client.HTTPConnection | None = None

    @property
    def has_key(self) -> bool:
        """Whether there is anything to sign in with."""
        return bool(self._key)

    def look_for_key(self) -> None:
        """Ask again which key to use: somebody may have signed in meanwhile."""
        self._key = self._find_key()

    def post_journal(self, run: Address, journal_id: str, offset: int, data: bytes) -> answers.Answer:
        """Send journal bytes; no bytes are a sign of life. Raises Unreachable."""
        headers = {"Content-Type": "application/octet-stream"}
        if len(data) >= COMPRESS_FROM_BYTES and not self._near:
            data = zlib.compress(data, 1)
            headers["Content-Encoding"] = "deflate"
        path = f"{_run_path(run)}/journal?journal={quote(journal_id, safe='')}&offset={offset}"
        reply = self.request("POST", path, data, headers)
        return answers.read(reply.status, reply.headers, reply.body, now=time.time(), asked=self.base_url)

    def offsets(self, run: Address) -> dict[str, int] | None:
        """What the server has of each journal; None where it does not say. Raises Unreachable."""
        said = self.get_json(f"{_run_path(run)}/journal")
        offsets = said.get("offsets") if said else None
        if not isinstance(offsets, dict):
            return None
        return {str(name): at for name, at in offsets.items() if isinstance(at, int) and at >= 0}

    def resume(self, run: Address) -> dict[str, Any] | None:
        """What is known of a run to go on with; None where the answer is not to be understood. Raises Unreachable."""
        said = self.get_json(f"{_run_path(run)}/resume")
        return said if said is not None and isinstance(said.get("exists"), bool) else None

    def fork(self, source: Address, run: str, step: int) -> None:
        """Make a run that has the history of another up to a step. Raises Unreachable, Refused."""
        said = {"id": run, "step": step}
        self._changed("POST", f"{_run_path(source)}/fork", said)

    def rewind(self, run: Address, step: int) -> None:
        """Take away what the run logged after a step, if there is anything. Raises Unreachable, Refused."""
        known = self.resume(run)
        last = known.get("last_step") if known else None
        if known is not None and not known["exists"]:
            raise Refused(f"there is no run {run[2]!r}")
        if isinstance(last, int) and last > step:
            self._changed("POST", f"{_run_path(run)}/edits", {"kind": "rewind", "after_step": step})

    def _changed(self, method: str, path: str, said: dict[str, Any]) -> None:
        reply = self.request(method, path, msgspec.json.encode(said), {"Content-Type": "application/json"})
        if 200 <= reply.status < 300:
            return
        try:
            message = str(msgspec.json.decode(reply.body)["error"]["message"])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, KeyError, TypeError):
            raise Unreachable(f"{self.base_url} answered {reply.status}") from None
        raise (Refused if 400 <= reply.status < 500 and reply.status not in (408, 425, 429) else Unreachable)(message)

    def offer_file(self, run: Address, path: str, digest: str) -> Reply:
        """Ask whether the server has these bytes already. Raises Unreachable."""
        return self.request("PUT", _file_path(run, path), b"", {"X-Gnomon-Digest": digest, "X-Gnomon-Offer": "1"})

    def put_file(self, run: Address, path: str, digest: str, body: IO[bytes], size: int) -> Reply:
        """Send a file. Raises Unreachable."""
        headers = {"X-Gnomon-Digest": digest, "Content-Type": "application/octet-stream"}
        return self.request("PUT", _file_path(run, path), body, headers, size)

    def get_json(self, path: str) -> dict[str, Any] | None:
        """The JSON object at a path; None for anything else. Raises Unreachable."""
        reply = self.request("GET", path)
        try:
            said = msgspec.json.decode(reply.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        return said if reply.status == 200 and isinstance(said, dict) else None

    def request(
        self,
        method: str,
        path: str,
        body: bytes | IO[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        size: int | None = None,
    ) -> Reply:
        """One request, one whole answer. Raises Unreachable. A kept connection that was closed is opened again once."""
        kept = self._connection is not None
        try:
            return self._request(method, path, body, headers or {}, size)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
            self.close()
            if not kept or not (body is None or isinstance(body, bytes)):
                raise Unreachable(self._reason(error)) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise Unreachable(self._reason(error)) from error
        try:
            return self._request(method, path, body, headers or {}, size)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise Unreachable(self._reason(error)) from error

    def download(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], take: Callable[[bytes], object]
    ) -> Reply:
        """One request whose answer is taken piece by piece where it is a success. Raises Unreachable where not all of
        it came; what came before was taken."""
        try:
            answer = self._ask(method, path, body, headers, None)
            if answer.status not in (200, 206):
                return self._whole(answer)
            while piece := answer.read(DOWNLOAD_BYTES):
                take(piece)
            if answer.length:  # `read` says nothing of bytes that were promised and did not come
                raise http.client.IncompleteRead(b"", answer.length)
        except http.client.IncompleteRead as error:
            self.close()
            raise Unreachable(f"the answer of {self.base_url} ended early") from error
        except (ConnectionError, TimeoutError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise Unreachable(self._reason(error)) from error
        if answer.will_close:
            self.close()
        return Reply(answer.status, _headers(answer), b"")

    def abort(self) -> None:
        """End the request under way in another thread: it raises Unreachable there."""
        connection = self._connection
        if connection is not None and connection.sock is not None:
            try:
                connection.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _request(
        self, method: str, path: str, body: bytes | IO[bytes] | None, extra: Mapping[str, str], size: int | None
    ) -> Reply:
        return self._whole(self._ask(method, path, body, extra, size))

    def _ask(
        self, method: str, path: str, body: bytes | IO[bytes] | None, extra: Mapping[str, str], size: int | None
    ) -> http.client.HTTPResponse:
        connection = self._connection or self._connect()
        headers = {"User-Agent": self._agent, "Accept": "application/json", **self._extra, **extra}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        if size is not None:
            headers["Content-Length"] = str(size)
        elif body is None and method != "GET":
            headers["Content-Length"] = "0"
        target = f"{self._prefix}/api{path}"
        if self._proxy and not self._secure:
            target = f"http://{proxies.bracketed(self._host)}:{self._port}{target}"
            if self._proxy.authorization:
                headers["Proxy-Authorization"] = self._proxy.authorization
        if connection.sock is not None:
            connection.sock.settimeout(self.read_secs)
        connection.request(method, target, body, headers)
        return connection.getresponse()

    def _whole(self, answer: http.client.HTTPResponse) -> Reply:
        read = answer.read(MAX_ANSWER_BYTES + 1)
        if len(read) > MAX_ANSWER_BYTES:
            raise http.client.HTTPException("the answer is too long")
        if answer.will_close:
            self.close()
        if answer.status == 407 and self._proxy:
            raise Unreachable(self._proxy.refusal())
        return Reply(answer.status, _headers(answer), read)

    def _connect(self) -> http.client.HTTPConnection:
        proxy = self._proxy
        host, port = (proxy.host, proxy.port) if proxy else (self._host, self._port)
        connection: http.client.HTTPConnection
        if proxy is not None and not proxy.usable:
            raise Unreachable(f"the proxy {proxy.shown} is of a kind that is not supported; http:// ones are")
        if self._secure:
            self._context = self._context or tls.context(self._environ)
            connection = http.client.HTTPSConnection(host, port, timeout=self.connect_secs, context=self._context)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self.connect_secs)
        if proxy and self._secure:
            asked = {"Proxy-Authorization": proxy.authorization} if proxy.authorization else {}
            connection.set_tunnel(self._host, self._port, asked)
        try:
            connection.connect()
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _reason(self, error: Exception) -> str:
        text = str(error) or type(error).__name__
        if self._proxy and "407" in text and "unnel" in text:
            return self._proxy.refusal()
        through = f" through the proxy {self._proxy.shown}" if self._proxy else ""
        if isinstance(error, TimeoutError):
            return f"no answer in time from {self.base_url}{through}"
        if isinstance(error, ConnectionRefusedError):
            return f"nobody listens at {self._proxy.shown if self._proxy else self.base_url}"
        return tls.reason(error, self.base_url) or f"cannot reach {self.base_url}{through} ({text[:200]})"


def extra_headers(environ: Mapping[str, str]) -> dict[str, str]:
    """Headers that the environment adds to every request; none where they cannot be read, or would break it."""
    for name in HEADERS:
        if environ.get(name):
            try:
                found = msgspec.json.decode(environ[name], type=dict[str, str])
            except msgspec.MsgspecError:
                return {}
            return {key: value for key, value in found.items() if not set("\r\n") & set(key + value)}
    return {}


def _headers(answer: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.getheaders()}


def _run_path(run: Address) -> str:
    return "/runs/" + "/".join(quote(part, safe="") for part in run)


def _file_path(run: Address, path: str) -> str:
    return f"{_run_path(run)}/files/{quote(path)}"
