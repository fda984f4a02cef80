"""What a run has printed."""

from __future__ import annotations

from typing import Literal

from starlette.responses import StreamingResponse

from gnomon.model.errors import Rejected
from gnomon.model.history import ConsoleFound, ConsolePage
from gnomon.server.actions import console
from gnomon.server.edge.route import Bytes, Call, Param, Route


async def page(call: Call) -> ConsolePage | ConsoleFound:
    storage, query, run = call.services.storage, call.query, call.run.key
    tables, metrics = storage.tables, storage.metrics
    if query["lines"] is not None:
        return await console.picked(tables, metrics, run, _numbers(query["lines"]))
    levels = frozenset(filter(None, (query["level"] or "").split(",")))
    wrong = sorted(levels - {"debug", "info", "warn", "error"})
    if wrong:
        raise Rejected(f"level is {wrong[0]!r}; it is debug, info, warn or error", field="level")
    search = console.Search(query["find"], query["regex"], query["stream"], levels, query["attempt"], query["label"])
    if search != console.Search(regex=search.regex):
        return await console.find(tables, metrics, run, search, first=query["first"], limit=query["limit"])
    return await console.page(
        tables, metrics, run, first=query["first"], limit=query["limit"], time=query["time"]
    )  # fmt: skip


def _numbers(text: str) -> list[int]:
    try:
        return [int(number) for number in text.split(",")]
    except ValueError:
        raise Rejected(f"lines is {text[:100]!r}; it is numbers with commas between", field="lines") from None


async def text(call: Call) -> StreamingResponse:
    storage = call.services.storage
    headers = {
        "Content-Disposition": 'attachment; filename="console.txt"',
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "no-store",
    }
    pieces = console.text(storage.tables, storage.metrics, call.run.key, escapes=not call.query["plain"])
    return StreamingResponse(pieces, 200, headers, "text/plain; charset=utf-8")


_PATH = "/api/runs/{entity}/{project}/{run}"

routes = [
    Route(
        "GET", _PATH + "/console", "run.console", page,
        doc="Lines of the terminal, numbered over all attempts from 0.\n\n"
        "With `find`, `stream`, `level`, `attempt` or `label` the numbers of the lines for which all that is given "
        "holds (ConsoleFound); a request looks through a part of the lines, and `next` says where to go on.",
        query=(
            Param("first", "The first line; a negative number counts from the end.", int, 0),
            Param("limit", "At most so many lines.", int, 1000),
            Param("time", "Unix seconds: `first` counts from the first line printed then or later.", float),
            Param("lines", "The lines of these numbers alone, with commas between."),
            Param("find", "A text to look for, in upper or lower case."),
            Param("regex", "`find` is a pattern; see the query language for which are taken.", bool, False),
            Param("stream", "`stdout` or `stderr`.", Literal["stdout", "stderr"]),
            Param("level", "`debug`, `info`, `warn`, `error` or several, with commas; guessed from the words."),
            Param("attempt", "The attempt that has printed it, from 0.", int),
            Param("label", "The one of several writers of the run that has printed it."),
        ),
        answer=ConsolePage,
    ),
    Route(
        "GET", _PATH + "/console.txt", "run.console", text, doc="Everything the run has printed, as a file.",
        query=(Param("plain", "Without colours and what else terminals are told.", bool, False),),
        answer=Bytes("Plain text.", "text/plain"),
    ),
]  # fmt: skip
