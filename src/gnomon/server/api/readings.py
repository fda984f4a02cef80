"""What runs have logged, for programs: columns in frames."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

from gnomon.model.reading import ReadBatch, ReadFrame, ReadQuery, encoded
from gnomon.server.actions import readings
from gnomon.server.api.streams import Streamed
from gnomon.server.edge.route import Bytes, Call, Route

MEDIA = "application/vnd.gnomon.readings"


async def read(call: Call) -> Streamed:
    storage = call.services.storage
    asked: ReadQuery = call.body
    keys = await readings.runs_asked(storage.tables, call.project, asked)
    frames = readings.read(storage.metrics, keys, asked)

    async def body() -> AsyncIterator[bytes]:
        async with aclosing(frames):
            async for frame in frames:
                yield await asyncio.to_thread(encoded, frame) if is_large(frame) else encoded(frame)

    return Streamed(body(), media=MEDIA, name=f"{call.project.name}.readings", close=frames.aclose)


def is_large(frame: ReadFrame) -> bool:
    """Whether making bytes of it would keep others waiting."""
    return isinstance(frame, ReadBatch) and len(frame.steps) // 8 * len(frame.columns) > readings.INLINE_CELLS


routes = [
    Route(
        "POST", "/api/projects/{entity}/{project}/readings", "project.readings", read,
        doc="Rows of runs as columns, run by run: what `gnomon.Api()` reads.\n\n"
        "The answer is frames: four bytes that say how long a frame is, and a msgpack array, ReadBatch, ReadRows or "
        "ReadEnd by its first element. The last of each run is ReadEnd; an answer without it is cut off. A run that is "
        "not there is refused with 404 before the first byte.",
        body=ReadQuery,
        answer=Bytes("Frames, one after another.", MEDIA),
    ),
]  # fmt: skip
