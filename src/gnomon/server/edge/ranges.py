"""Sending the bytes of a file, or a range of them. What users uploaded is never trusted: nothing in it may run."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")

Opened = Callable[[int, int], Awaitable[AsyncIterator[bytes]]]
"""The bytes `[start, end)` of the file."""


async def answer(
    request: Request, opened: Opened, *, name: str, size_bytes: int, digest: str, media: str, inline: bool
) -> Response:
    """The file as the request wants it: all of it, a range, its headers, or nothing where it is known already.

    `digest` says which bytes they are, and `inline` whether a browser may show them in place.
    """
    etag = f'"{digest}"'
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Disposition": f"{'inline' if inline else 'attachment'}; "
        f"filename*=utf-8''{quote(name.rpartition('/')[2], safe='')}",
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }
    if etag in [known.strip().removeprefix("W/") for known in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    part = _part(request, size_bytes, etag)
    if part is None:
        status, start, end = 200, 0, size_bytes
    elif part[0] >= part[1]:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size_bytes}"})
    else:
        status, (start, end) = 206, part
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size_bytes}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=media)
    return StreamingResponse(await opened(start, end), status, headers, media)


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
