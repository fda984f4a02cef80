"""Taking the bytes of a file that is sent as a body."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.requests import Request

from gnomon.model.errors import NoRoom, Rejected
from gnomon.server.edge.body import pieces
from gnomon.server.services import Services


def chunks(request: Request, services: Services) -> AsyncIterator[bytes]:
    """The body in pieces as they come; it ends early or late for nobody.

    Raises Rejected without a length, for one beyond what a file may have, and for a body that is packed; NoRoom where
    the disk has none. While they come, raises Rejected where there are more or fewer bytes than were said.
    """
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
    return _checked(request, int(length), services.settings.stall_secs)


async def _checked(request: Request, length: int, stall_secs: float) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in pieces(request, stall_secs=stall_secs):
        size += len(chunk)
        if size > length:
            raise Rejected("The body is longer than its Content-Length", field="body")
        yield chunk
    if size != length:
        raise Rejected("The body is shorter than its Content-Length", field="body")
