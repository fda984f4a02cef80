"""Files of runs over HTTP, friendly and hostile."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any
from urllib.parse import quote

import pytest

from gnomon.server.edge import framed

pytestmark = pytest.mark.anyio

FILES = "/api/runs/ann/p/r/files"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
async def ann(server: Any) -> Any:
    client = await server.user("ann")
    await server.run("ann/p/r")
    return client


async def put(client: Any, path: str, data: bytes, **headers: str) -> Any:
    return await client.put(
        f"{FILES}/{quote(path)}", content=data, headers={"X-Gnomon-Digest": digest(data), **headers}
    )


async def test_a_file_comes_back_as_it_was_sent(ann: Any) -> None:
    data = bytes(range(256)) * 5000
    assert (await put(ann, "media/images/a b.png", data)).json() == {"stored": True}
    answer = await ann.get(f"{FILES}/media/images/a%20b.png")
    assert answer.content == data
    assert answer.headers["content-type"] == "image/png"
    (listed,) = (await ann.get(FILES)).json()
    assert {key: listed[key] for key in ("path", "size_bytes", "digest", "mime")} == {
        "path": "media/images/a b.png",
        "size_bytes": len(data),
        "digest": digest(data),
        "mime": "image/png",
    }


async def test_a_file_sent_again_replaces_the_earlier_one(ann: Any) -> None:
    await put(ann, "a.txt", b"one")
    await put(ann, "a.txt", b"two!")
    assert (await ann.get(f"{FILES}/a.txt")).text == "two!"
    assert [file["size_bytes"] for file in (await ann.get(FILES)).json()] == [4]


async def test_bytes_that_differ_from_their_digest_are_not_kept(ann: Any) -> None:
    answer = await ann.put(f"{FILES}/a.txt", content=b"one", headers={"X-Gnomon-Digest": digest(b"two")})
    assert answer.status_code == 400
    assert (await ann.get(f"{FILES}/a.txt")).status_code == 404
    assert (await ann.get(FILES)).json() == []


@pytest.mark.parametrize("given", ["", "abc", "A" * 64, "../" * 21 + "x", "g" * 64])
async def test_a_digest_that_is_none_is_refused(ann: Any, given: str) -> None:
    answer = await ann.put(f"{FILES}/a.txt", content=b"one", headers={"X-Gnomon-Digest": given})
    assert answer.status_code == 400


async def test_bytes_the_project_has_need_not_be_sent(server: Any, ann: Any) -> None:
    await put(ann, "a.txt", b"hello")
    await server.run("ann/p/second")
    offer = {"X-Gnomon-Digest": digest(b"hello"), "X-Gnomon-Offer": "1"}
    answer = await ann.put("/api/runs/ann/p/second/files/b.txt", content=b"", headers=offer)
    assert answer.json() == {"have": True}
    assert (await ann.get("/api/runs/ann/p/second/files/b.txt")).text == "hello"
    answer = await ann.put(f"{FILES}/c.txt", content=b"", headers={**offer, "X-Gnomon-Digest": digest(b"other")})
    assert answer.json() == {"have": False}


async def test_knowing_a_digest_gives_nobody_the_bytes(server: Any, ann: Any) -> None:
    """TN-72: what lies in one project is not there for another."""
    await put(ann, "secret.txt", b"secret")
    bob = await server.user("bob")
    await server.run("bob/p/r")
    await server.run("ann/other/r")
    offer = {"X-Gnomon-Digest": digest(b"secret"), "X-Gnomon-Offer": "1"}
    for client, path in ((bob, "/api/runs/bob/p/r/files/x"), (ann, "/api/runs/ann/other/r/files/x")):
        assert (await client.put(path, content=b"", headers=offer)).json() == {"have": False}
        assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("given", "status", "body", "content_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=8-100", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=5-2", 200, b"0123456789", None),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("bytes=99999999999999999999-", 200, b"0123456789", None),
    ],
)
async def test_a_part_of_a_file_can_be_asked_for(
    ann: Any, given: str, status: int, body: bytes, content_range: str | None
) -> None:
    await put(ann, "a.bin", b"0123456789")
    answer = await ann.get(f"{FILES}/a.bin", headers={"Range": given})
    assert (answer.status_code, answer.content, answer.headers.get("content-range")) == (status, body, content_range)


async def test_what_the_browser_has_is_not_sent_again(ann: Any) -> None:
    await put(ann, "a.txt", b"hello")
    etag = (await ann.get(f"{FILES}/a.txt")).headers["etag"]
    answer = await ann.get(f"{FILES}/a.txt", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    head = await ann.head(f"{FILES}/a.txt")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "5")


@pytest.mark.parametrize(
    ("path", "media", "inline"),
    [
        ("x.html", "text/plain; charset=utf-8", True),
        ("x.xhtml", "application/octet-stream", False),
        ("x.svg", "application/octet-stream", False),
        ("x.xml", "text/plain; charset=utf-8", True),
        ("x.js", "text/plain; charset=utf-8", True),
        ("x.pdf", "application/octet-stream", False),
        ("x.swf", "application/octet-stream", False),
        ("x.mht", "application/octet-stream", False),
        ("x", "application/octet-stream", False),
        ("x.png", "image/png", True),
        ("x.py", "text/plain; charset=utf-8", True),
    ],
)
async def test_nothing_a_user_uploads_can_run_in_the_page(ann: Any, path: str, media: str, inline: bool) -> None:
    await put(ann, path, b"<script>alert(1)</script>")
    headers = (await ann.get(f"{FILES}/{path}")).headers
    assert headers["content-type"] == media
    assert headers["content-disposition"].startswith("inline" if inline else "attachment")
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "../a",
        "a/../../b",
        "/etc/passwd",
        "a//b",
        "a/./b",
        "a\\b",
        "C:/x",
        "a\x00b",
        "a\nb",
        ".",
        "..",
        "a/",
        "x" * 1001,
        "a/..",
        "\x7f",
    ],
)
async def test_a_path_that_leads_elsewhere_is_refused(ann: Any, path: str) -> None:
    encoded = "".join(f"%{byte:02X}" for byte in path.encode())
    answer = await ann.put(f"{FILES}/{encoded}", content=b"x", headers={"X-Gnomon-Digest": digest(b"x")})
    assert answer.status_code in (400, 404)
    assert (await ann.get(FILES)).json() == []
    assert (await ann.get(f"{FILES}/{encoded}")).status_code in (200, 400, 404)


async def test_odd_names_are_only_names(ann: Any) -> None:
    for path in ("con", "a b/ä.txt", "%2e%2e/x", "-rf", "~/x", "$(id)", "a;b", 'quo"te.txt', "..a", "日本/語.bin"):
        assert (await put(ann, path, path.encode())).status_code == 200
        answer = await ann.get(f"{FILES}/{quote(path)}")
        assert answer.content == path.encode()
        assert "\n" not in answer.headers["content-disposition"]


async def test_an_empty_file_is_a_file(ann: Any) -> None:
    assert (await put(ann, "empty.txt", b"")).json() == {"stored": True}
    answer = await ann.get(f"{FILES}/empty.txt")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_file_needs_its_length(ann: Any) -> None:
    async def chunks() -> Any:
        yield b"one"

    answer = await ann.put(f"{FILES}/a.txt", content=chunks(), headers={"X-Gnomon-Digest": digest(b"one")})
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == "Content-Length"


async def test_a_logged_page_runs_in_a_frame_of_ours_alone_and_reaches_nothing(ann: Any) -> None:
    foreign = (
        b'<base target="_blank"><link rel="stylesheet" type="text/css" href="https://app.wandb.ai/normalize.css" />'
    )
    await put(ann, "media/html/a.html", foreign + b"<script>1</script>")
    await put(ann, "a.svg", b"<svg/>")
    page = f"{FILES}/media/html/a.html?as=page"
    answer = await ann.get(page, headers={"Sec-Fetch-Dest": "iframe"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text == '<base target="_blank"><script>1</script>' + framed.MEASURE.decode()
    policy = [part.strip() for part in answer.headers["content-security-policy"].split(";")]
    assert {"sandbox allow-scripts", "default-src 'none'", "frame-ancestors 'self'", "form-action 'none'"} <= set(
        policy
    )
    assert not any("allow-same-origin" in part or part.startswith("connect-src") for part in policy)
    for address, headers in ((page, {"Sec-Fetch-Dest": "document"}), (f"{FILES}/a.svg?as=page", {})):
        other = await ann.get(address, headers=headers)
        assert "html" not in other.headers["content-type"]
        assert other.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


async def test_a_folder_comes_as_an_archive(ann: Any) -> None:
    held = {"a/b.txt": b"b" * 300_000, "a/c/d \u00e4.bin": bytes(range(256)), "a/empty": b"", "ab/no": b"no"}
    for path, data in held.items():
        await put(ann, path, data)
    answer = await ann.get(f"{FILES}.zip?under=a")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="a.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            path: data for path, data in held.items() if path.startswith("a/")
        }
    with zipfile.ZipFile(io.BytesIO((await ann.get(f"{FILES}.zip")).content)) as archive:
        assert sorted(archive.namelist()) == sorted(held)


async def test_an_archive_of_nothing_is_not_there(server: Any, ann: Any) -> None:
    assert (await ann.get(f"{FILES}.zip")).status_code == 404
    await put(ann, "a/b", b"x")
    assert (await ann.get(f"{FILES}.zip?under=b")).status_code == 404
    assert (await ann.get(f"{FILES}.zip?under=../a")).status_code == 400
    bob = await server.user("bob")
    assert (await bob.get(f"{FILES}.zip")).status_code == 404
