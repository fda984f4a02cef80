"""Artifacts: collections, versions, what they hold, where they came from, and what people change of them."""

from __future__ import annotations

from starlette.responses import Response

from gnomon.model.artifact import (
    ArtifactCollection,
    ArtifactDiff,
    ArtifactEdit,
    ArtifactEntryPage,
    ArtifactPlace,
    ArtifactTypeInfo,
    ArtifactVersion,
    ArtifactVersionPage,
    CollectionEdit,
    Lineage,
    RunArtifacts,
)
from gnomon.server.actions import files
from gnomon.server.actions.artifacts import ancestry, changes, delete, edits, links, names, reading
from gnomon.server.actions.artifacts.names import Found
from gnomon.server.edge import framed, ranges
from gnomon.server.edge.route import Bytes, Call, Param, Route


async def types(call: Call) -> list[ArtifactTypeInfo]:
    return await reading.types(call.services.storage.tables, call.project)


async def listed(call: Call) -> list[ArtifactCollection]:
    return await reading.listed(call.services.storage.tables, call.project, call.caller, type=call.query["type"])


async def get_collection(call: Call) -> ArtifactCollection:
    tables = call.services.storage.tables
    return await reading.get_collection(tables, call.project, call.path("collection"), call.caller)


async def edit_collection(call: Call) -> ArtifactCollection:
    tables, project = call.services.storage.tables, call.project
    row = await tables.read(lambda conn: names.the_collection(conn, project, call.path("collection")))
    changed = await edits.edit_collection(tables, row, call.body, call.caller, now=call.services.clock())
    _tell(call, changed.name)
    return await reading.get_collection(tables, project, changed.name, call.caller)


async def delete_collection(call: Call) -> None:
    tables = call.services.storage.tables
    row = await tables.read(lambda conn: names.the_collection(conn, call.project, call.path("collection")))
    await delete.collection(tables, row, call.caller, now=call.services.clock())
    _tell(call, row.name)


async def versions(call: Call) -> ArtifactVersionPage:
    return await reading.page_of_versions(
        call.services.storage.tables, call.project, call.path("collection"), call.caller,
        limit=call.query["limit"], cursor=call.query["cursor"],
    )  # fmt: skip


async def get(call: Call) -> ArtifactVersion:
    tables = call.services.storage.tables
    return await reading.get_version(tables, call.project, call.path("collection"), call.path("version"), call.caller)


async def edit(call: Call) -> ArtifactVersion:
    tables, found = call.services.storage.tables, await _found(call)
    await edits.edit(tables, found, call.body, call.caller, now=call.services.clock())
    _tell(call, found.collection.name)
    version = f"v{found.membership.version}"
    return await reading.get_version(tables, call.project, found.collection.name, version, call.caller)


async def remove(call: Call) -> None:
    tables, found, now = call.services.storage.tables, await _found(call), call.services.clock()
    if found.collection.kind == "portfolio":
        await links.unlink(tables, found.artifact.key, found.collection, now=now)
    else:
        whole = call.query["delete_aliases"]
        await delete.version(tables, found.artifact, call.caller, with_aliases=whole, now=now)
    _tell(call, found.collection.name)


async def entries(call: Call) -> ArtifactEntryPage:
    found = await _found(call)
    return await reading.page_of_entries(
        call.services.storage.tables, found.artifact.key, call.caller,
        prefix=call.query["prefix"], limit=call.query["limit"], cursor=call.query["cursor"],
    )  # fmt: skip


async def file(call: Call) -> Response:
    storage, found = call.services.storage, await _found(call)
    row = await reading.entry(storage.tables, found.artifact.key, call.path("path"))
    assert row.blob is not None
    mime = files.mime_of(row.path)
    if framed.is_wanted(call.request, mime):
        return framed.answer(await reading.opened(storage.blobs, row), row.blob)
    media, inline = files.served_as(mime)
    return await ranges.answer(
        call.request, lambda start, end: reading.opened(storage.blobs, row, start=start, end=end),
        name=row.path, size_bytes=row.size_bytes, digest=row.blob, media=media, inline=inline,
    )  # fmt: skip


async def lineage(call: Call) -> Lineage:
    found = await _found(call)
    tables = call.services.storage.tables
    return await ancestry.graph(tables, found.artifact.key, call.caller, depth=call.query["depth"])


async def diff(call: Call) -> ArtifactDiff:
    project, name = call.project, call.path("collection")
    tables, after = call.services.storage.tables, await _found(call)
    before = await tables.read(lambda conn: names.the_version(conn, project, name, call.query["before"]))
    return await changes.between(tables, before, after)


