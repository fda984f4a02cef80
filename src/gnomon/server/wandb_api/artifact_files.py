"""Files and manifests of artifacts by signed addresses, and by the addresses that the client makes up itself where a
signed one has expired."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response, StreamingResponse

from gnomon.model.errors import NotFound, Rejected
from gnomon.model.manifest import from_hex
from gnomon.server.actions import files
from gnomon.server.actions.artifacts import contents, intake, reading
from gnomon.server.edge import ranges, upload
from gnomon.server.edge.route import Bytes, Call, Route
from gnomon.server.services import Services
from gnomon.server.signing import Grant
from gnomon.server.storage.blobs.store import Digest
from gnomon.server.storage.tables.artifacts import uploads, versions
from gnomon.server.storage.tables.artifacts.entries import EntryRow
from gnomon.server.storage.tables.artifacts.uploads import Known, ManifestRow, UploadRow
from gnomon.server.storage.tables.artifacts.versions import COMMITTED, ArtifactRow
from gnomon.server.wandb_api.ids import to_id
from gnomon.server.wandb_api.scalars import iso

FILE, MANIFEST, PART = "artifact-file", "artifact-manifest", "artifact-part"
STORED = "wandb_artifacts"
"""How the paths begin that files of artifacts have for the client; scripts look at it."""
DOWNLOAD_SECS = 6 * 3600.0
"""Long enough for a list of files to be worked off; then the client asks again."""


def entry_node(services: Services, origin_url: str, artifact: ArtifactRow, entry: EntryRow) -> dict[str, Any]:
    """An entry as the client's `File`. One that is a reference has its address in place of one of ours."""

    def address(*_: Any, **__: Any) -> str:
        if entry.ref is not None:
            return entry.ref
        url = services.signer.url
        return url(origin_url, "GET", FILE, artifact.key, entry.path, name=entry.path, secs=DOWNLOAD_SECS)

    return {
        "id": to_id("File", f"{artifact.key}/{entry.path}"),
        "name": entry.path,
        "displayName": entry.path,
        "url": address,
        "directUrl": address,
        "sizeBytes": entry.size_bytes,
        "mimetype": files.mime_of(entry.path),
        "updatedAt": iso(artifact.created_at),
        "md5": None if entry.ref is not None else entry.digest,
        "digest": entry.digest,
        "storagePath": None if entry.ref is not None else f"{STORED}/{artifact.key}/{entry.path}",
        "artifact": artifact,
    }


def upload_node(services: Services, origin_url: str, artifact: ArtifactRow, row: UploadRow) -> dict[str, Any]:
    """A file that was announced: where its bytes, or its parts, are to be put, or that they need not be."""
    node: dict[str, Any] = {
        "id": to_id("File", f"{artifact.key}/{row.path}"),
        "name": row.path,
        "displayName": row.path,
        "storagePath": f"{STORED}/{artifact.key}/{row.key}",
        "uploadUrl": None,
        "uploadHeaders": [],
        "uploadMultipartUrls": None,
        "artifact": artifact,
        "digest": row.digest,
        "sizeBytes": row.size_bytes,
        "directUrl": "",
    }
    if row.blob is not None:
        return node
    url = services.signer.url
    node["uploadUrl"] = url(origin_url, "PUT", FILE, artifact.key, row.key, name=row.path)
    if row.parts is not None:
        node["uploadMultipartUrls"] = {
            "uploadID": str(row.key),
            "uploadUrlParts": [
                {"partNumber": number, "uploadUrl": url(origin_url, "PUT", PART, row.key, number, name=row.path)}
                for number in range(1, len(row.parts) + 1)
            ],
        }
    return node


def manifest_node(services: Services, origin_url: str, row: ManifestRow) -> dict[str, Any]:
    """A manifest that is to come, and where its file is to be put."""
    file = {
        "id": to_id("File", f"manifest/{row.key}"),
        "name": row.name,
        "displayName": row.name,
        "uploadUrl": lambda *_, **__: services.signer.url(origin_url, "PUT", MANIFEST, row.key, name=row.name),
        "uploadHeaders": [],
        "directUrl": "",
        "sizeBytes": 0,
    }
    return {"id": to_id("ArtifactManifest", row.key), "digest": row.digest, "file": file}


