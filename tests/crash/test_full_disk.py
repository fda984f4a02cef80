"""P-V7: a disk that is full. Real servers on a small disk, or under a limit on the size of their files."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import resource
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from gnomon.protocol.journal import MAGIC, frame
from gnomon.server.room import EVERY_SECS
from tests.crash.conftest import Server

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

JOURNAL = "d" * 32
ROWS_A_POST = 1000


class Reply(NamedTuple):
    """An answer, and how long it took."""

    status: int
    body: bytes
    retry_after: str | None
    secs: float

    def json(self) -> Any:
        return json.loads(self.body)


class Sender:
    """Sends rows of one run and keeps book of what was acknowledged."""

    def __init__(self, server: Server) -> None:
        self.server = server
        keys = json.loads((server.base / "config" / "credentials.json").read_text())
        self.headers = {"Authorization": f"Bearer {keys[server.url]}"}
        self.chance = random.Random(7)
        self.rows = 0
        self.sent = MAGIC + _framed([1, {"journal": JOURNAL}]) + _framed([5, 0, ["loss", "text"]])
        self.ends: list[tuple[int, int]] = []
        """Where in the journal each post's rows end, and how many rows that makes."""
        self.acked = 0

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        began = time.monotonic()
        try:
            connection.request(method, path, body, {**self.headers, **headers})
            answer = connection.getresponse()
            data = answer.read()
            return Reply(answer.status, data, answer.headers["retry-after"], time.monotonic() - began)
        finally:
            connection.close()

    def post(self) -> Reply:
        """What was not acknowledged yet, after writing more where there is nothing."""
        if self.acked == len(self.sent):
            for _ in range(ROWS_A_POST):
                text = f"{self.chance.getrandbits(400):x}"
                self.sent += _framed([6, 0, self.rows, float(self.rows), self.rows / 8, text])
                self.rows += 1
            self.ends.append((len(self.sent), self.rows))
        path = f"/api/runs/-/p/r/journal?journal={JOURNAL}&offset={self.acked}"
        reply = self.ask("POST", path, self.sent[self.acked :])
        if reply.status == 200:
            self.acked = reply.json()["next"]
        return reply

    def post_until(self, status: int, *, within_secs: float = 100) -> Reply:
        until = time.monotonic() + within_secs
        while True:
            reply = self.post()
            if reply.status == status:
                return reply
            assert reply.status in (200, 503), reply
            assert time.monotonic() < until, reply
            if status == 200:
                time.sleep(0.2)

    def put_file(self) -> Reply:
        data = os.urandom(1 << 20)
        return self.ask("PUT", "/api/runs/-/p/r/files/a.bin", data, **{"X-Gnomon-Digest": _digest(data)})

    def check(self) -> None:
        """Every row that was acknowledged is there, once."""
        wanted = max((rows for end, rows in self.ends if end <= self.acked), default=0)
        found: list[float] = []
        first: int | None = 0
        while first is not None:
            page = self.ask("GET", f"/api/runs/-/p/r/rows?keys=loss&limit=10000&first={first}")
            assert page.status == 200, page
            told = page.json()
            found += [row["loss"] for row in told["rows"]]
            first = told["cursor"]
        assert found[:wanted] == [number / 8 for number in range(wanted)]
        assert len(found) <= self.rows


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 32 MB."""
    folder = tmp_path / "data"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m,mode=700", "tmpfs", folder], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("a disk of its own can only be had by root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize("floor_mb", [1024, 0])
def test_a_full_disk_costs_nothing_that_was_acknowledged_and_needs_no_restart(small_disk: Path, floor_mb: int) -> None:
    server = Server(small_disk.parent)
    server.environ["GNOMON_SERVER_FLOOR_MB"] = str(floor_mb)
    server.start()
    try:
        sender = Sender(server)
        assert sender.post().status == 200
        junk = small_disk / "junk"
        disk = os.statvfs(small_disk)
        junk.write_bytes(bytes(max(0, disk.f_bavail * disk.f_frsize - (3 << 20))))

        refused = sender.post_until(503)

        assert refused.retry_after is not None
        assert refused.secs < 10  # at once, and not when a client's patience ends
        stored = sender.put_file()
        assert (stored.status, stored.json()["error"]["kind"]) == (507, "NoRoom")
        assert stored.retry_after is not None
        sender.check()
        assert sender.ask("GET", "/api/projects").status == 200
        assert sender.post().status == 503
        if floor_mb:
            disk = os.statvfs(small_disk)
            assert disk.f_bavail * disk.f_frsize > 0
            assert sender.ask("GET", "/healthz").status == 200

        junk.unlink()
        time.sleep(EVERY_SECS)  # so long the server believes what it was told of the disk before
        sender.post_until(200)
        for _ in range(3):
            assert sender.post().status == 200
        assert sender.put_file().status == 200
        sender.check()
        _kill(server)
        server.start()
        sender.check()
    finally:
        server.stop()


def test_a_limit_on_files_is_met_as_a_full_disk_is(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.start()
    try:
        sender = Sender(server)
        assert sender.post().status == 200
        assert server.process is not None
        limits = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (700_000, limits[1]))

        refused = sender.post_until(503)

        assert refused.retry_after is not None
        assert sender.put_file().status == 507
        sender.check()
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, limits)
        sender.post_until(200)
        assert sender.put_file().status == 200
        sender.check()
        _kill(server)
        server.start()
        sender.check()
    finally:
        server.stop()


def _kill(server: Server) -> None:
    assert server.process is not None
    server.process.kill()
    server.process.wait(20)
    server.log.close()


def _framed(record: list[Any]) -> bytes:
    return frame(msgspec.msgpack.encode(record))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
