"""Answers as few bytes as whoever asks can unpack: over a slow line the time of a page is the bytes of its curves."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response, StreamingResponse

from gnomon.server.zstandard import compress

LEAST_BYTES = 2_000
INLINE_BYTES = 64_000
"""Up to this size an answer is packed at once: a thread would cost more than it frees."""
FAST = 1
KINDS = ("application/json", "application/vnd.apache.arrow.stream", "text/")


def _gzip(data: bytes) -> bytes:
    packer = zlib.compressobj(FAST, wbits=zlib.MAX_WBITS | 16)
    return packer.compress(data) + packer.flush()


# browsers take Zstandard from localhost and over TLS, gzip from everywhere
PACKERS: dict[str, Callable[[bytes], bytes]] = {"zstd": lambda data: compress(data, FAST), "gzip": _gzip}


def accepts(headers: Headers, coding: str) -> bool:
    """Whether the request's `Accept-Encoding` names the coding, and does not refuse it."""
    for given in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = given.partition(";")
        if name.strip() == coding:
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


async def packed(answer: Response, asked: Headers) -> Response:
    """The answer, packed where it is whole, long and of a kind that gets shorter. What is streamed is left alone."""
    whole = not isinstance(answer, FileResponse | StreamingResponse)
    if not whole or len(answer.body) < LEAST_BYTES or not answer.headers.get("content-type", "").startswith(KINDS):
        return answer
    if "content-encoding" in answer.headers or "content-range" in answer.headers:
        return answer
    answer.headers.add_vary_header("Accept-Encoding")
    coding = next((each for each in PACKERS if accepts(asked, each)), None)
    if coding is None:
        return answer
    pack, body = PACKERS[coding], bytes(answer.body)
    answer.body = pack(body) if len(body) <= INLINE_BYTES else await asyncio.to_thread(pack, body)
    answer.headers["Content-Encoding"] = coding
    answer.headers["Content-Length"] = str(len(answer.body))
    return answer
