"""A proxy on loopback that remembers what a client and a server said to each other, in the order it was asked."""

from __future__ import annotations

import gzip
import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "proxy-connection", "accept-encoding"}


@dataclass
class Exchange:
    """A request and its answer, bodies unpacked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    asked_at: float = 0.0
    status: int = 0
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b""


class Proxy:
    """Hands every request to the server at `port` and keeps both sides in `exchanges`.

    The server gets one at a time: then the order in which they are kept is the one in which they had their effect.
    """

    def __init__(self, port: int, *, listen: int = 0) -> None:
        self.exchanges: list[Exchange] = []
        self._one_at_a_time = threading.Lock()
        self._target = port
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                proxy._handle(self)

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

            def log_message(self, format: str, *args: object) -> None:
                """The exchanges are the log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", listen), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        sent = _body(handler)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        body = gzip.decompress(sent) if headers.get("content-encoding") == "gzip" else sent
        exchange = Exchange(handler.command, handler.path, headers, body)
        with self._one_at_a_time:
            exchange.asked_at = time.time()
            self.exchanges.append(exchange)
            self._hand_on(exchange, sent)
        _answer(handler, exchange)

    def _hand_on(self, exchange: Exchange, sent: bytes) -> None:
        """Ask the server."""
        connection = http.client.HTTPConnection("127.0.0.1", self._target, timeout=120)
        try:
            passed = {name: value for name, value in exchange.headers.items() if name not in HOP_BY_HOP}
            passed["content-length"] = str(len(sent))
            if not sent and exchange.method in {"GET", "HEAD"}:
                del passed["content-length"]
            connection.request(exchange.method, exchange.path, sent or None, passed)
            answer = connection.getresponse()
            exchange.status, exchange.answer = answer.status, answer.read()
            exchange.answer_headers = {name.lower(): value for name, value in answer.getheaders()}
        except (OSError, http.client.HTTPException) as error:
            exchange.status, exchange.answer = 502, str(error).encode()
        finally:
            connection.close()

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _answer(handler: BaseHTTPRequestHandler, exchange: Exchange) -> None:
    """Hand the server's answer to the client."""
    try:
        handler.send_response(exchange.status)
        for name, value in exchange.answer_headers.items():
            if name not in HOP_BY_HOP and name not in {"content-length", "date", "server"}:
                handler.send_header(name, value)
        length = exchange.answer_headers.get("content-length") if handler.command == "HEAD" else None
        handler.send_header("Content-Length", length or str(len(exchange.answer)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(exchange.answer)
    except OSError:
        handler.close_connection = True  # the client has left


def _body(handler: BaseHTTPRequestHandler) -> bytes:
    if handler.headers.get("Transfer-Encoding", "").lower() == "chunked":
        parts = []
        while size := int(handler.rfile.readline().split(b";")[0], 16):
            parts.append(handler.rfile.read(size))
            handler.rfile.readline()
        while handler.rfile.readline().strip():
            pass
        return b"".join(parts)
    return handler.rfile.read(int(handler.headers.get("Content-Length") or 0))


@contextmanager
def listening(port: int, *, listen: int = 0) -> Iterator[Proxy]:
    """A proxy before the server at `port`, for as long as the block lasts."""
    proxy = Proxy(port, listen=listen)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join()
