"""Versions of artifacts as senders make them: announced, filled with files and a manifest, committed."""

from __future__ import annotations

import struct

from sqlalchemy.engine import Connection
from starlette.responses import Response

from gnomon.model.artifact import ArtifactVersion
from gnomon.model.artifact_upload import (
    ArtifactDraft,
    ArtifactFiles,
    ArtifactUpload,
    ArtifactUploads,
    ArtifactWish,
)
from gnomon.model.errors import NoRoom, NotFound, Rejected
from gnomon.model.manifest import artifact_id, artifact_key, from_hex
from gnomon.server.actions.artifacts import intake, reading
from gnomon.server.actions.artifacts.commit import commit
from gnomon.server.actions.artifacts.create import Wish, create
from gnomon.server.actions.artifacts.intake import FileWish
from gnomon.server.caller import not_there
from gnomon.server.edge import upload
from gnomon.server.edge.body import parse_json, read_body
from gnomon.server.edge.route import Bytes, Call, Header, Param, Route
from gnomon.server.storage.tables.artifacts import uploads, versions
from gnomon.server.storage.tables.artifacts.uploads import FULL, INCREMENTAL, PATCH, UploadRow
from gnomon.server.storage.tables.artifacts.versions import COMMITTED, DELETED, ArtifactRow

BATCH_BYTES = 32 << 20
BATCH_FILES = 5000
_head = struct.Struct("<I")


async def make(call: Call) -> ArtifactDraft:
    wish: ArtifactWish = call.body
    created = await create(
        call.services.storage.tables, call.entity.key, call.path("project"),
        Wish(
            type=wish.type, collection=wish.collection, digest=wish.digest, run=wish.run, description=wish.description,
            metadata=wish.metadata, aliases=tuple(wish.aliases), tags=tuple(wish.tags), ttl_secs=wish.ttl_secs,
            history_step=wish.history_step, distributed=wish.distributed_id, client=wish.client_id,
            sequence_client=wish.sequence_client_id,
        ),
        call.caller, now=call.services.clock(),
    )  # fmt: skip
    return _draft(created.artifact, created.latest)


async def announce(call: Call) -> ArtifactUploads:
    row, tables, asked = await _pending(call), call.services.storage.tables, call.body
    wishes = [FileWish(one.path, intake.kept_as(one.digest, None), one.parts) for one in asked.files]
    made = await intake.announce(tables, row, wishes, now=call.services.clock())
    in_parts = [one.key for one in made if one.blob is None and one.parts]
    here = await tables.read(
        lambda conn: {key: tuple(part.number for part in uploads.parts_of(conn, key)) for key in in_parts}
    )
    return ArtifactUploads(
        uploads=tuple(
            ArtifactUpload(upload=None if one.blob is not None else one.key, parts_here=here.get(one.key, ()))
            for one in made
        )
    )


async def put_file(call: Call) -> Response:
    row, storage, services = await _pending(call), call.services.storage, call.services
    chunks = upload.chunks(call.request, services)
    await intake.take_file(storage.tables, storage.blobs, row.key, _key(call), chunks, now=services.clock())
    return Response(status_code=204)


async def put_part(call: Call) -> Response:
    storage, services = call.services.storage, call.services
    row = await _upload(call)
    chunks = upload.chunks(call.request, services)
    number = call.path("number")
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        raise NotFound("Parts are numbered 1, 2, 3 and so on")
    await intake.take_part(storage.tables, storage.blobs, row.key, int(number), chunks, now=services.clock())
    return Response(status_code=204)


async def complete(call: Call) -> Response:
    storage, services, row = call.services.storage, call.services, await _upload(call)
    given = list(enumerate(row.parts or (), 1))
    await services.artifact_work.do(
        "complete", row.key, lambda: intake.complete(storage.tables, storage.blobs, row, given, now=services.clock())
    )
    return Response(status_code=204)


