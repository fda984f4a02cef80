"""Sending a logged page to a frame of ours: its scripts run there, in an origin of their own that reaches nothing.

The policy goes with the answer, so that it holds however the address is opened: no session, no storage, no request to
anywhere, and no page but ours around it.
"""

from __future__ import annotations

import hashlib
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

MEASURE = b"""<script>(() => {
  document.currentScript.remove();
  const root = document.documentElement, body = document.body;
  const loose = new CSSStyleSheet();
  loose.replaceSync("html, body { height: max-content !important; min-height: 0 !important }");
  loose.disabled = true;
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, loose];
  let told = "", timer = 0;
  const measure = () => {
    timer = 0;
    const page = document.scrollingElement || root, stood = [root.scrollTop, body.scrollTop];
    loose.disabled = false;
    const bar = Math.max(0, innerHeight - page.clientHeight), own = root.getBoundingClientRect().height;
    const over = page.scrollHeight > page.clientHeight ? page.scrollHeight : 0;
    loose.disabled = true;
    if (root.scrollTop !== stood[0]) root.scrollTop = stood[0];
    if (body.scrollTop !== stood[1]) body.scrollTop = stood[1];
    const size = { height: Math.ceil(Math.max(own, over)) + bar, width: innerWidth, view: innerHeight };
    const tells = JSON.stringify(size);
    if (tells !== told) parent.postMessage({ page: size }, "*");
    told = tells;
  };
  const soon = (wait, later) => {
    if (timer && !later) return;
    clearTimeout(timer);
    timer = setTimeout(measure, wait);
  };
  const sizes = new ResizeObserver(() => soon(60));
  const watch = (nodes) => nodes.forEach((node) => node instanceof Element && sizes.observe(node));
  const start = () => {
    watch([root, body, ...body.children]);
    new MutationObserver((changes) => {
      for (const change of changes) watch(change.addedNodes);
      soon(60);
    }).observe(body, { childList: true });
    addEventListener("resize", () => soon(250, true));
    measure();
  };
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
})();</script>"""
"""What each page says to the one around it: how tall its content is, when it is there and whenever that changes.

It comes last, so that a doctype stays first, and is gone from the page before it does anything. The height is that of
the content, not that of a body which fills its frame. After a change of the frame it waits until the page has followed.
"""

_VERSION = hashlib.sha256(MEASURE).hexdigest()[:8]


def is_wanted(request: Request, mime: str) -> bool:
    """Whether the file is asked for as a page, by a frame: not to be opened by itself, where it could pose as ours."""
    inside = request.headers.get("sec-fetch-dest", "iframe") == "iframe"
    return mime == "text/html" and request.query_params.get("as") == "page" and inside


def answer(chunks: AsyncIterator[bytes], digest: str) -> Response:
    """The page, under the policy, and what measures it."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "ETag": f'"{digest}-page-{_VERSION}"',
        "Cache-Control": "private, no-cache",
    }
    return StreamingResponse(_changed(chunks), headers=headers, media_type="text/html; charset=utf-8")


async def _changed(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    first = True
    async for chunk in chunks:
        yield chunk.replace(_FOREIGN_STYLE, b"", 1) if first else chunk
        first = False
    yield MEASURE
