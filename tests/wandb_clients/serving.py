"""A real server in a process of its own, and a user whose key every version of the official client takes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gnomon.server.actions import accounts
from gnomon.server.settings import load
from gnomon.server.storage.open import open_storage

USER = "ann"
KEY = "0123456789abcdef0123456789abcdef01234567"
"""Older clients take no key that is not exactly 40 characters."""


class Served:
    """A server that answers at `url`, with the user `entity`, an administrator whose API key is `key`."""

    key = KEY
    entity = USER

    def __init__(self, base: Path, *, port: int = 0) -> None:
        self.base, self.port = base, port
        self.data = base / "data"
        self.process: subprocess.Popen[str] | None = None
        asyncio.run(_add_user(self.data))
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, on the port it had before; returns when it answers."""
        log = self.base / "server.log"
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gnomon", "server", "--port", str(self.port), "--data", str(self.data),
                 "--no-login-here"], stdout=subprocess.PIPE, stderr=errors, text=True,
            )  # fmt: skip
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(r"http://[^/]+:(\d+)/api/docs", line):
                self.port = int(found[1])
                threading.Thread(target=self.process.stdout.read, daemon=True).start()
                return
        raise AssertionError(log.read_text())

    def stop(self) -> None:
        """Let it end in order."""
        self._end(subprocess.Popen.terminate)

    def kill(self) -> None:
        """Kill -9."""
        self._end(subprocess.Popen.kill)

    def _end(self, how: Any) -> None:
        if self.process is not None:
            how(self.process)
            self.process.wait(20)
            if self.process.stdout is not None:
                self.process.stdout.close()
            self.process = None

    def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """Gnomon's own HTTP API, in JSON. Raises urllib.error.HTTPError for anything but success."""
        sent = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=sent, method=method)
        request.add_header("Authorization", f"Bearer {key or self.key}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def graphql(self, query: str, **variables: Any) -> Any:
        """What the official client's door answers; `data` only, and errors fail the test."""
        answer = self.ask("POST", "/graphql", {"query": query, "variables": variables})
        assert "errors" not in answer, answer
        return answer["data"]

    def run(self, project: str, id: str) -> Any:
        """A run as Gnomon's own API tells of it."""
        return self.ask("GET", f"/api/runs/{self.entity}/{project}/{id}")

    def rows(self, project: str, id: str, *keys: str) -> list[dict[str, Any]]:
        """Every row that has one of the keys, in step order."""
        found: list[dict[str, Any]] = []
        first = 0
        while True:
            asked = f"keys={','.join(keys)}&first={first}&limit=10000"
            page = self.ask("GET", f"/api/runs/{self.entity}/{project}/{id}/rows?{asked}")
            found += page["rows"]
            if page["cursor"] is None:
                return found
            first = page["cursor"]

    def wait_for(self, what: str, project: str, id: str, timeout_secs: float = 90.0) -> Any:
        """The run, once it is in the state `what`."""
        until = time.monotonic() + timeout_secs
        while True:
            run = self.run(project, id)
            if run["state"] == what:
                return run
            assert time.monotonic() < until, f"the run is {run['state']}, not {what}"
            time.sleep(0.05)


async def _add_user(data: Path) -> None:
    """The data folder, with the user in it, before any server runs on it."""
    storage = open_storage(load({}, data=data))
    try:
        await storage.tables.write(
            lambda conn: accounts.create_user(
                conn, USER, admin=True, api_key=KEY, by="test", origin="", now=time.time()
            )
        )
    finally:
        await storage.close()


@contextlib.contextmanager
def serving(base: Path, *, port: int = 0) -> Iterator[Served]:
    """A server on this folder for as long as the block lasts."""
    server = Served(base, port=port)
    try:
        yield server
    finally:
        server.stop()