async def put_batch(call: Call) -> Response:
    row, services = await _pending(call), call.services
    data = await read_body(call.request, services, most_bytes=BATCH_BYTES)
    if not services.disk.take(len(data)):
        raise NoRoom(
            "The server's disk has no room for these files; send them again once there is", retry_after_secs=10
        )
    files = _unpacked(data)
    storage = services.storage
    await intake.take_files(storage.tables, storage.blobs, row, files, now=services.clock())
    return Response(status_code=204)


async def put_manifest(call: Call) -> Response:
    row, services = await _pending(call), call.services
    kind, base = call.query["kind"], call.query["base"]
    if kind not in (FULL, INCREMENTAL, PATCH):
        raise Rejected(f"kind is {kind!r}; a manifest is {FULL}, {INCREMENTAL} or {PATCH}", field="kind")
    digest = from_hex(call.request.headers.get("x-gnomon-md5", ""))
    if not digest:
        raise Rejected("A manifest is sent with X-Gnomon-MD5", field="X-Gnomon-MD5")
    storage, now = services.storage, services.clock()
    chunks = upload.chunks(call.request, services)
    if row.state == COMMITTED:  # another sender of the same content was quicker
        async for _ in chunks:
            pass
        return Response(status_code=204)
    made = await intake.add_manifest(
        storage.tables, row, kind=kind, name="wandb_manifest.json", digest=digest,
        base=await _base(call, base), now=now,
    )  # fmt: skip
    await intake.take_manifest(storage.tables, storage.blobs, made.key, chunks, now=now)
    return Response(status_code=204)


async def finish(call: Call) -> ArtifactVersion:
    row, services = await _pending(call), call.services
    storage = services.storage
    made = await services.artifact_work.do(
        "commit", row.key, lambda: commit(storage.tables, storage.blobs, row.key, call.caller, now=services.clock())
    )
    services.live.publish(made.project, "artifact", made.collection_name)

    def told(conn: Connection) -> ArtifactVersion:
        found = reading.in_sequence(conn, made)
        if found is None:
            raise not_there("artifact", made.path)
        return reading.as_versions(conn, [(found.collection, found.membership)], call.caller)[0]

    return await storage.tables.read(told)


async def get(call: Call) -> ArtifactDraft:
    return _draft(await _pending(call), None)


def _draft(row: ArtifactRow, latest: int | None) -> ArtifactDraft:
    return ArtifactDraft(
        id=artifact_id(row.key),
        state="COMMITTED" if row.state == COMMITTED else "PENDING",
        entity=row.entity_name,
        project=row.project_name,
        collection=row.collection_name,
        version=None if row.version is None else f"v{row.version}",
        digest=row.digest,
        latest_id=None if latest is None else artifact_id(latest),
    )


async def _pending(call: Call) -> ArtifactRow:
    """The version on its way that the path names, or what became of it. Raises NotFound."""
    id = call.path("draft")
    key = artifact_key(id)
    row = None if key is None else await call.services.storage.tables.read(lambda conn: versions.by_key(conn, key))
    if row is None or row.state == DELETED or row.entity != call.entity.key or row.project_name != call.path("project"):
        raise not_there("artifact", id[:100])
    return row


async def _upload(call: Call) -> UploadRow:
    row, key = await _pending(call), _key(call)
    found = await call.services.storage.tables.read(lambda conn: uploads.upload(conn, key))
    if found is None or found.artifact != row.key or not found.parts:
        raise NotFound("The upload is not there any more, or it does not come in parts")
    return found


def _key(call: Call) -> int:
    text = call.path("upload")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


async def _base(call: Call, id: str | None) -> int | None:
    """The version that a manifest adds to, which is one of the same entity."""
    key = artifact_key(id) if id else None
    row = None if key is None else await call.services.storage.tables.read(lambda conn: versions.by_key(conn, key))
    if id and (row is None or row.entity != call.entity.key):
        raise not_there("artifact", id[:100])
    return key


