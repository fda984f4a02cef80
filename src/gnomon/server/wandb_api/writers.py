"""How a client says that several processes write into one run at the same time, and which of them it is."""

from __future__ import annotations

from starlette.requests import Request

SHARED_HEADER = "x-wandb-use-async-filestream"
CLIENT_HEADER = "x-wandb-async-client-id"
LONGEST_ID = 200


def is_shared(request: Request) -> bool:
    """Whether the sender is one of several."""
    return request.headers.get(SHARED_HEADER, "").lower() == "true"


def writer_of(request: Request) -> str:
    """Which of several writers sends; empty where there is only one at a time."""
    return request.headers.get(CLIENT_HEADER, "")[:LONGEST_ID] if is_shared(request) else ""
