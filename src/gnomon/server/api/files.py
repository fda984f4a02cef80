"""Files of runs. What users uploaded is never trusted: it is shown only under types that cannot run anything."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response, StreamingResponse

from gnomon.model.history import FileInfo, FileOffer, FileStored
from gnomon.server.actions import files
from gnomon.server.edge import archive, framed, ranges, upload
from gnomon.server.edge.route import Bytes, Call, Header, Param, Route


async def listed(call: Call) -> list[FileInfo]:
    return await files.listed(call.services.storage.tables, call.run.key)


async def get(call: Call) -> Response:
    storage = call.services.storage
    row = await files.get(storage.tables, call.run.key, call.path("path"))
    if framed.is_wanted(call.request, row.mime):
        return framed.answer(await files.opened(storage.blobs, row), row.digest)
    media, inline = files.served_as(row.mime)
    return await ranges.answer(
        call.request, lambda start, end: files.opened(storage.blobs, row, start=start, end=end),
        name=row.path, size_bytes=row.size_bytes, digest=row.digest, media=media, inline=inline,
    )  # fmt: skip


async def zipped(call: Call) -> StreamingResponse:
    storage, under = call.services.storage, call.query["under"]
    rows = await files.under(storage.tables, call.run.key, under)
    name = (under.rstrip("/").split("/")[-1] or call.run.id).encode("ascii", "replace").decode().replace('"', "'")
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.zip"',
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "no-store",
    }
    pieces = archive.pieces((row.path, row.updated_at, partial(files.opened, storage.blobs, row)) for row in rows)
    return StreamingResponse(pieces, 200, headers, "application/zip")


async def put(call: Call) -> FileStored | FileOffer:
    services, request, path = call.services, call.request, call.path("path")
    storage, now = services.storage, services.clock()
    digest = request.headers.get("x-gnomon-digest", "")
    if request.headers.get("x-gnomon-offer"):
        have = await files.offer(storage.tables, storage.blobs, services.live, call.run, path, digest, now=now)
        return FileOffer(have=have)
    chunks = upload.chunks(request, services)
    await files.put(storage.tables, storage.blobs, services.live, call.run, path, digest, chunks, now=now)
    return FileStored()


async def delete(call: Call) -> None:
    services = call.services
    chosen = [(call.run, files.check_path(call.path("path")))]
    await files.delete(services.storage.tables, services.live, chosen, call.caller, services.clock())


_PATH = "/api/runs/{entity}/{project}/{run}/files"

routes = [
    Route("GET", _PATH, "run.files", listed, doc="The files of the run.", answer=list[FileInfo]),
    Route(
        "GET", _PATH + "/{path:path}", "run.file", get,
        doc="The bytes of a file, or a range of them.\n\n"
        "Images, sound and film are sent as what they are, text as plain text, and everything else as a download. A "
        "logged page is sent to a frame of the page as what it is with `as=page`, cut off from everything.",
        answer=Bytes("The bytes of the file."),
    ),
    Route(
        "GET", _PATH + ".zip", "run.file", zipped,
        doc="The files of the run, or of one of its folders, as one archive; not compressed, made while it is sent.",
        query=(Param("under", "The folder; all files where it is left out.", str, ""),),
        answer=Bytes("A ZIP archive.", "application/zip"),
    ),
    Route(
        "PUT", _PATH + "/{path:path}", "run.file.put", put,
        doc="Store a file of the run; one of the same path is replaced.\n\n"
        "With `X-Gnomon-Offer: 1` and an empty body the answer is FileOffer: whether the project has these bytes "
        "already, in which case the path holds them from now on and nothing has to be sent.",
        headers=(
            Header("X-Gnomon-Digest", "SHA-256 of the bytes, in hex.", required=True),
            Header("X-Gnomon-Offer", "`1` asks whether the bytes have to be sent at all."),
        ),
        body=Bytes("The bytes of the file."), answer=FileStored,
    ),
    Route("DELETE", _PATH + "/{path:path}", "run.file.delete", delete, doc="Delete a file of the run."),
]  # fmt: skip
