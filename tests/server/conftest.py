"""A real server in this process: real tables, everything else in memory, and a clock the test moves."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from starlette.applications import Starlette

from gnomon.server.actions import accounts as actions
from gnomon.server.actions import passwords
from gnomon.server.app import build_app
from gnomon.server.services import Services
from gnomon.server.settings import Settings, load
from gnomon.server.storage.migrations.run import upgrade
from gnomon.server.storage.open import open_storage, open_tables
from gnomon.server.storage.tables import accounts, projects, runs
from gnomon.server.storage.tables.database import Database, open_sqlite


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Clock:
    """The time, when the test says so."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, secs: float) -> None:
        self.now += secs

    def set(self, now: float) -> None:
        self.now = now


@dataclass
class Server:
    """The server in this process, and ways to fill it that need no HTTP."""

    app: Starlette
    services: Services
    clock: Clock

    def client(self, key: str | None = None, *, at: str = "127.0.0.1", **given: Any) -> httpx.AsyncClient:
        """Somebody at this address who talks to it: with an API key, or as nobody."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=True, client=(at, 4711))
        return httpx.AsyncClient(transport=transport, base_url="http://localhost:8585", headers=headers, **given)

    async def user(self, name: str, *, admin: bool = False, password: str | None = None) -> httpx.AsyncClient:
        """A new user, as a client that holds one of their keys."""
        secret = actions.new_secret()
        hashed = passwords.hashed(password) if password else None
        await self.services.storage.tables.write(
            lambda conn: actions.create_user(
                conn, name, admin=admin, password=hashed, api_key=secret, by="test", origin="", now=self.clock()
            )
        )
        return self.client(secret)

    async def team(self, name: str, **members: str) -> None:
        await self.services.storage.tables.write(
            lambda conn: actions.create_team(conn, name, members, by="test", origin="", now=self.clock())
        )

    async def project(self, entity: str, name: str) -> projects.ProjectRow:
        def make(conn: Any) -> projects.ProjectRow:
            key = accounts.find_entity(conn, entity)
            assert key is not None
            return projects.ensure(conn, key, name, self.clock())[0]

        return await self.services.storage.tables.write(make)

    async def run(self, path: str, *, user: str | None = None, **values: Any) -> int:
        """A run at `entity/project/id`; its key."""
        entity, project_name, id = path.split("/")
        project = await self.project(entity, project_name)

        def make(conn: Any) -> int:
            owner = accounts.find_user(conn, user or entity)
            assert owner is not None
            given = {"name": id, "state": "running", **values}
            return runs.add(conn, project.key, id, user=owner.key, now=self.clock(), **given)

        return await self.services.storage.tables.write(make)


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a server that has nothing yet. They are the same for every test, which begins with a copy."""
    path = tmp_path_factory.mktemp("tables") / "gnomon.db"
    engine = open_sqlite(path)
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def settings(tmp_path: Path, empty_tables: Path) -> Settings:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    shutil.copy(empty_tables, data)
    return load({}, data=data, metrics="memory", blobs="memory")


def unsynced(tables: Database) -> Database:
    """The tables without the waiting for a disk: a test that ends in this process learns nothing by it."""
    event.listen(tables._engine, "connect", lambda raw, _: raw.execute("pragma synchronous = off"))
    return tables


@pytest.fixture(scope="session")
def new_tables(empty_tables: Path) -> Callable[[str], Database]:
    """Makes tables that have nothing yet, in a folder."""

    def make(folder: str) -> Database:
        shutil.copy(empty_tables, folder)
        return unsynced(open_tables(load({}, data=Path(folder))))

    return make


@pytest.fixture
async def server(settings: Settings) -> AsyncIterator[Server]:
    clock = Clock()
    storage = open_storage(settings)
    unsynced(storage.tables)
    app = build_app(settings, storage, clock=clock)
    services: Services = app.state.services
    yield Server(app, services, clock)
    services.live.close()
    services.ingest.close()
    services.streams.close()
    await storage.close()
