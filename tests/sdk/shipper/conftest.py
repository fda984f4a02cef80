"""A small faithful server, a proxy that does harm, and run folders to ship."""

from __future__ import annotations

import hashlib
import json
import os
import select
import socket
import struct
import threading
import time
import uuid
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
import pytest

from gnomon.protocol import journal
from gnomon.protocol.journal import Kind
from gnomon.sdk.shipper.folder import RunFolder
from gnomon.sdk.shipper.ship import Outcome, Ship

KEY = "k" * 40


class Double(ThreadingHTTPServer):
    """The journal and file endpoints, in memory. Fields are the truth; `trouble` answers instead when it is set."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.lock = threading.Lock()
        self.journals: dict[str, bytearray] = {}
        self.runs: dict[str, dict[str, str]] = {}
        """Run path to journal names with their writers."""
        self.files: dict[str, bytes] = {}
        self.digests: set[str] = set()
        self.requests: list[tuple[str, str, int]] = []
        self.in_flight = self.most_in_flight = 0
        self.trouble: tuple[int, str, str] | None = None
        """Status, content type and body to answer with."""
        self.refuses = lambda record: False
        self.most_bytes = 1 << 30
        self.stops = False
        self.deleted: set[str] = set()
        self.known: dict[str, dict[str, Any]] = {}
        self.key = KEY
        self.changed = threading.Condition()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news here."""

    def records(self, *kinds: Kind, writer: str | None = None) -> list[list[Any]]:
        found = []
        with self.lock:
            for _name, data in self.journals.items():
                mine = [journal.decode(frame.payload) for frame in journal.frames(bytes(data))]
                if writer is None or (mine and mine[0][1].get("writer") == writer):
                    found += [record for record in mine if not kinds or record[0] in kinds]
        return found

    def losses(self) -> list[Any]:
        """The first values of all rows of all journals, in order."""
        return [record[4] for record in self.records(Kind.ROW)]

    def wait_for(self, check: Any, timeout_secs: float = 60.0) -> None:
        until = time.monotonic() + timeout_secs
        with self.changed:
            while not check():
                left = until - time.monotonic()
                assert left > 0, "it did not happen in time"
                self.changed.wait(min(left, 0.5))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Double
    timeout = 30
    disable_nagle_algorithm = True

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    do_PUT = do_POST

    def _answer(self, body: bytes) -> None:
        double = self.server
        stream = self.command == "POST"
        with double.lock:
            double.requests.append((self.command, self.path, len(body)))
            if stream:
                double.in_flight += 1
                double.most_in_flight = max(double.most_in_flight, double.in_flight)
        try:
            if double.trouble is not None:
                status, kind, text = double.trouble
                self._send(status, text.encode(), kind)
                return
            if self.headers.get("Authorization") != f"Bearer {double.key}":
                self._error(401, "SignInNeeded", "the key is not known")
                return
            with double.lock:
                status, answer = self._act(body)
            self._send(status, json.dumps(answer).encode())
        finally:
            with double.lock:
                double.in_flight -= stream
            with double.changed:
                double.changed.notify_all()

    def _act(self, body: bytes) -> tuple[int, dict[str, Any]]:
        double, url = self.server, urlsplit(self.path)
        parts = [unquote(part) for part in url.path.split("/")]
        if parts[:3] == ["", "api", "viewer"]:
            return 200, {"user": {"name": "ada"}, "entities": ["ada"], "server_version": "0"}
        run, noun = "/".join(parts[3:6]), parts[6]
        if run in double.deleted:
            return _error(410, "NotFound", "this run was deleted")
        if noun == "resume":
            return 200, double.known.get(run, {"exists": False, "last_step": None})
        if noun == "files":
            if run not in double.runs:
                return _error(404, "NotFound", "no such run")
            return self._file("/".join(parts[7:]), body)
        asked = parse_qs(url.query)
        if self.command == "GET":
            if run not in double.runs:
                return _error(404, "NotFound", "no such run")
            return 200, {"offsets": {name: len(double.journals[name]) for name in double.runs[run]}, "url": "page"}
        if self.headers.get("Content-Encoding") == "deflate":
            body = zlib.decompress(body)
        name, offset = asked["journal"][0], int(asked["offset"][0])
        held = double.journals.get(name, bytearray())
        if len(body) > double.most_bytes:
            return _error(413, "Rejected", "too large")
        if offset > len(held):
            return _error(409, "Conflict", "bytes are missing", next_offset=len(held))
        taken = body[max(0, len(held) - offset) :]
        start = max(offset, len(held))
        whole = start
        for frame in journal.frames(taken, start):
            record = journal.decode(frame.payload)
            if record[0] == Kind.BEGIN:
                double.runs.setdefault(run, {})[name] = record[1]["writer"]
            if double.refuses(record):
                return _error(400, "Rejected", "an odd record")
            whole = frame.end
        if run not in double.runs:
            return _error(404, "NotFound", "no such run")
        if whole > start:
            double.journals[name] = held + taken[: whole - start]
        return 200, {"next": whole, "stop": double.stops, "url": "http://page/run"}

    def _file(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        double, digest = self.server, self.headers["X-Gnomon-Digest"]
        if self.headers.get("X-Gnomon-Offer"):
            return 200, {"have": digest in double.digests}
        if hashlib.sha256(body).hexdigest() != digest:
            return _error(400, "Rejected", "the digest is another one")
        double.files[path] = body
        double.digests.add(digest)
        return 200, {"stored": True}

    def _error(self, status: int, kind: str, message: str) -> None:
        self._send(status, json.dumps(_error(status, kind, message)[1]).encode())

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _error(status: int, kind: str, message: str, **more: Any) -> tuple[int, dict[str, Any]]:
    return status, {"error": {"kind": kind, "message": message, **more}}


class FaultProxy:
    """Between client and server: `fault` says what happens to a connection from its next bytes on.

    `""` passes, `refuse` resets new connections, `black hole` takes bytes and never answers, `cut` lets the server
    have the request and cuts before its answer, `slow` lets 64 KB/s through.
    """

    def __init__(self, port: int) -> None:
        self._upstream = port
        self.fault = ""
        self.connections = 0
        self._closing = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._closing = True
        self._listener.close()

    def _accept(self) -> None:
        while not self._closing:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.fault == "refuse":
                _reset(client)
                continue
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        try:
            upstream = socket.create_connection(("127.0.0.1", self._upstream))
        except OSError:
            _reset(client)
            return
        with client, upstream:
            while not self._closing:
                ready, _, _ = select.select([client, upstream], [], [], 0.5)
                for side in ready:
                    try:
                        data = side.recv(1 << 16)
                    except OSError:
                        return
                    if not data or self.fault == "refuse":
                        return
                    if self.fault == "black hole":
                        continue
                    if self.fault == "cut" and side is upstream:
                        _reset(client)
                        return
                    if self.fault == "slow":
                        time.sleep(len(data) / 65536)
                    try:
                        (upstream if side is client else client).sendall(data)
                    except OSError:
                        return


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Script:
    """What a training process leaves in its run folder, written by the test itself."""

    def __init__(self, folder: Path, base_url: str, **settings: Any) -> None:
        self.path = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "files").mkdir(exist_ok=True)
        self.journal = uuid.uuid4().hex
        about = {
            "base_url": base_url,
            "mode": "online",
            "entity": "",
            "project": "p",
            "run": "r1",
            "pid": os.getpid(),
            "disable_meta": True,
            "disable_git": True,
            "disable_stats": True,
            **settings,
        }
        (folder / "ship.json").write_text(json.dumps(about))
        self.fd = os.open(folder / "run.journal", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.begin = {
            "format": 1,
            "journal": self.journal,
            "writer": "main",
            "entity": "",
            "project": "p",
            "run": "r1",
            "host": socket.gethostname(),
            "pid": about["pid"],
            "started_at": time.time(),
            "attempt": self.journal,
        }
        self.raw(journal.MAGIC)
        self.write(Kind.BEGIN, self.begin)
        self.write(Kind.SCHEMA, 0, ["loss"])
        self.steps = 0

    def raw(self, data: bytes) -> None:
        os.write(self.fd, data)

    def write(self, kind: Kind, *values: Any) -> None:
        self.raw(journal.frame(msgspec.msgpack.encode([int(kind), *values])))

    def log(self, count: int = 1, padding: int = 0) -> None:
        for _ in range(count):
            self.write(Kind.ROW, 0, self.steps, time.time(), self.steps, *(["x" * padding] if padding else []))
            self.steps += 1

    def finish(self, state: str = "finished") -> None:
        self.write(Kind.EXIT, {"state": state, "exit_code": 0, "time": time.time()})

    def close(self) -> None:
        os.close(self.fd)


class Aboard:
    """A ship in a thread of the test."""

    def __init__(self, script: Script, environ: dict[str, str], *, live: bool = True, **given: Any) -> None:
        self.said: list[str] = []
        self.folder = RunFolder(script.path)
        self.ship = Ship(self.folder, live=live, say=self.said.append, environ=environ, **given)
        self.outcome: Outcome | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self.outcome = self.ship.run()

    def wait(self, timeout_secs: float = 30.0) -> Outcome:
        self._thread.join(timeout_secs)
        assert self.outcome is not None, f"still at sea; it said {self.said}"
        return self.outcome


@pytest.fixture
def server() -> Iterator[Double]:
    double = Double()
    yield double
    double.stop()


@pytest.fixture
def proxy(server: Double) -> Iterator[FaultProxy]:
    between = FaultProxy(server.server_address[1])
    yield between
    between.stop()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "HOME": str(tmp_path / "home"),
        "GNOMON_CONFIG_DIR": str(tmp_path / "config"),
        "GNOMON_STATE_DIR": str(tmp_path / "state"),
        "GNOMON_API_KEY": KEY,
    }


@pytest.fixture
def a_script(tmp_path: Path, server: Double) -> Iterator[Any]:
    made: list[Script] = []

    def make(base_url: str = "", **settings: Any) -> Script:
        script = Script(tmp_path / f"run-{len(made)}", base_url or server.url, **settings)
        made.append(script)
        return script

    yield make
    for script in made:
        script.close()


@pytest.fixture
def aboard(environ: dict[str, str]) -> Any:
    def board(script: Script, *, live: bool = True, **given: Any) -> Aboard:
        return Aboard(script, environ, live=live, **given)

    return board