async def place(call: Call) -> ArtifactPlace:
    return await reading.place(call.services.storage.tables, call.query["uri"], call.caller)


async def of_run(call: Call) -> RunArtifacts:
    return await reading.of_run(call.services.storage.tables, call.run, call.caller)


async def _found(call: Call) -> Found:
    project, name, version = call.project, call.path("collection"), call.path("version")
    return await call.services.storage.tables.read(lambda conn: names.the_version(conn, project, name, version))


def _tell(call: Call, collection: str) -> None:
    call.services.live.publish(call.project.key, "artifact", collection)


_PROJECT = "/api/artifacts/{entity}/{project}"
_COLLECTION = _PROJECT + "/collections/{collection}"
_VERSION = _COLLECTION + "/versions/{version}"
_LIMIT = Param("limit", "How many at most.", int, 100)
_CURSOR = Param("cursor", "Where the part before ended.")

routes = [
    Route(
        "GET", _PROJECT + "/types", "artifact.types", types,
        doc="The types of the project's artifacts, by name.", answer=list[ArtifactTypeInfo],
    ),
    Route(
        "GET", _PROJECT + "/collections", "artifact.collections", listed,
        doc="The collections of the project, the one changed last first.",
        query=(Param("type", "Only those of this type."),), answer=list[ArtifactCollection],
    ),
    Route(
        "GET", _PROJECT + "/place", "artifact.place", place,
        doc="Which version, and which file of it, an address of the official client means: "
        "`wandb-client-artifact://…` or `wandb-artifact://…`, as logged tables have them.",
        query=(Param("uri", "The address.", required=True),), answer=ArtifactPlace,
    ),
    Route(
        "GET", _COLLECTION, "artifact.collection.get", get_collection, doc="One collection.", answer=ArtifactCollection
    ),
    Route(
        "PATCH", _COLLECTION, "artifact.collection.edit", edit_collection,
        doc="Change a collection.\n\nFields left out stay as they are.",
        body=CollectionEdit, answer=ArtifactCollection,
    ),
    Route(
        "DELETE", _COLLECTION, "artifact.collection.delete", delete_collection,
        doc="Delete a collection: a sequence with all its versions, a portfolio without them.", status=204,
    ),
    Route(
        "GET", _COLLECTION + "/versions", "artifact.versions", versions,
        doc="The versions of a collection, newest first.", query=(_LIMIT, _CURSOR), answer=ArtifactVersionPage,
    ),
    Route(
        "GET", _VERSION, "artifact.get", get,
        doc="One version, by its number (`v3`), an alias or its digest.", answer=ArtifactVersion,
    ),
    Route(
        "PATCH", _VERSION, "artifact.edit", edit,
        doc="Change what is said of a version, and what it is called in this collection.\n\n"
        "Fields left out stay as they are.",
        body=ArtifactEdit, answer=ArtifactVersion,
    ),
    Route(
        "DELETE", _VERSION, "artifact.delete", remove,
        doc="Delete a version; in a portfolio, take it out of that.\n\n"
        "One that has aliases is only deleted with `delete_aliases`.",
        query=(Param("delete_aliases", "Delete it whatever it is called.", bool, False),), status=204,
    ),
    Route(
        "GET", _VERSION + "/entries", "artifact.entries", entries,
        doc="The files of a version and its references, by path.",
        query=(Param("prefix", "Only paths that begin so.", str, ""), _LIMIT, _CURSOR), answer=ArtifactEntryPage,
    ),
    Route(
        "GET", _VERSION + "/files/{path:path}", "artifact.file", file,
        doc="The bytes of a file of a version, or a range of them.\n\n"
        "Images, sound and film are sent as what they are, text as plain text, and everything else as a download. A "
        "logged page is sent to a frame of the page as what it is with `as=page`, cut off from everything.",
        answer=Bytes("The bytes of the file."),
    ),
    Route(
        "GET", _VERSION + "/diff", "artifact.entries", diff,
        doc="What this version has otherwise than another of its collection: paths added, removed and changed.",
        query=(Param("before", "The version it is compared with: `v3`, an alias or a digest.", required=True),),
        answer=ArtifactDiff,
    ),
    Route(
        "GET", _VERSION + "/lineage", "artifact.lineage", lineage,
        doc="What a version came from and what came from it: runs and versions, as far as one may see them.",
        query=(Param("depth", "So many steps from version to version to each side.", int, 3),), answer=Lineage,
    ),
    Route(
        "GET", "/api/runs/{entity}/{project}/{run}/artifacts", "run.artifacts", of_run,
        doc="What the run used and what it logged.", answer=RunArtifacts,
    ),
]  # fmt: skip
