"""Kill -9 of the server at random moments while it takes rows: what it has acknowledged is there, once."""

from __future__ import annotations

import http.client
import json
import random
import signal
import threading
import time
from typing import Any

import msgspec
import pytest

from gnomon.protocol.journal import MAGIC, frame

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300)]

CYCLES = 16
WRITERS = 3
ROWS_A_POST = 40


class Writer(threading.Thread):
    """A run that keeps sending, whatever happens to the server. `acked` only grows."""

    def __init__(self, server: Any, number: int) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.run_id = f"run{number}"
        self.journal = f"{number:x}" * 32
        self.key = key_of(server)
        self.sent = bytearray(
            MAGIC
            + framed([1, {"format": 1, "journal": self.journal, "attempt": self.journal, "writer": "main"}])
            + framed([5, 0, ["loss", "text"]])
        )
        self.acked = 0
        self.rows = 0
        self.posts = 0
        self.faults: list[str] = []
        self.leaving = threading.Event()

    def run(self) -> None:
        chance = random.Random(self.run_id)
        while not self.leaving.is_set() or self.acked < len(self.sent):
            if not self.leaving.is_set() and len(self.sent) - self.acked < 200_000:
                self._log(chance)
            try:
                self._post(chance)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)

    def _log(self, chance: random.Random) -> None:
        for _ in range(ROWS_A_POST):
            self.sent += framed([6, 0, self.rows, float(self.rows), self.rows / 8, f"row {self.rows}"])
            self.rows += 1
        self.sent += framed([8, self.rows // ROWS_A_POST - 1, 1.0, 1, f"line {self.rows // ROWS_A_POST - 1}"])
        if chance.random() < 0.3:
            self.sent += framed([3, {"rows": self.rows, f"at{self.rows % 5}": self.rows}, []])

    def _post(self, chance: random.Random) -> None:
        # Now and then from before what was acknowledged, as a sender does whose answer was lost.
        start = max(0, self.acked - (chance.randint(0, 3000) if chance.random() < 0.2 else 0))
        data = bytes(self.sent[start : start + chance.choice([3_000, 20_000, 100_000])])
        path = f"/api/runs/-/p/{self.run_id}/journal?journal={self.journal}&offset={start}"
        status, said = ask(self.server, "POST", path, self.key, data)
        if status == 200:
            if said["next"] < self.acked:
                self.faults.append(f"{self.acked} bytes were acknowledged, and now it has {said['next']}")
            self.acked = max(self.acked, said["next"])
            self.posts += 1
        elif status == 409:
            if said["error"]["next_offset"] < self.acked:
                self.faults.append(f"{self.acked} bytes were acknowledged: {said}")
            self.acked = min(self.acked, said["error"]["next_offset"])
        elif status != 503:
            self.faults.append(f"{status}: {said}")


def framed(record: list[Any]) -> bytes:
    return frame(msgspec.msgpack.encode(record))


def key_of(server: Any) -> str:
    return str(json.loads((server.base / "config" / "credentials.json").read_text())[server.url])


def ask(server: Any, method: str, path: str, key: str, data: bytes | None = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(method, path, data, {"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def everything(server: Any, run: str, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    first = ""
    while True:
        _, page = ask(server, "GET", f"/api/runs/-/p/{run}/rows?limit=10000{first}", key)
        found += page["rows"]
        if page["cursor"] is None:
            return found
        first = f"&first={page['cursor']}"


def test_what_the_server_acknowledged_survives_its_kills_and_is_there_once(server: Any) -> None:
    chance = random.Random(7)
    writers = [Writer(server, number) for number in range(1, WRITERS + 1)]
    for writer in writers:
        writer.start()
    stopped_by_term = 0
    for cycle in range(CYCLES):
        time.sleep(chance.uniform(0.0, 0.5))
        if cycle % 10 == 9:
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(10) == 0, (server.base / "server.log").read_text()[-2000:]
            stopped_by_term += 1
        else:
            server.process.kill()
            server.process.wait(10)
        server.log.close()
        server.start()
    for writer in writers:
        writer.leaving.set()
    for writer in writers:
        writer.join(60)
        assert not writer.is_alive()
        assert writer.faults == []
        assert writer.acked == len(writer.sent)
    assert sum(writer.posts for writer in writers) > CYCLES
    for writer in writers:
        rows = everything(server, writer.run_id, writer.key)
        assert [row["_step"] for row in rows] == list(range(writer.rows))
        assert all(row["loss"] == row["_step"] / 8 and row["text"] == f"row {row['_step']}" for row in rows)
        _, keys = ask(server, "GET", f"/api/runs/-/p/{writer.run_id}/keys", writer.key)
        assert {key["key"]: key["points"] for key in keys} == {"loss": writer.rows, "text": writer.rows}
        _, console = ask(server, "GET", f"/api/runs/-/p/{writer.run_id}/console?first=-1", writer.key)
        assert console["total"] == writer.rows // ROWS_A_POST
        assert console["lines"][0]["text"] == f"line {console['total'] - 1}"
        _, resumable = ask(server, "GET", f"/api/runs/-/p/{writer.run_id}/resume", writer.key)
        assert resumable["last_step"] == writer.rows - 1
        assert resumable["summary"]["text"] == f"row {writer.rows - 1}"
