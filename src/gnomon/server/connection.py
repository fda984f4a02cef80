"""HTTP connections that do not wait for ever: for headers, or for a reader that takes nothing.

Bodies have their own deadlines, in `edge/body.py`: there the request can still be answered.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 64 << 10
"""The first line and the headers of a request together, as long as they come in pieces."""


class Connection(HttpToolsProtocol):
    """A connection that is given up after `stall_secs` without the headers it owes, or without taking the answer, and
    one whose headers do not end."""

    stall_secs = 60.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head: asyncio.TimerHandle | None = None
        self._answer: asyncio.TimerHandle | None = None
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head = self._deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        _cancel(self._head)
        _cancel(self._answer)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self.send_400_response("The headers are too large")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        _cancel(self._head)
        self._head, self._head_bytes = self._deadline(), 0

    def on_headers_complete(self) -> None:
        _cancel(self._head)
        self._head = None
        super().on_headers_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        _cancel(self._answer)
        self._answer = self._deadline()

    def resume_writing(self) -> None:
        _cancel(self._answer)
        super().resume_writing()

    def _deadline(self) -> asyncio.TimerHandle:
        return self.loop.call_later(self.stall_secs, self.transport.abort)


def connections(stall_secs: float) -> type[Connection]:
    """Connections with this much patience."""
    return type("Connection", (Connection,), {"stall_secs": stall_secs})


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
