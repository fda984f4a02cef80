"""What was logged: the keys there are, and rows as they were logged."""

from __future__ import annotations

from gnomon.model.history import KeyInfo, Repeats, Rows
from gnomon.server.actions import history
from gnomon.server.edge.route import Call, Param, Route

_STREAM = Param("stream", "`history` or `system`.", str, "history")


async def of_run(call: Call) -> list[KeyInfo]:
    return await history.keys(call.services.storage.metrics, call.run, call.query["stream"])


async def of_project(call: Call) -> list[KeyInfo]:
    return await call.services.project_keys.of(call.project.key, call.query["stream"])


async def rows(call: Call) -> Rows:
    query = call.query
    return await history.rows(
        call.services.storage.metrics, call.run.key, stream=query["stream"],
        keys=[key for key in query["keys"].split(",") if key] if query["keys"] is not None else None,
        first=query["first"], last=query["last"], limit=query["limit"], repeats=query["repeats"],
    )  # fmt: skip


routes = [
    Route(
        "GET", "/api/projects/{entity}/{project}/keys", "project.keys", of_project,
        doc="Every key that runs of the project have logged, counted over all of them.",
        query=(_STREAM,), answer=list[KeyInfo],
    ),
    Route(
        "GET", "/api/runs/{entity}/{project}/{run}/keys", "run.keys", of_run,
        doc="Every key the run has logged.", query=(_STREAM,), answer=list[KeyInfo],
    ),
    Route(
        "GET", "/api/runs/{entity}/{project}/{run}/rows", "run.rows", rows,
        doc="Rows in step order, each value as it was logged.\n\n"
        "NaN and the infinities are the texts `NaN`, `Infinity` and `-Infinity`. `cursor` is the next page's `first`.",
        query=(
            _STREAM,
            Param("keys", "Only these keys, with commas between; all where it is not given.", str),
            Param("first", "The least step.", int),
            Param("last", "The greatest step.", int),
            Param("limit", "At most so many rows, a step never being cut.", int, 1000),
            Param(
                "repeats", "What is read where a step was logged more than once: its `last` values, `all` rows as they "
                "were logged, or the `mean` of those that are finite numbers.", Repeats, "last",
            ),
        ),
        answer=Rows,
    ),
]  # fmt: skip
