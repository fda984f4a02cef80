"""Files of runs. What users uploaded is never trusted: it is shown only under types that cannot run anything."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gnomon.model.errors import NoRoom, Rejected
from gnomon.model.history import FileInfo, FileOffer, FileStored
from gnomon.server.actions import files
from gnomon.server.api.body import pieces
from gnomon.server.api.route import Bytes, Call, Header, Route

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


async def listed(call: Call) -> list[FileInfo]:
    return await files.listed(call.services.storage.tables, call.run.key)


async def get(call: Call) -> Response:
    storage, request = call.services.storage, call.request
    row = await files.get(storage.tables, call.run.key, call.path("path"))
    media, inline = files.served_as(row.mime)
    etag = f'"{row.digest}"'
    name = row.path.rpartition("/")[2]
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Disposition": f"{'inline' if inline else 'attachment'}; filename*=utf-8''{quote(name, safe='')}",
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }
    if etag in [known.strip().removeprefix("W/") for known in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    part = _part(request, row.size_bytes, etag)
    if part is None:
        status, start, end = 200, 0, row.size_bytes
    elif part[0] >= part[1]:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{row.size_bytes}"})
    else:
        status, (start, end) = 206, part
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{row.size_bytes}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=media)
    pieces = await files.opened(storage.blobs, row, start=start, end=end)
    return StreamingResponse(pieces, status, headers, media)


async def put(call: Call) -> FileStored | FileOffer:
    services, request, path = call.services, call.request, call.path("path")
    storage, now = services.storage, services.clock()
    digest = request.headers.get("x-gnomon-digest", "")
    if request.headers.get("x-gnomon-offer"):
        have = await files.offer(storage.tables, storage.blobs, services.live, call.run, path, digest, now=now)
        return FileOffer(have=have)
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise Rejected("A file is sent with its Content-Length", field="Content-Length")
    most = services.settings.file_mb << 20
    if int(length) > most:
        raise Rejected(f"A file may have at most {most} bytes here", field="Content-Length")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Rejected("A file is sent as it is, without Content-Encoding", field="Content-Encoding")
    if not services.disk.take(int(length)):
        raise NoRoom("The server's disk has no room for this file; send it again once there is", retry_after_secs=10)
    chunks = _chunks(request, int(length), services.settings.stall_secs)
    await files.put(storage.tables, storage.blobs, services.live, call.run, path, digest, chunks, now=now)
    return FileStored()


async def _chunks(request: Request, length: int, stall_secs: float) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in pieces(request, stall_secs=stall_secs):
        size += len(chunk)
        if size > length:
            raise Rejected("The body is longer than its Content-Length", field="body")
        yield chunk
    if size != length:
        raise Rejected("The body is shorter than its Content-Length", field="body")


def _part(request: Request, size: int, etag: str) -> tuple[int, int] | None:
    """The range asked for as `[start, end)`; None for the whole file. Several ranges at once are answered whole."""
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if match is None or request.headers.get("if-range", etag) != etag:
        return None
    first, last = match.groups()
    if first:
        start, end = int(first), min(int(last) + 1 if last else size, size)
        if last and int(last) < start:
            return None
        return (start, end)
    if not last:
        return None
    return (max(size - int(last), 0), size) if int(last) else (size, size)


_PATH = "/api/runs/{entity}/{project}/{run}/files"

routes = [
    Route("GET", _PATH, "run.files", listed, doc="The files of the run.", answer=list[FileInfo]),
    Route(
        "GET", _PATH + "/{path:path}", "run.file", get,
        doc="The bytes of a file, or a range of them.\n\n"
        "Images, sound and film are sent as what they are, text as plain text, and everything else as a download.",
        answer=Bytes("The bytes of the file."),
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
]  # fmt: skip
