"""Kill -9 of the server while official clients stream into it: whatever it has answered for is there, once."""

from __future__ import annotations

import http.client
import json
import math
import random
import threading
import time
from typing import Any

import pytest

from tests.server.wandb_api.asking import UPSERT

from .test_server_kills import ask, everything, key_of

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300)]

CYCLES = 12
CLIENTS = 3
HISTORY, EVENTS, CONSOLE = "wandb-history.jsonl", "wandb-events.jsonl", "output.log"


class Client(threading.Thread):
    """A run of the official client: lines of three files, each sent until it was answered for.

    What is sent again after a request without an answer is cut differently, and begins now and then with lines that
    were answered for. Lines of the console are written anew, as progress bars are.
    """

    def __init__(self, server: Any, number: int) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.run_id = f"stream{number}"
        self.path = f"/files/{server.entity()}/p/{self.run_id}/file_stream"
        self.key = key_of(server)
        self.chance = random.Random(self.run_id)
        self.lines: dict[str, list[str]] = {HISTORY: [], EVENTS: [], CONSOLE: []}
        self.answered = dict.fromkeys(self.lines, 0)
        self.printed: list[str] = []
        self.summary: dict[str, Any] = {}
        self.posts = 0
        self.faults: list[str] = []
        self.leaving = threading.Event()

    def run(self) -> None:
        while not self.leaving.is_set() or self.left:
            if not self.leaving.is_set() and self.left < 2000:
                self._log()
            self._post(self._request())
        while not self._post({"complete": True, "exitcode": 0}):
            time.sleep(0.05)

    @property
    def left(self) -> int:
        return sum(len(lines) - self.answered[name] for name, lines in self.lines.items())

    def _log(self) -> None:
        for _ in range(self.chance.randint(1, 60)):
            step = len(self.lines[HISTORY])
            odd = {} if step % 7 else {"odd": math.nan}  # a bare NaN is what the client writes
            row = {"loss": step / 8, "deep": {"step": step}, **odd, "_step": step, "_timestamp": 1.7e9 + step}
            self.lines[HISTORY].append(json.dumps(row))
        self.summary = {"loss": row["loss"], "rows": len(self.lines[HISTORY])}
        for _ in range(self.chance.randint(0, 3)):
            self.lines[EVENTS].append(json.dumps({"system.cpu": len(self.lines[EVENTS]), "_timestamp": 1.7e9}))
        for _ in range(self.chance.randint(0, 3)):
            self._print(len(self.printed))
        if self.printed and self.chance.random() < 0.5:
            self._print(self.chance.randrange(max(0, len(self.printed) - 4), len(self.printed)))

    def _print(self, at: int) -> None:
        """A line of the console, one more or one anew."""
        self.printed[at:] = [f"line {at} of {self.chance.random()}", *self.printed[at + 1 :]]
        self.lines[CONSOLE] = [f"2027-01-15T08:00:00.000001 {text}" for text in self.printed]
        self.answered[CONSOLE] = min(self.answered[CONSOLE], at)

    def _request(self) -> dict[str, Any]:
        files: dict[str, Any] = {"wandb-summary.json": {"offset": 0, "content": [json.dumps(self.summary)]}}
        for name, lines in self.lines.items():
            again = self.chance.randint(0, 50) if self.chance.random() < 0.2 else 0
            start = max(0, self.answered[name] - again)
            content = lines[start : start + self.chance.choice([3, 40, 1000])]
            if content:
                files[name] = {"offset": start, "content": content}
        return {"files": files}

    def _post(self, request: dict[str, Any]) -> bool:
        """Whether it was answered for."""
        try:
            status, said = ask(self.server, "POST", self.path, self.key, json.dumps(request).encode())
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            return False
        if status != 200:
            if status != 503:
                self.faults.append(f"{status}: {said}")
            return False
        self.posts += 1
        for name, sent in request.get("files", {}).items():
            if name in self.answered:
                self.answered[name] = max(self.answered[name], sent["offset"] + len(sent["content"]))
        return True


def test_what_clients_had_an_answer_for_survives_the_servers_kills_and_is_there_once(server: Any) -> None:
    chance = random.Random(11)
    clients = [Client(server, number) for number in range(1, CLIENTS + 1)]
    for client in clients:
        begun = {"query": UPSERT, "variables": {"name": client.run_id, "project": "p", "config": "{}"}}
        status, said = ask(server, "POST", "/graphql", client.key, json.dumps(begun).encode())
        assert (status, said.get("errors")) == (200, None)
    for client in clients:
        client.start()
    for _ in range(CYCLES):
        time.sleep(chance.uniform(0.0, 0.5))
        server.process.kill()
        server.process.wait(20)
        server.log.close()
        server.start()
    for client in clients:
        client.leaving.set()
    for client in clients:
        client.join(60)
        assert not client.is_alive()
        assert client.faults == []
    assert sum(client.posts for client in clients) > CYCLES
    for client in clients:
        count = len(client.lines[HISTORY])
        rows = everything(server, client.run_id, client.key)
        assert [row["_step"] for row in rows] == list(range(count))
        assert all(row["loss"] == row["_step"] / 8 and row["deep.step"] == row["_step"] for row in rows)
        assert [row["_step"] for row in rows if "odd" in row] == list(range(0, count, 7))
        _, keys = ask(server, "GET", f"/api/runs/-/p/{client.run_id}/keys", client.key)
        points = {key["key"]: key["points"] for key in keys}
        assert points == {"loss": count, "deep.step": count, "odd": len(range(0, count, 7))}
        _, page = ask(server, "GET", f"/api/runs/-/p/{client.run_id}/rows?stream=system&limit=10000", client.key)
        assert [row["cpu"] for row in page["rows"]] == list(range(len(client.lines[EVENTS])))
        _, console = ask(server, "GET", f"/api/runs/-/p/{client.run_id}/console?limit=10000", client.key)
        assert [line["text"] for line in console["lines"]] == client.printed
        _, run = ask(server, "GET", f"/api/runs/-/p/{client.run_id}", client.key)
        assert (run["state"], run["summary"]) == ("finished", client.summary)