def _unpacked(data: bytes) -> list[tuple[int, bytes]]:
    """The files of a batch. Raises Rejected where it is none."""
    head_bytes = _head.unpack_from(data)[0] if len(data) >= _head.size else len(data)
    at = _head.size + head_bytes
    if at > len(data):
        raise Rejected("The batch does not begin with what it holds", field="body")
    told: list[tuple[int, int]] = parse_json(data[_head.size : at], list[tuple[int, int]])
    if len(told) > BATCH_FILES:
        raise Rejected(f"A batch has up to {BATCH_FILES} files, not {len(told)}", field="body")
    files = []
    for key, size in told:
        if not 0 <= size <= len(data) - at:
            raise Rejected("The batch is shorter than it says", field="body")
        files.append((key, data[at : at + size]))
        at += size
    if at != len(data):
        raise Rejected("The batch is longer than it says", field="body")
    return files


_PROJECT = "/api/artifacts/{entity}/{project}"
_DRAFT = _PROJECT + "/drafts/{draft}"
_UPLOAD = _DRAFT + "/uploads/{upload}"
_CREATE = "artifact.create"

routes = [
    Route(
        "POST", _PROJECT + "/drafts", _CREATE, make,
        doc="Announce a version.\n\nProject, type and collection are made where they are missing. Where the "
        "collection has a version of the same digest, that is the answer, with the aliases wished for, and nothing has "
        "to be sent. Wishing again under the same `client_id` gives the same version.",
        body=ArtifactWish, answer=ArtifactDraft,
    ),
    Route(
        "GET", _DRAFT, "artifact.draft", get, doc="A version on its way, or what became of it.", answer=ArtifactDraft,
    ),
    Route(
        "POST", _DRAFT + "/uploads", _CREATE, announce,
        doc="Announce files of a version; the answer says which of them have to be sent.\n\n"
        "A file whose bytes the entity has is not sent again. Files may be announced again, at any time.",
        body=ArtifactFiles, answer=ArtifactUploads,
    ),
    Route(
        "PUT", _UPLOAD, _CREATE, put_file,
        doc="The bytes of a file that was announced; they are kept only if they have the digest announced.",
        body=Bytes("The bytes of the file."), status=204,
    ),
    Route(
        "PUT", _UPLOAD + "/parts/{number}", _CREATE, put_part,
        doc="A part of a file that was announced in parts, the first of which is 1. Parts may come in any order.",
        body=Bytes("The bytes of the part."), status=204,
    ),
    Route(
        "POST", _UPLOAD + "/complete", _CREATE, complete, doc="Put a file together from its parts.", status=204,
    ),
    Route(
        "POST", _DRAFT + "/batch", _CREATE, put_batch,
        doc="Many small files in one request.\n\n"
        "The body is the length of a JSON text in 4 bytes (little endian), that text (`[[upload, size], ...]`), and "
        f"the bytes of the files in that order: up to {BATCH_FILES} files and {BATCH_BYTES >> 20} MB. Either all "
        "of them are kept or none counts as sent.",
        body=Bytes("The files."), status=204,
    ),
    Route(
        "PUT", _DRAFT + "/manifest", _CREATE, put_manifest,
        doc="The manifest of a version, as the official client writes it.\n\n"
        "The last one counts; of a version that several senders make together, every `patch`.",
        query=(
            Param("kind", "`full`; `incremental`: on top of the version `base`; or `patch`.", str, FULL),
            Param("base", "The id of the version that an incremental manifest adds to."),
        ),
        headers=(Header("X-Gnomon-MD5", "MD5 of the body, in hex.", required=True),),
        body=Bytes("The manifest.", "application/json"), status=204,
    ),
    Route(
        "POST", _DRAFT + "/commit", _CREATE, finish,
        doc="Commit a version: from now on it is there for everybody, and never changes.\n\n"
        "Fails, naming some of them, where bytes are missing. Committing twice is the same as once.",
        answer=ArtifactVersion,
    ),
]  # fmt: skip
