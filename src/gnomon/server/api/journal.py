"""Journals: what runs send, and how far it was taken."""

from __future__ import annotations

from typing import Any

import msgspec

from gnomon.model.errors import Unavailable
from gnomon.model.floats import named
from gnomon.server.actions.ingest import Taken, Target
from gnomon.server.actions.projects import check_name
from gnomon.server.caller import not_there
from gnomon.server.edge.body import read_body
from gnomon.server.edge.route import Bytes, Call, Param, Route
from gnomon.server.storage.tables import runs


class Offsets(msgspec.Struct, frozen=True, kw_only=True):
    """How far each journal of a run was taken, and the run's page."""

    offsets: dict[str, int]
    url: str


class Resumable(msgspec.Struct, frozen=True, kw_only=True):
    """What a script that goes on with a run wants to know of it."""

    exists: bool
    last_step: int | None = None
    name: str = ""
    state: str = ""
    config: dict[str, Any] = {}
    summary: dict[str, Any] = {}
    tags: tuple[str, ...] = ()
    notes: str = ""
    group: str = ""
    job_type: str = ""


async def append(call: Call) -> Taken:
    services = call.services
    target = Target(
        entity=call.entity.key,
        entity_name=call.entity.name,
        project=check_name(call.path("project")),
        run=check_name(call.path("run"), what="run"),
        user=call.caller.signed_in().key,
    )
    body = await read_body(call.request, services, most_bytes=services.settings.body_mb << 20)
    if body and not services.disk.take(len(body)):
        raise Unavailable("The server's disk is full; send this again once there is room", retry_after_secs=10)
    return await services.ingest.append(target, call.query["journal"], call.query["offset"], body)


async def offsets(call: Call) -> Offsets:
    run = call.run
    found = await call.services.ingest.offsets(run.key)
    return Offsets(offsets=found, url=f"{call.services.settings.address}/{run.entity}/{run.project_name}/runs/{run.id}")


async def resume(call: Call) -> Resumable:
    entity, project, id = call.entity, call.path("project"), call.path("run")
    tables = call.services.storage.tables
    row = await tables.read(lambda conn: runs.find_named(conn, entity.key, project, id))
    if row is None:
        return Resumable(exists=False)
    # What was acknowledged a moment ago counts: a requeued job must not write over its own rows.
    await call.services.summaries.flush(call.services.clock())
    row = await tables.read(lambda conn: runs.find_named(conn, entity.key, project, id))
    if row is None:
        raise not_there("run", id)
    return Resumable(
        exists=True, last_step=row.last_step, name=row.name, state=row.state, config=named(row.config),
        summary=named(row.summary),
        tags=tuple(row.tags), notes=row.notes, group=row.group, job_type=row.job_type,
    )  # fmt: skip


_PATH = "/api/runs/{entity}/{project}/{run}"

routes = [
    Route(
        "POST", _PATH + "/journal", "run.journal.append", append,
        doc="Take bytes of a run's journal; makes project and run where they are new.\n\n"
        "The body holds the bytes of the file from `offset` on, plain, gzip or deflate. Where they end in a piece of a "
        "frame they are taken up to there, and `next` says where to go on. Bytes taken before are stepped over, so a "
        "retry changes nothing; where bytes before `offset` are missing, the answer is 409 with `next_offset`. An "
        "empty body is a sign of life. Once `next` was answered, everything before it is on disk.",
        query=(
            Param("journal", "Id of the journal: 32 hex digits, chosen once when the file is made.", required=True),
            Param("offset", "Where in the file the body begins.", int, required=True),
        ),
        body=Bytes("Bytes of the journal, see `docs/formats/journal.md`."),
        answer=Taken,
    ),
    Route(
        "GET", _PATH + "/journal", "run.journal", offsets, doc="How far each journal of the run was taken.",
        answer=Offsets,
    ),
    Route(
        "GET", _PATH + "/resume", "run.resume", resume,
        doc="What a script that goes on with a run has to know.\n\nA run that is not there is no error.",
        answer=Resumable,
    ),
]  # fmt: skip
