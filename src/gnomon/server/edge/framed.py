"""Sending a logged page to a frame of ours: its scripts run there, in an origin of their own that reaches nothing.

The policy goes with the answer, so that it holds however the address is opened: no session, no storage, no request to
anywhere, and no page but ours around it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "style-src 'unsafe-inline' data:; img-src data: blob:; font-src data:; media-src data: blob:; worker-src blob:; "
    "frame-ancestors 'self'; base-uri 'self'; form-action 'none'"
)

_FOREIGN_STYLE = b'<link rel="stylesheet" type="text/css" href="https://app.wandb.ai/normalize.css" />'
"""The official client puts it at the head of each page. It could not be loaded, and the browser would say so."""


def is_wanted(request: Request, mime: str) -> bool:
    """Whether the file is asked for as a page, by a frame: not to be opened by itself, where it could pose as ours."""
    inside = request.headers.get("sec-fetch-dest", "iframe") == "iframe"
    return mime == "text/html" and request.query_params.get("as") == "page" and inside


def answer(chunks: AsyncIterator[bytes], digest: str) -> Response:
    """The page, under the policy."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "ETag": f'"{digest}-page"',
        "Cache-Control": "private, no-cache",
    }
    return StreamingResponse(_without_foreign_style(chunks), headers=headers, media_type="text/html; charset=utf-8")


async def _without_foreign_style(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    first = True
    async for chunk in chunks:
        yield chunk.replace(_FOREIGN_STYLE, b"", 1) if first else chunk
        first = False
