"""The wiring of the server, on one screen.

    request -> Guard (foreign hosts, headers for browsers) -> a Route's door (who, may they, on what) -> handler

Everything the API does is in the `routes` of the modules of `api/`; what runs by the clock is in `chores/`.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gnomon.model.errors import Rejected
from gnomon.server import chores
from gnomon.server.access import Access
from gnomon.server.actions.artifacts.once import Once
from gnomon.server.actions.columns import RunColumns, Surveyor
from gnomon.server.actions.edits import Edits
from gnomon.server.actions.health import Health
from gnomon.server.actions.ingest import FileStreams, Ingest
from gnomon.server.actions.passwords import Tries
from gnomon.server.actions.project_keys import ProjectKeys
from gnomon.server.actions.summaries import Summaries
from gnomon.server.actions.sweeps import Agents
from gnomon.server.actions.upserts import Upserts
from gnomon.server.api import (
    alerts,
    artifact_contents,
    artifact_uploads,
    artifacts,
    audit,
    charts,
    console,
    edits,
    export,
    files,
    groups,
    health,
    journal,
    keys,
    metrics,
    openapi,
    page,
    projects,
    readings,
    records,
    reports,
    rows,
    runs,
    series,
    session,
    sql,
    sweep_agents,
    sweeps,
    tables,
    teams,
    users,
    views,
)
from gnomon.server.api import live as live_events
from gnomon.server.edge.errors import answer_for
from gnomon.server.edge.route import Route, mounted
from gnomon.server.live import Live
from gnomon.server.meters import Meters
from gnomon.server.room import BodyRoom, DiskRoom
from gnomon.server.services import Services
from gnomon.server.settings import Settings
from gnomon.server.signing import Signer, secret_of
from gnomon.server.sql.process import Processes, SqlSettings
from gnomon.server.storage.open import Storage
from gnomon.server.wandb_api import artifact_files, filestream, graphql, schema
from gnomon.server.wandb_api import storage as signed_storage

MODULES = (
    session, users, teams, keys, audit, projects, runs, edits, groups, series, rows, console, files, alerts, journal,
    live_events, health, metrics, export, sql, tables, sweeps, sweep_agents, reports, views, graphql, filestream,
    signed_storage, records, readings, charts,
    artifacts, artifact_uploads, artifact_contents, artifact_files,
)  # fmt: skip

CONVERTERS = 4
"""So many exports to Parquet or CSV are written at one time; others wait."""

ROUTES: list[Route] = [route for module in MODULES for route in module.routes]


def build_app(settings: Settings, storage: Storage, *, clock: Callable[[], float] = time.time) -> Starlette:
    """The server over its storage, which it closes when it stops.

    Raises LookupError for a route, or a field of the GraphQL schema, without a rule.
    """
    schema.load()
    live, meters = Live(), Meters()
    summaries = Summaries(storage.tables, storage.metrics, live)
    edits_made = Edits(storage.tables, storage.metrics, summaries, live, clock=clock)
    streams = FileStreams(storage.tables, storage.metrics, summaries, live, meters, clock=clock)
    disk = DiskRoom(settings.data, floor_bytes=settings.floor_mb << 20)
    queries = Processes(
        SqlSettings(
            folder=settings.data / "sql",
            secs=settings.sql_secs,
            memory_mb=settings.sql_memory_mb,
            at_once=settings.sql_at_once,
        ),
        disk.spare_bytes,
    )
    surveyor = Surveyor(settings.data / "surveys", disk.spare_bytes)
    services = Services(
        settings=settings,
        storage=storage,
        access=Access(storage.tables, clock=clock),
        columns=RunColumns(storage.tables, most_bytes=settings.column_cache_mb << 20, surveyor=surveyor),
        live=live,
        meters=meters,
        summaries=summaries,
        edits=edits_made,
        ingest=Ingest(storage.tables, storage.metrics, summaries, live, meters, address=settings.address, clock=clock),
        streams=streams,
        upserts=Upserts(storage.tables, storage.metrics, streams, edits_made, summaries, live, clock=clock),
        agents=Agents(storage.tables, storage.metrics, live, clock=clock, lease_secs=settings.sweep_lease_secs),
        artifact_work=Once(),
        project_keys=ProjectKeys(storage.tables, storage.metrics),
        tries=Tries(clock),
        signer=Signer(secret_of(settings.data), clock=clock),
        health=Health(storage, clock=time.monotonic),
        disk=disk,
        bodies=BodyRoom(settings.receive_mb << 20),
        queries=queries,
        converters=Processes(replace(queries.settings, threads=1, at_once=CONVERTERS), disk.spare_bytes),
        clock=clock,
        started_at=clock(),
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        queries.clear()
        surveyor.clear()
        async with chores.running(services):
            yield
        services.live.close()
        await services.columns.close()
        await storage.close()

    app = Starlette(
        routes=[*mounted([*ROUTES, *openapi.routes_for(ROUTES)], services), *page.routes()],
        middleware=[Middleware(Guard, settings=settings, meters=meters)],
        lifespan=lifespan,
    )
    app.state.services = services
    return app


class Guard:
    """What holds for every answer: no foreign host names on loopback (a page elsewhere could point its own name at
    127.0.0.1), and headers that tell browsers to take things for what they are said to be."""

    def __init__(self, app: ASGIApp, settings: Settings, meters: Meters) -> None:
        self.app = app
        self.meters = meters
        self.loopback = settings.on_loopback and not settings.base_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self.meters.requests.add(method=scope["method"], status=str(message["status"]))
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Content-Security-Policy", page.CSP)
                headers.setdefault("Referrer-Policy", "same-origin")
                headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
            await send(message)

        host = Headers(scope=scope).get("host", "")
        if self.loopback and not is_loopback(host):
            refusal = answer_for(
                Rejected(f"This server answers as localhost only, not as {host[:100]!r}", field="host")
            )
            await refusal(scope, receive, guarded)
            return
        try:
            await self.app(scope, receive, guarded)
        except Exception as error:
            if begun:
                raise
            await answer_for(error)(scope, receive, guarded)


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and not host.endswith("]") else host
    name = name.strip("[]").lower()
    octets = name.split(".")
    return (
        name in ("localhost", "::1")
        or name.endswith(".localhost")
        or (len(octets) == 4 and octets[0] == "127" and all(part.isdigit() and int(part) < 256 for part in octets))
    )