def current_manifest(services: Services, origin_url: str, row: ArtifactRow) -> dict[str, Any]:
    """The manifest of a committed version, and where it can be read."""
    name = "wandb_manifest.json"

    def address(*_: Any, **__: Any) -> str:
        return services.signer.url(origin_url, "GET", MANIFEST, row.key, name=name, secs=DOWNLOAD_SECS)

    file = {
        "id": to_id("File", f"manifest/of/{row.key}"), "name": name, "displayName": name, "url": address,
        "directUrl": address, "sizeBytes": 0,
    }  # fmt: skip
    return {"id": to_id("ArtifactManifest", f"of/{row.key}"), "digest": row.digest, "file": file}


async def _file(call: Call, grant: Grant) -> Response:
    storage, artifact = call.services.storage, int(grant.names[0])
    if grant.method == "PUT":
        chunks = upload.chunks(call.request, call.services)
        now = call.services.clock()
        await intake.take_file(storage.tables, storage.blobs, artifact, int(grant.names[1]), chunks, now=now)
        return Response(status_code=200)
    row = await storage.tables.read(lambda conn: versions.by_key(conn, artifact))
    if row is None or row.state != COMMITTED:
        raise NotFound("The artifact was deleted")
    entry = await reading.entry(storage.tables, artifact, str(grant.names[1]))
    return await answer(call, entry)


async def _part(call: Call, grant: Grant) -> Response:
    storage, (key, number) = call.services.storage, map(int, grant.names)
    chunks = upload.chunks(call.request, call.services)
    md5 = await intake.take_part(storage.tables, storage.blobs, key, number, chunks, now=call.services.clock())
    return Response(status_code=200, headers={"ETag": f'"{md5}"'})


async def _manifest(call: Call, grant: Grant) -> Response:
    storage, key = call.services.storage, int(grant.names[0])
    if grant.method == "PUT":
        chunks = upload.chunks(call.request, call.services)
        await intake.take_manifest(storage.tables, storage.blobs, key, chunks, now=call.services.clock())
        return Response(status_code=200)
    row = await storage.tables.read(lambda conn: versions.by_key(conn, key))
    if row is None or row.state != COMMITTED:
        raise NotFound("The artifact was deleted")
    manifest = await contents.manifest(storage.tables, key)
    return StreamingResponse(manifest, 200, {"Cache-Control": "private, no-cache"}, "application/json")


async def answer(call: Call, entry: EntryRow) -> Response:
    """The bytes of an entry, or a range of them."""
    assert entry.blob is not None
    media, inline = files.served_as(files.mime_of(entry.path))
    blobs = call.services.storage.blobs
    return await ranges.answer(
        call.request, lambda start, end: reading.opened(blobs, entry, start=start, end=end),
        name=entry.path, size_bytes=entry.size_bytes, digest=entry.blob, media=media, inline=inline,
    )  # fmt: skip


async def by_digest(call: Call) -> Response:
    """What an entity has under a digest that the client knows from a manifest."""
    digest = from_hex(call.path("digest"))
    if digest is None:
        raise Rejected("The digest is not in hex", field="digest")
    entity = call.entity.key
    found = await call.services.storage.tables.read(
        lambda conn: uploads.known_bytes(conn, entity, [digest]).get(digest)
    )
    if found is None:
        raise NotFound("There are no such bytes here")
    return await answer(call, _entry(call, digest, found))


def _entry(call: Call, digest: str, known: Known) -> EntryRow:
    name = str(call.request.path_params.get("name", digest))
    return EntryRow(name, digest, known.size_bytes, Digest(known.blob), None, None, None)


HANDLERS: dict[str, Callable[[Call, Grant], Any]] = {FILE: _file, PART: _part, MANIFEST: _manifest}

_DOC = (
    "The bytes of an artifact's file by its digest.\n\n"
    "The official client asks here where a signed address has expired. What an entity does not have is not there."
)
_V2 = "/artifactsV2/{region}/{entity}/{project}/{collection}"

routes = [
    Route(
        "GET", _V2 + "/{birth}/{digest}/{name}", "artifact.bytes", by_digest,
        doc=_DOC, answer=Bytes("The bytes of the file."), tag="wandb",
    ),
    Route(
        "GET", _V2 + "/{artifact}/{birth}/{digest}/{name}", "artifact.bytes.of", by_digest,
        doc=_DOC, answer=Bytes("The bytes of the file."), tag="wandb",
    ),
    Route(
        "GET", "/artifacts/{entity}/{digest}", "artifact.bytes.old", by_digest,
        doc=_DOC, answer=Bytes("The bytes of the file."), tag="wandb",
    ),
]  # fmt: skip
