"""Answers that are made while they are read, and given up as soon as nobody reads them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import anyio
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gnomon.model.errors import Unavailable

T = TypeVar("T")


class Streamed(StreamingResponse):
    """A file that is still being made. `close` is called once it is sent, or will not be."""

    def __init__(
        self, body: AsyncIterator[bytes], *, media: str, name: str, close: Callable[[], Awaitable[None]]
    ) -> None:
        headers = {
            "Cache-Control": "no-store",
            "Vary": "Accept",
            "Content-Disposition": f'attachment; filename="{re.sub(r"[^A-Za-z0-9._-]+", "_", name)}"',
        }
        super().__init__(body, 200, headers, media)
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await self._close()


async def while_waited_for(request: Request, work: Awaitable[T]) -> T:
    """What the work gives. It is cancelled when the client goes away, which raises Unavailable to nobody."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise Unavailable("Nobody waits for the answer any more")
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
