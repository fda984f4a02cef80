"""Files of runs by signed addresses."""

from __future__ import annotations

from starlette.responses import Response

from gnomon.model.errors import NotFound
from gnomon.server.actions import files
from gnomon.server.edge import ranges, upload
from gnomon.server.edge.route import Call
from gnomon.server.services import Services
from gnomon.server.signing import Grant
from gnomon.server.storage.tables import runs
from gnomon.server.storage.tables.runs import RunRow

WHAT = "run-file"


def upload_url(services: Services, origin_url: str, run: int, path: str) -> str:
    """Where the file of a run may be put, once or again, for a day. Raises Rejected for a path no file may have."""
    return services.signer.url(origin_url, "PUT", WHAT, run, files.check_path(path), name=path)


def download_url(services: Services, origin_url: str, run: int, path: str) -> str:
    """Where the file of a run may be read for a day."""
    return services.signer.url(origin_url, "GET", WHAT, run, path, name=path)


async def _serve(call: Call, grant: Grant) -> Response:
    key, path = int(grant.names[0]), str(grant.names[1])
    services, storage = call.services, call.services.storage
    run = await storage.tables.read(lambda conn: runs.by_key(conn, key))
    if run is None or run.deleted_at is not None:
        raise NotFound("The run is not there any more")
    if grant.method == "PUT":
        return await _put(call, services, run, path)
    row = await files.get(storage.tables, key, path)
    media, inline = files.served_as(row.mime)
    return await ranges.answer(
        call.request, lambda start, end: files.opened(storage.blobs, row, start=start, end=end),
        name=row.path, size_bytes=row.size_bytes, digest=row.digest, media=media, inline=inline,
    )  # fmt: skip


async def _put(call: Call, services: Services, run: RunRow, path: str) -> Response:
    storage = services.storage
    chunks = upload.chunks(call.request, services)
    await files.take(storage.tables, storage.blobs, services.live, run, path, chunks, now=services.clock())
    return Response(status_code=200)


HANDLERS = {WHAT: _serve}
