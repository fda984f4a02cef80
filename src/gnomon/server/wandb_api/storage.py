"""Addresses that were signed by `gnomon.server.signing`: files go in and out by them, with no other credentials."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from gnomon.model.errors import NotFound
from gnomon.server.edge.route import Bytes, Call, Route
from gnomon.server.signing import Grant
from gnomon.server.wandb_api import artifact_files, run_files

Handler = Callable[[Call, Grant], Awaitable[Response]]

HANDLERS: dict[str, Handler] = {**run_files.HANDLERS, **artifact_files.HANDLERS}
"""Who serves each kind of thing that a grant may speak of."""


async def serve(call: Call) -> Response:
    """Do what the address grants."""
    grant = call.services.signer.read(call.path("token"), call.request.method)
    handler = HANDLERS.get(grant.what)
    if handler is None:
        raise NotFound(f"There is no {grant.what!r} here")
    return await handler(call, grant)


_PATH = "/storage/{token}/{name:path}"

routes = [
    Route(
        "GET", _PATH, "storage.get", serve, tag="wandb",
        doc="The bytes that a signed address stands for, or a range of them.", answer=Bytes("The bytes."),
    ),
    Route(
        "PUT", _PATH, "storage.put", serve, tag="wandb",
        doc="Store bytes at what a signed address stands for.", body=Bytes("The bytes of the file."),
        answer=Bytes("Nothing."),
    ),
]  # fmt: skip
