"""Live events: what is new in a project, as it happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from starlette.responses import StreamingResponse

from gnomon.model.errors import Unavailable
from gnomon.server.edge.route import Bytes, Call, Param, Route
from gnomon.server.live import Event, Live

PING_SECS = 15.0
EVERY_SECS = 0.5
"""Each run is spoken of at most once in so long, for each kind of news."""
MOST_LISTENERS = 2_000


async def live(call: Call) -> StreamingResponse:
    hub = call.services.live
    if hub.listeners >= MOST_LISTENERS:
        raise Unavailable("Too many pages listen already", retry_after_secs=30)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events(hub, call.project.key), 200, headers, "text/event-stream")


async def events(hub: Live, project: int) -> AsyncIterator[bytes]:
    """The stream of one listener, until it leaves or the server stops."""
    with hub.subscribe(project) as listener:
        yield b": listening\n\n"
        while not listener.closed:
            news = await listener.events(timeout_secs=PING_SECS)
            if news:
                yield b"".join(as_sse(event) for event in news)
                await listener.pause(EVERY_SECS)
            elif not listener.closed:
                yield b": ping\n\n"


def as_sse(event: Event) -> bytes:
    """One event as bytes of the stream."""
    whose = event.kind if event.kind in ("sweep", "artifact") else "run"
    data: dict[str, Any] = {whose: event.run, **event.data} if event.run else dict(event.data)
    return b"event: %s\ndata: %s\n\n" % (event.kind.encode(), msgspec.json.encode(data))


routes = [
    Route(
        "GET", "/api/live", "project.live", live,
        doc="Server-sent events of one project.\n\n"
        "`rows` {run, last_step, time}; `run` {run}: its attributes, state, config or summary changed, or it is new; "
        "`console` {run, lines, attempt}; `files` {run}; `sweep` {sweep}: its state, runs or agents; "
        "`alert` {run}: it said something aloud; "
        "`artifact` {artifact}: its versions, or what is said of them; `everything` {}: too much was missed, read "
        "anew. At most two a second for each kind and run, and a comment every 15 seconds.",
        query=(Param("project", "Which one: `entity/project`.", required=True),),
        answer=Bytes("A stream of events.", "text/event-stream"),
    ),
]  # fmt: skip
