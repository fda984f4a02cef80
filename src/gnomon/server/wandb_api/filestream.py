"""`POST /files/{entity}/{project}/{run}/file_stream`: what a running script sends, a few lines at a time.

The client gives the run up for good after any answer of 400 to 422 but 408, 409 for some, and 429; so only a run that
is not there, or was deleted, gets one, and what may pass is 503.
"""

from __future__ import annotations

from typing import Any

from gnomon.model.errors import Rejected, Unavailable
from gnomon.server.actions.ingest import Place
from gnomon.server.edge.body import read_body
from gnomon.server.edge.route import Bytes, Call, Header, Route
from gnomon.server.wandb_api.writers import writer_of

MOST_BYTES = 128 << 20
"""The client sends about 10 MiB at a time, but a line more than that, and JSON escapes make it longer."""


async def post(call: Call) -> dict[str, Any]:
    """Take the lines; say whether the script is to end."""
    services = call.services
    try:
        body = await read_body(call.request, services, most_bytes=MOST_BYTES)
    except Rejected as error:
        # What came was cut short or garbled on its way: the client has it still, and sends it again.
        raise Unavailable(f"The request could not be read: {error}", retry_after_secs=1) from None
    if body and not services.disk.take(len(body)):
        raise Unavailable("The server's disk is full; send this again once there is room", retry_after_secs=10)
    place = Place(
        entity=call.entity.key,
        project=call.path("project"),
        run=call.path("run"),
        client=writer_of(call.request),
    )
    return {"stopped": await services.streams.take(place, body)}


routes = [
    Route(
        "POST", "/files/{entity}/{project}/{run}/file_stream", "run.stream", post, tag="wandb",
        doc="Take lines of the run's history, system metrics, summary and console from the official client.\n\n"
        "Lines that were taken before are stepped over, so a request may be sent again. The answer's `stopped` asks "
        "the script to end.",
        headers=(
            Header("X-WANDB-USE-ASYNC-FILESTREAM", "`true` where several processes write into the run at once."),
            Header("X-WANDB-ASYNC-CLIENT-ID", "Which of them this is."),
        ),
        body=Bytes("`{files, uploaded, preempting, complete, exitcode}`, perhaps packed by gzip.", "application/json"),
        answer=dict[str, bool],
    ),
]  # fmt: skip
