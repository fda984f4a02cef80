"""The one reader of request bodies: bounded before and after decompression, and bounded in depth."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import msgspec
from starlette.requests import ClientDisconnect, Request

from gnomon.model.errors import Rejected, Stalled
from gnomon.server.services import Services

JSON_BYTES = 4 << 20
JSON_DEPTH = 64

_structure = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


async def read_body(request: Request, services: Services, *, most_bytes: int) -> bytes:
    """The whole body, unpacked where it is sent as gzip or deflate. Raises Rejected over `most_bytes` either way,
    Stalled where nothing comes for too long, and Unavailable where too many others are being received."""
    with services.bodies.share() as take:
        return await _read(request, most_bytes, take, services.settings.stall_secs)


async def pieces(request: Request, *, stall_secs: float) -> AsyncIterator[bytes]:
    """The body as it comes. Raises Rejected where it ends early, and Stalled where nothing comes for too long."""
    stream = request.stream()
    try:
        while True:
            try:
                with anyio.fail_after(stall_secs):
                    piece = await anext(stream)
            except StopAsyncIteration:
                return
            if piece:
                yield piece
    except TimeoutError:
        raise Stalled(f"Nothing more of the body came for {stall_secs:g} s") from None
    except ClientDisconnect:
        raise Rejected("The body ended early", field="body") from None


async def _read(request: Request, most_bytes: int, take: Callable[[int], None], stall_secs: float) -> bytes:
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding in {"gzip", "x-gzip"}:
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
    elif encoding == "deflate":
        unpack = zlib.decompressobj()
    elif encoding in {"identity", ""}:
        unpack = None
    else:
        raise Rejected(f"Content-Encoding {encoding!r} is not known; use gzip, deflate or none", field="body")
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > most_bytes:
        raise _too_large(most_bytes)
    parts: list[bytes] = []
    size = 0
    try:
        async for chunk in pieces(request, stall_secs=stall_secs):
            if unpack is not None:
                chunk = unpack.decompress(chunk, most_bytes - size + 1)
                if unpack.unused_data:
                    raise Rejected("The compressed body goes on after its end", field="body")
            size += len(chunk)
            if size > most_bytes or (unpack is not None and unpack.unconsumed_tail):
                raise _too_large(most_bytes)
            take(len(chunk))
            parts.append(chunk)
    except zlib.error:
        raise Rejected(f"The body is not {encoding}", field="body") from None
    if unpack is not None and parts and not unpack.eof:
        raise Rejected("The compressed body ended early", field="body")
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def read_json(request: Request, services: Services, shape: Any) -> Any:
    """The body as a value of `shape`. Raises Rejected where it is not one, naming the field."""
    body = await read_body(request, services, most_bytes=JSON_BYTES)
    return parse_json(body, shape)


def parse_json(body: bytes, shape: Any) -> Any:
    """JSON bytes as a value of `shape`. Raises Rejected, naming the field."""
    check_depth(body)
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        message, _, where = str(error).partition(" - at `$")
        raise Rejected(f"The body is not as it should be: {message}", field=where.strip(".`") or "body") from None
    except (UnicodeDecodeError, RecursionError):
        raise Rejected("The body is not JSON", field="body") from None


def check_depth(body: bytes) -> None:
    """Raises Rejected for JSON nested deeper than `JSON_DEPTH`."""
    if body.count(b"[") + body.count(b"{") <= JSON_DEPTH:
        return
    depth = 0
    for match in _structure.finditer(body):
        mark = match.group()
        if mark in (b"[", b"{"):
            depth += 1
            if depth > JSON_DEPTH:
                raise Rejected(f"The body is nested deeper than {JSON_DEPTH}", field="body")
        elif mark in (b"]", b"}"):
            depth -= 1


def _too_large(most_bytes: int) -> Rejected:
    return Rejected(f"The body is larger than {most_bytes} bytes", field="body")
