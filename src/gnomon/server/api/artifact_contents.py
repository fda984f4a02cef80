"""What versions hold as a whole, where they are shown, and which runs use them: what scripts ask."""

from __future__ import annotations

from sqlalchemy.engine import Connection
from starlette.responses import Response, StreamingResponse

from gnomon.model.artifact import ArtifactVersion
from gnomon.model.artifact_name import LATEST
from gnomon.model.artifact_upload import ArtifactLink, ArtifactPaths, ArtifactUse
from gnomon.model.manifest import artifact_key
from gnomon.server.actions.artifacts import ancestry, contents, links, names, reading
from gnomon.server.actions.artifacts.names import Found
from gnomon.server.actions.artifacts.sight import seen, sees
from gnomon.server.caller import not_there
from gnomon.server.edge.route import Bytes, Call, Route
from gnomon.server.storage.tables.artifacts import collections, versions
from gnomon.server.storage.tables.artifacts.versions import ArtifactRow

_PRIVATE = {"Cache-Control": "private, no-cache"}


async def manifest(call: Call) -> Response:
    found = await _found(call)
    pieces = await contents.manifest(call.services.storage.tables, found.artifact.key)
    return StreamingResponse(pieces, 200, _PRIVATE, "application/json")


async def read(call: Call) -> Response:
    storage, found = call.services.storage, await _found(call)
    rows = await contents.files(storage.tables, found.artifact.key, call.body.paths)
    headers = {**_PRIVATE, "Content-Length": str(sum(row.size_bytes for row in rows))}
    return StreamingResponse(contents.joined(storage.blobs, rows), 200, headers, "application/octet-stream")


async def linked(call: Call) -> list[ArtifactVersion]:
    found = await _found(call)

    def work(conn: Connection) -> list[ArtifactVersion]:
        places = versions.memberships_of(conn, [found.artifact.key])
        rows = collections.by_keys(conn, {place.collection for place in places})
        shown = [
            (rows[place.collection], place)
            for place in places
            if rows[place.collection].kind == "portfolio"
            and rows[place.collection].deleted_at is None
            and sees(call.caller, rows[place.collection].entity_name)
        ]
        return list(reading.as_versions(conn, shown, call.caller))

    return await call.services.storage.tables.read(work)


async def link(call: Call) -> ArtifactVersion:
    tables, row = call.services.storage.tables, await _named(call, call.body.id)
    aliases = [alias for alias in call.body.aliases if alias != LATEST]
    made = await links.link(
        tables, row, call.entity.key, call.path("project"), call.path("collection"), aliases,
        now=call.services.clock(),
    )  # fmt: skip
    call.services.live.publish(made.collection.project, "artifact", made.collection.name)
    return await tables.read(
        lambda conn: reading.as_versions(conn, [(made.collection, made.membership)], call.caller)[0]
    )


async def use(call: Call) -> ArtifactVersion:
    tables, wanted = call.services.storage.tables, call.body
    row = await _named(call, wanted.id)
    used = await ancestry.use(tables, row, call.run, used_as=wanted.used_as, now=call.services.clock())

    def told(conn: Connection) -> ArtifactVersion:
        place = reading.in_sequence(conn, used)
        if place is None:
            raise not_there("artifact", wanted.id[:100])
        return reading.as_versions(conn, [(place.collection, place.membership)], call.caller)[0]

    return await tables.read(told)


async def _named(call: Call, id: str) -> ArtifactRow:
    """The version of this id, which the caller may read somewhere. Raises NotFound."""
    key = artifact_key(id)

    def find(conn: Connection) -> ArtifactRow | None:
        row = None if key is None else versions.by_key(conn, key)
        return row if row is not None and seen(conn, call.caller, [row]) else None

    row = await call.services.storage.tables.read(find)
    if row is None:
        raise not_there("artifact", id[:100])
    return row


async def _found(call: Call) -> Found:
    project, name, version = call.project, call.path("collection"), call.path("version")
    return await call.services.storage.tables.read(lambda conn: names.the_version(conn, project, name, version))


_COLLECTION = "/api/artifacts/{entity}/{project}/collections/{collection}"
_VERSION = _COLLECTION + "/versions/{version}"

routes = [
    Route(
        "GET", _VERSION + "/manifest", "artifact.manifest", manifest,
        doc="The manifest of a version: all its files and references, as the official client reads them.",
        answer=Bytes("The manifest.", "application/json"),
    ),
    Route(
        "POST", _VERSION + "/read", "artifact.read", read,
        doc="Many files of a version in one answer: their bytes one after the other, in the order asked for.\n\n"
        f"Their sizes are in the manifest. Up to {contents.MOST_AT_ONCE} files are sent at once.",
        body=ArtifactPaths, answer=Bytes("The bytes of the files."),
    ),
    Route(
        "GET", _VERSION + "/links", "artifact.links", linked,
        doc="The portfolios that show a version, as far as one may see them: the version as each of them has it.",
        answer=list[ArtifactVersion],
    ),
    Route(
        "POST", _COLLECTION + "/links", "artifact.link", link,
        doc="Show a version of another collection in this one, a portfolio, too.\n\n"
        "The portfolio is made where it is missing, as is its project; linking again gives it the aliases. The answer "
        "is the version as the portfolio has it. Deleting it there takes it out.",
        body=ArtifactLink, answer=ArtifactVersion,
    ),
    Route(
        "POST", "/api/runs/{entity}/{project}/{run}/artifacts", "run.artifacts.use", use,
        doc="Say that a run uses a version.", body=ArtifactUse, answer=ArtifactVersion,
    ),
]  # fmt: skip
