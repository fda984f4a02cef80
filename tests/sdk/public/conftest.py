"""A real server in a thread, everything of it in memory, and runs that our SDK has logged to it."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

import gnomon
from gnomon.sdk.public.api import Api
from gnomon.sdk.shipper.folder import RunFolder
from gnomon.sdk.shipper.ship import Ship
from gnomon.server.actions import accounts
from gnomon.server.app import build_app
from gnomon.server.settings import load
from gnomon.server.storage.open import open_storage

KEYS = {"ann": "a" * 40, "bob": "b" * 40, "root": "c" * 40}
"""Users and their keys; root is the administrator."""


@dataclass
class Served:
    """Where the server answers."""

    url: str

    def api(self, user: str = "ann", **overrides: Any) -> Api:
        """The public API as one of KEYS uses it."""
        return Api({"base_url": self.url, **overrides}, api_key=KEYS[user])

    def environ(self, user: str = "ann") -> dict[str, str]:
        return {**os.environ, "GNOMON_BASE_URL": self.url, "GNOMON_API_KEY": KEYS[user]}


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("served")
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    ready, ended = threading.Event(), threading.Event()
    stops: list[Callable[[], None]] = []

    async def main() -> None:
        settings = load({}, data=data, metrics="memory", blobs="memory")
        storage = open_storage(settings)
        for name, key in KEYS.items():
            await storage.tables.write(
                lambda conn, name=name, key=key: accounts.create_user(  # type: ignore[misc]
                    conn, name, admin=name == "root", api_key=key, by="test", origin="", now=time.time()
                )
            )
        app = build_app(settings, storage)
        server = uvicorn.Server(uvicorn.Config(app, lifespan="on", log_config=None, access_log=False))
        stops.append(lambda: setattr(server, "should_exit", True))
        serving = asyncio.ensure_future(server.serve(sockets=[listening]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        ready.set()
        await serving

    def work() -> None:
        try:
            asyncio.run(main())
        finally:
            ready.set()
            ended.set()

    threading.Thread(target=work, name="served", daemon=True).start()
    assert ready.wait(60) and stops and not ended.is_set()
    yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}")
    stops[0]()
    assert ended.wait(30)


Log = Callable[..., str]


@pytest.fixture
def log(alone: Path) -> Log:
    """Log a run on this disk: `log("id", rows, **init)`; the folder it lies in."""

    def make(
        id: str, rows: list[dict[str, Any]], *, then: Callable[[Any], None] = lambda run: None, **given: Any
    ) -> str:
        given = {"project": "p", "mode": "offline", **given}
        run = gnomon.init(id=id, settings=gnomon.Settings(silent=True, console="off"), **given)
        for row in rows:
            step = row.get("_step")
            run.log({key: value for key, value in row.items() if key != "_step"}, step=step)
        then(run)
        folder = Path(run.dir).parent
        run.finish()
        return str(folder)

    return make


@pytest.fixture
def send(served: Served) -> Callable[[str], None]:
    """Send a run folder to the server."""

    def work(folder: str) -> None:
        said: list[str] = []
        outcome = Ship(
            RunFolder(folder), live=False, base_url=served.url, say=said.append, environ=served.environ()
        ).run()
        assert outcome.complete, said

    return work


@pytest.fixture
def logged(log: Log, send: Callable[[str], None]) -> Log:
    """The same as `log`, and it is sent."""

    def make(*args: Any, **given: Any) -> str:
        folder = log(*args, **given)
        send(folder)
        return folder

    return make
