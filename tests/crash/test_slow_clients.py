"""P-V10: clients that send or read at a crawl hurt nobody else, and are let go of."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.crash.conftest import Server

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

CONNECTIONS = 60


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Server]:
    """A server that waits two seconds for a client."""
    server = Server(tmp_path)
    server.environ["GNOMON_SERVER_STALL_SECS"] = "2"
    server.start()
    yield server
    server.stop()


def connected(server: Server, start: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    connection.sendall(start)
    return connection


def request(server: Server, line: str, *headers: str) -> bytes:
    key = json.loads((server.base / "config" / "credentials.json").read_text())[server.url]
    return "\r\n".join([f"{line} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {key}", *headers]).encode()


def rest_of(connection: socket.socket) -> bytes:
    found = b""
    try:
        while data := connection.recv(1 << 16):
            found += data
    except ConnectionResetError:
        pass
    return found


def median_secs(server: Server) -> float:
    took = []
    for _ in range(30):
        began = time.monotonic()
        server.get("/api/viewer")
        took.append(time.monotonic() - began)
    return sorted(took)[len(took) // 2]


def test_slow_headers_and_bodies_raise_no_other_answer_and_are_given_up(impatient: Server) -> None:
    alone = median_secs(impatient)
    post = request(impatient, "POST /api/keys", "Content-Length: 100", "", "{")
    with ExitStack() as stack:
        silent = [stack.enter_context(connected(impatient, b"")) for _ in range(CONNECTIONS // 3)]
        heads = [
            stack.enter_context(connected(impatient, request(impatient, "GET /api/viewer")))
            for _ in range(CONNECTIONS // 3)
        ]
        bodies = [stack.enter_context(connected(impatient, post)) for _ in range(CONNECTIONS // 3)]

        assert median_secs(impatient) < alone + 1  # half of what waiting for any of them would cost

        # each within the twenty seconds that a socket here waits
        assert {rest_of(connection) for connection in [*silent, *heads]} == {b""}
        for connection in bodies:
            assert rest_of(connection).startswith(b"HTTP/1.1 408 ")


def test_headers_that_do_not_end_are_refused_and_not_kept(impatient: Server) -> None:
    assert impatient.process is not None
    before = psutil.Process(impatient.process.pid).memory_info().rss
    with connected(impatient, request(impatient, "GET /api/viewer", "X-Long: ")) as connection:
        answer = b""
        try:
            for _ in range(2000):
                connection.sendall(b"x" * 32_768)
            answer = rest_of(connection)
        except OSError:
            pass
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400")
    assert psutil.Process(impatient.process.pid).memory_info().rss < before + (20 << 20)


def test_a_reader_that_takes_nothing_is_let_go_of(impatient: Server) -> None:
    size = 24 << 20
    put_big_file(impatient, size)
    whole = request(impatient, "GET /api/runs/-/p/r/files/big.bin", "Connection: close", "", "")
    with connected(impatient, whole) as good, connected(impatient, whole) as lazy:
        assert len(rest_of(good)) > size
        wait_until_closed(impatient, lazy)
        assert len(rest_of(lazy)) < size


def wait_until_closed(server: Server, connection: socket.socket) -> None:
    """Until the server holds this connection no more; nothing is read from it."""
    assert server.process is not None
    process, ours = psutil.Process(server.process.pid), connection.getsockname()
    until = time.monotonic() + 30
    while any(one.raddr == ours for one in process.net_connections("tcp")):
        assert time.monotonic() < until, "the server waits for a reader that takes nothing"
        time.sleep(0.05)


def put_big_file(server: Server, size: int) -> None:
    import hashlib
    import urllib.request

    import msgspec

    from gnomon.protocol.journal import MAGIC, frame

    journal = "e" * 32
    data = bytes(size)
    key: Any = json.loads((server.base / "config" / "credentials.json").read_text())[server.url]
    begun = MAGIC + frame(msgspec.msgpack.encode([1, {"journal": journal}]))
    for method, path, body in (
        ("POST", f"journal?journal={journal}&offset=0", begun),
        ("PUT", "files/big.bin", data),
    ):
        headers = {"Authorization": f"Bearer {key}", "X-Gnomon-Digest": hashlib.sha256(body).hexdigest()}
        asked = urllib.request.Request(f"{server.url}/api/runs/-/p/r/{path}", body, headers, method=method)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert answer.status == 200
