from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from gnomon.server.api import page
from tests.server.conftest import Server

pytestmark = pytest.mark.anyio


def built(folder: Path) -> httpx.AsyncClient:
    """A server of the page alone, built into the folder."""
    root = folder / "page"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<title>Gnomon</title>")
    (root / "favicon.svg").write_text("<svg/>")
    (root / "assets" / "index-abc.js").write_text("run()")
    (root / ".hidden").write_text("secret")
    (folder / "outside.txt").write_text("secret")
    (root / "link.txt").symlink_to(folder / "outside.txt")
    app = Starlette(routes=page.routes(root))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost")


async def test_every_address_of_the_page_is_the_page(tmp_path: Path) -> None:
    client = built(tmp_path)
    for path in (
        "/",
        "/sign-in?link=x",
        "/home",
        "/ann/vision/workspace",
        "/ann/vision/runs/r1/logs",
        "/settings/keys",
    ):
        answer = await client.get(path)
        assert answer.text == "<title>Gnomon</title>"
        assert answer.headers["cache-control"] == "no-cache"


async def test_built_assets_are_kept_by_browsers_for_good(tmp_path: Path) -> None:
    answer = await built(tmp_path).get("/assets/index-abc.js")
    assert answer.text == "run()"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert (await built(tmp_path / "b").get("/assets/index-old.js")).status_code == 404


async def test_frames_have_an_origin_that_reaches_nothing(tmp_path: Path) -> None:
    client = built(tmp_path)
    (tmp_path / "page" / "frames").mkdir()
    (tmp_path / "page" / "frames" / "bokeh.html").write_text("<script></script>")
    policy = (await client.get("/frames/bokeh.html")).headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none';")
    assert "connect-src" not in policy
    assert "allow-same-origin" not in policy


async def test_other_files_are_checked_anew(tmp_path: Path) -> None:
    answer = await built(tmp_path).get("/favicon.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["/.hidden", "/link.txt", "/..%2foutside.txt", "/%2e%2e/outside.txt", "/assets/..%2f..%2foutside.txt", "/a%00b"],
)
async def test_nothing_outside_of_the_build_is_served(tmp_path: Path, path: str) -> None:
    assert "secret" not in (await built(tmp_path).get(path)).text


async def test_an_unknown_api_address_is_not_the_page(server: Server) -> None:
    answer = await server.client().get("/api/nothing")
    assert (answer.status_code, answer.json()["error"]["kind"]) == (404, "NotFound")
    assert (await server.client().post("/home")).status_code == 405


async def test_a_page_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    app = Starlette(routes=page.routes(tmp_path / "nowhere"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost") as client:
        assert "make web" in (await client.get("/")).text


async def test_health_tells_that_the_stores_work(server: Server) -> None:
    assert (await server.client().get("/healthz")).json()["status"] == "ok"
    await server.services.storage.tables.close()
    server.services.health._checked_at = -10.0
    answer = await server.client().get("/healthz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


async def test_a_file_that_is_kept_packed_is_sent_packed_to_whoever_takes_that_and_unpacked_to_others(
    tmp_path: Path,
) -> None:
    client = built(tmp_path)
    (tmp_path / "page" / "assets" / "large-abc.js.gz").write_bytes(gzip.compress(b"run()" * 1000))
    answer = await client.get("/assets/large-abc.js", headers={"Accept-Encoding": "br, gzip"})
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert int(answer.headers["content-length"]) < 100
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    plain = await client.get("/assets/large-abc.js", headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers
    assert answer.text == plain.text == "run()" * 1000
