"""The page: what `web/` builds, served from `gnomon/server/page`. Every address that is not a file is the page."""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from gnomon.server.edge.errors import Problem, failure
from gnomon.server.edge.packed import accepts

FOLDER = Path(__file__).parent.parent / "page"

PACKED = ".gz"
"""Behind the name of a file that is kept as gzip alone, which is how browsers ask for it."""

CSP = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
)

FRAME_CSP = (
    "sandbox allow-scripts; default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
"""For what is in `frames/`: it draws figures that users logged, perhaps with code, in an origin that reaches nobody."""

_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Gnomon</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1rem;color:#1c1e21}
code{background:#eef0f3;padding:.15em .4em;border-radius:4px}
@media(prefers-color-scheme:dark){body{background:#16181b;color:#e4e6ea}code{background:#2a2d32}a{color:#8ab4f8}}</style>
<h1>The page is not built yet</h1>
<p>The server is running and takes runs. To see them, build the page once: in the source folder, run</p>
<p><code>make web</code></p><p>and reload. The API is described at <a href="/api/docs">/api/docs</a>.</p></html>
"""


def routes(folder: Path = FOLDER) -> list[BaseRoute]:
    """Everything that no other route took. Pages are public: they hold no data, and ask the API for it."""
    root = folder.resolve()

    async def page(request: Request) -> Response:
        path = request.url.path
        if path == "/api" or path.startswith("/api/"):
            return failure(404, Problem(kind="NotFound", message=f"There is no route {request.method} {path[:200]}"))
        if request.method not in ("GET", "HEAD"):
            return failure(
                405, Problem(kind="Rejected", message=f"{request.method} is not taken here"), {"Allow": "GET"}
            )
        file = _file(root, path)
        if file is not None:
            # Names of built assets hold a hash of what is in them.
            caching = "public, max-age=31536000, immutable" if path.startswith("/assets/") else "no-cache"
            headers = {"Cache-Control": caching}
            if path.startswith("/frames/"):
                headers["Content-Security-Policy"] = FRAME_CSP
            if file.suffix != PACKED:
                return FileResponse(file, headers=headers, media_type=_mime(file))
            headers["Vary"] = "Accept-Encoding"
            if accepts(request.headers, "gzip"):
                return FileResponse(file, headers={**headers, "Content-Encoding": "gzip"}, media_type=_mime(file))
            content = await asyncio.to_thread(lambda: gzip.decompress(file.read_bytes()))
            return Response(content, headers=headers, media_type=_mime(file))
        if path.startswith("/assets/"):
            return failure(404, Problem(kind="NotFound", message="There is no such file"))
        index = root / "index.html"
        if index.is_file():
            return FileResponse(index, headers={"Cache-Control": "no-cache"}, media_type="text/html")
        return HTMLResponse(_NOT_BUILT, headers={"Cache-Control": "no-store"})

    return [Route("/{rest:path}", page, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])]


def _file(root: Path, path: str) -> Path | None:
    """The built file at this path, as it is or packed, and none outside of the folder."""
    parts = [part for part in path.split("/") if part]
    if not parts or any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    try:
        for name in (parts[-1], parts[-1] + PACKED):
            file = root.joinpath(*parts[:-1], name).resolve()
            if file.is_file() and file.is_relative_to(root):
                return file
    except OSError:
        pass
    return None


def _mime(file: Path) -> str:
    if file.suffix == PACKED:
        file = file.with_suffix("")
    if file.suffix in (".js", ".mjs"):
        return "text/javascript"
    if file.suffix == ".webmanifest":
        return "application/manifest+json"
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"
