"""What a run has printed."""

from __future__ import annotations

from starlette.responses import StreamingResponse

from gnomon.model.history import ConsoleFound, ConsolePage
from gnomon.server.actions import console
from gnomon.server.edge.route import Bytes, Call, Param, Route


async def page(call: Call) -> ConsolePage | ConsoleFound:
    storage, query = call.services.storage, call.query
    if query["find"] is not None:
        return await console.find(
            storage.tables, storage.metrics, call.run.key, query["find"], first=query["first"], limit=query["limit"]
        )
    return await console.page(storage.tables, storage.metrics, call.run.key, first=query["first"], limit=query["limit"])


async def text(call: Call) -> StreamingResponse:
    storage = call.services.storage
    headers = {
        "Content-Disposition": 'attachment; filename="console.txt"',
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "no-store",
    }
    pieces = console.text(storage.tables, storage.metrics, call.run.key)
    return StreamingResponse(pieces, 200, headers, "text/plain; charset=utf-8")


_PATH = "/api/runs/{entity}/{project}/{run}"

routes = [
    Route(
        "GET", _PATH + "/console", "run.console", page,
        doc="Lines of the terminal, numbered over all attempts from 0.\n\n"
        "With `find`, the numbers of the lines that hold a text instead (ConsoleFound), in upper or lower case.",
        query=(
            Param("first", "The first line; a negative number counts from the end.", int, 0),
            Param("limit", "At most so many lines.", int, 1000),
            Param("find", "A text to look for."),
        ),
        answer=ConsolePage,
    ),
    Route(
        "GET", _PATH + "/console.txt", "run.console", text, doc="Everything the run has printed, as a file.",
        answer=Bytes("Plain text.", "text/plain"),
    ),
]  # fmt: skip
