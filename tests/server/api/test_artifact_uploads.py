"""Versions as our own SDK makes and reads them, over HTTP."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from gnomon.model.manifest import Entry, digest_of, parse, render
from gnomon.server.storage.blobs.folder import FolderBlobs
from tests.server.conftest import Server

pytestmark = pytest.mark.anyio

P = "/api/artifacts/ann/p"
FILES = {"a.txt": b"hello", "img/x.png": b"\x89PNG" * 100, "empty": b""}


def md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data).digest()).decode()


def entries_of(files: Mapping[str, bytes]) -> dict[str, Entry]:
    return {path: Entry(digest=md5(data), size_bytes=len(data)) for path, data in files.items()}


def batch(files: list[tuple[int, bytes]]) -> bytes:
    head = msgspec.json.encode([(key, len(data)) for key, data in files])
    return struct.pack("<I", len(head)) + head + b"".join(data for _, data in files)


@pytest.fixture
async def ann(server: Server) -> httpx.AsyncClient:
    client = await server.user("ann")
    await server.run("ann/p/r")
    return client


async def ok(answer: httpx.Response) -> Any:
    assert 200 <= answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


async def draft(ann: httpx.AsyncClient, files: Mapping[str, bytes], **more: Any) -> Any:
    wish = {"type": "dataset", "collection": "ds", "digest": digest_of(entries_of(files)), "run": "r", **more}
    return await ok(await ann.post(f"{P}/drafts", json=wish))


async def announce(ann: httpx.AsyncClient, id: str, files: Mapping[str, bytes], **more: Any) -> list[Any]:
    asked = {"files": [{"path": path, "digest": md5(data), **more} for path, data in files.items()]}
    told = await ok(await ann.post(f"{P}/drafts/{id}/uploads", json=asked))
    return list(told["uploads"])


async def put_manifest(ann: httpx.AsyncClient, id: str, files: Mapping[str, bytes], **query: Any) -> httpx.Response:
    data = b"".join(render(entries_of(files).items()))
    headers = {"X-Gnomon-MD5": hashlib.md5(data).hexdigest()}
    return await ann.put(f"{P}/drafts/{id}/manifest", content=data, headers=headers, params=query)


async def log(ann: httpx.AsyncClient, files: Mapping[str, bytes], **more: Any) -> Any:
    made = await draft(ann, files, **more)
    if made["state"] == "COMMITTED":
        return made
    told = await announce(ann, made["id"], files)
    keyed = [(one["upload"], data) for one, data in zip(told, files.values(), strict=True) if one["upload"]]
    if keyed:
        await ok(await ann.post(f"{P}/drafts/{made['id']}/batch", content=batch(keyed)))
    await ok(await put_manifest(ann, made["id"], files))
    return await ok(await ann.post(f"{P}/drafts/{made['id']}/commit"))


async def test_a_version_is_made_of_one_batch_and_read_back(ann: httpx.AsyncClient) -> None:
    made = await log(ann, FILES, aliases=["best"], metadata={"n": 1}, description="x")
    assert (made["version"], made["aliases"], made["file_count"]) == ("v0", ["best", "latest"], 3)
    assert made["digest"] == digest_of(entries_of(FILES))
    version = f"{P}/collections/ds/versions/best"
    manifest = parse((await ann.get(f"{version}/manifest")).content)
    assert {path: one.digest for path, one in manifest.items()} == {path: md5(data) for path, data in FILES.items()}
    wanted = ["img/x.png", "empty", "a.txt"]
    read = await ann.post(f"{version}/read", json={"paths": wanted})
    assert read.content == b"".join(FILES[path] for path in wanted)
    assert read.headers["content-length"] == str(len(read.content))
    assert (await ann.post(f"{version}/read", json={"paths": ["no"]})).status_code == 404


async def test_the_same_content_is_the_same_version(ann: httpx.AsyncClient) -> None:
    first = await log(ann, FILES)
    again = await draft(ann, FILES, aliases=["more"])
    assert (again["id"], again["state"], again["version"]) == (first["id"], "COMMITTED", "v0")
    assert (await ok(await ann.get(f"{P}/collections/ds/versions/more")))["id"] == first["id"]


async def test_a_wish_said_twice_by_one_sender_is_one_version(ann: httpx.AsyncClient) -> None:
    more = {"client_id": "c" * 64, "distributed_id": "d"}
    first = await draft(ann, FILES, **more)
    assert (await draft(ann, FILES, **more))["id"] == first["id"]
    for one in (FILES, {"b": b"2"}):
        told = await announce(ann, first["id"], one)
        keyed = [(up["upload"], data) for up, data in zip(told, one.values(), strict=True)]
        await ok(await ann.post(f"{P}/drafts/{first['id']}/batch", content=batch(keyed)))
        await ok(await put_manifest(ann, first["id"], one, kind="patch"))
    made = await ok(await ann.post(f"{P}/drafts/{first['id']}/commit"))
    assert made["file_count"] == 4
    after = await draft(ann, FILES, **more)
    assert (after["id"], after["state"]) == (first["id"], "COMMITTED")
    assert (await ok(await ann.post(f"{P}/drafts/{first['id']}/commit")))["version"] == "v0"


async def test_known_bytes_are_not_sent_again(ann: httpx.AsyncClient) -> None:
    await log(ann, FILES)
    files = {**FILES, "new": b"new"}
    made = await draft(ann, files)
    told = await announce(ann, made["id"], files)
    assert [one["upload"] is None for one in told] == [True, True, True, False]
    assert made["latest_id"]


async def test_a_file_comes_whole_or_in_parts(ann: httpx.AsyncClient) -> None:
    data = bytes(range(256)) * 1000
    pieces = [data[:100_000], data[100_000:200_000], data[200_000:]]
    files = {"big": data}
    made = await draft(ann, files)
    parts = [hashlib.md5(piece).hexdigest() for piece in pieces]
    (up,) = await announce(ann, made["id"], files, parts=parts)
    place = f"{P}/drafts/{made['id']}/uploads/{up['upload']}"
    await ok(await ann.put(f"{place}/parts/2", content=pieces[1]))
    assert (await ann.put(f"{place}/parts/1", content=pieces[1])).status_code == 400
    assert (await ann.post(f"{place}/complete")).status_code == 400
    (again,) = await announce(ann, made["id"], files, parts=parts)
    assert again == {"upload": up["upload"], "parts_here": [2]}
    await ok(await ann.put(f"{place}/parts/1", content=pieces[0]))
    await ok(await ann.put(f"{place}/parts/3", content=pieces[2]))
    await ok(await ann.post(f"{place}/complete"))
    await ok(await put_manifest(ann, made["id"], files))
    assert (await ok(await ann.post(f"{P}/drafts/{made['id']}/commit")))["size_bytes"] == len(data)
    other = {"small": b"1234"}
    made = await draft(ann, other)
    (up,) = await announce(ann, made["id"], other)
    place = f"{P}/drafts/{made['id']}/uploads/{up['upload']}"
    assert (await ann.put(place, content=b"other")).status_code == 400
    await ok(await ann.put(place, content=b"1234"))


async def test_bytes_that_did_not_come_keep_a_version_from_being(ann: httpx.AsyncClient) -> None:
    made = await draft(ann, FILES)
    told = await announce(ann, made["id"], FILES)
    keyed = [(told[0]["upload"], b"hello"), (told[1]["upload"], b"wrong")]
    refused = await ann.post(f"{P}/drafts/{made['id']}/batch", content=batch(keyed))
    assert refused.status_code == 400 and "img/x.png" in refused.text
    await ok(await put_manifest(ann, made["id"], FILES))
    refused = await ann.post(f"{P}/drafts/{made['id']}/commit")
    assert refused.status_code == 400 and "'a.txt'" in refused.text
    assert (await ann.get(f"{P}/collections/ds/versions/v0")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xff\xff\xff", struct.pack("<I", 2) + b"{}", batch([(1, b"x")])[:-1], batch([(1, b"x")]) + b"y",
     struct.pack("<I", 9) + b"[[1, -5]]"],
    ids=["empty", "long head", "no list", "short", "long", "negative"],
)  # fmt: skip
async def test_what_is_no_batch_is_refused(ann: httpx.AsyncClient, body: bytes) -> None:
    made = await draft(ann, FILES)
    assert (await ann.post(f"{P}/drafts/{made['id']}/batch", content=body)).status_code == 400


async def test_a_batch_with_unknown_uploads_is_refused(ann: httpx.AsyncClient) -> None:
    made = await draft(ann, FILES)
    assert (await ann.post(f"{P}/drafts/{made['id']}/batch", content=batch([(99, b"x")]))).status_code == 404


async def test_a_manifest_needs_its_digest_and_a_kind(ann: httpx.AsyncClient) -> None:
    made = await draft(ann, FILES)
    assert (await ann.put(f"{P}/drafts/{made['id']}/manifest", content=b"{}")).status_code == 400
    assert (await put_manifest(ann, made["id"], FILES, kind="odd")).status_code == 400
    assert (await put_manifest(ann, made["id"], FILES, kind="incremental", base="QXJ0aWZhY3Q6OTk=")).status_code == 404


async def test_an_incremental_version_has_what_the_one_before_had(ann: httpx.AsyncClient) -> None:
    first = await log(ann, FILES)
    more = {"b": b"more", "a.txt": b"changed"}
    made = await draft(ann, more)
    told = await announce(ann, made["id"], more)
    keyed = [(up["upload"], data) for up, data in zip(told, more.values(), strict=True)]
    await ok(await ann.post(f"{P}/drafts/{made['id']}/batch", content=batch(keyed)))
    assert made["latest_id"] == first["id"]
    await ok(await put_manifest(ann, made["id"], more, kind="incremental", base=first["id"]))
    got = await ok(await ann.post(f"{P}/drafts/{made['id']}/commit"))
    assert (got["version"], got["file_count"], got["digest"]) == ("v1", 4, digest_of(entries_of({**FILES, **more})))


async def test_a_draft_of_somebody_else_is_not_there(ann: httpx.AsyncClient, server: Server) -> None:
    made = await draft(ann, FILES)
    bob = await server.user("bob")
    await server.run("bob/p/r")
    for path in (f"{P}/drafts/{made['id']}", f"/api/artifacts/bob/p/drafts/{made['id']}"):
        assert (await bob.get(path)).status_code == 404
        assert (await bob.post(f"{path}/commit")).status_code == 404
        assert (await bob.post(f"{path}/uploads", json={"files": []})).status_code == 404
        assert (await bob.post(f"{path}/batch", content=batch([]))).status_code == 404
    assert (await ok(await ann.get(f"{P}/drafts/{made['id']}")))["state"] == "PENDING"
    assert (await ann.get(f"/api/artifacts/ann/other/drafts/{made['id']}")).status_code == 404
    assert (await ann.get(f"{P}/drafts/nonsense")).status_code == 404


async def test_a_run_uses_a_version(ann: httpx.AsyncClient, server: Server) -> None:
    made = await log(ann, FILES)
    await server.run("ann/p/user")
    used = await ok(await ann.post("/api/runs/ann/p/user/artifacts", json={"id": made["id"], "used_as": "train"}))
    assert used["version"] == "v0"
    told = await ok(await ann.get("/api/runs/ann/p/user/artifacts"))
    assert [one["id"] for one in told["used"]] == [made["id"]]
    bob = await server.user("bob")
    await server.run("bob/p/r")
    assert (await bob.post("/api/runs/bob/p/r/artifacts", json={"id": made["id"]})).status_code == 404


async def test_a_version_is_linked_and_taken_out_again(ann: httpx.AsyncClient, server: Server) -> None:
    made = await log(ann, FILES)
    place, shelf = f"{P}/collections/ds/versions/v0/links", f"{P}/collections/models"
    wanted = {"id": made["id"], "aliases": ["prod", "latest"]}
    shown = await ok(await ann.post(f"{shelf}/links", json=wanted))
    assert (shown["collection"], shown["version"], sorted(shown["aliases"])) == ("models", "v0", ["latest", "prod"])
    assert (shown["id"], shown["source"]["collection"]) == (made["id"], "ds")
    assert [one["collection"] for one in await ok(await ann.get(place))] == ["models"]
    bob = await server.user("bob")
    assert (await ann.post("/api/artifacts/bob/p/collections/m/links", json=wanted)).status_code == 404
    assert (await bob.post("/api/artifacts/bob/p/collections/m/links", json=wanted)).status_code == 404
    assert (await ann.post(f"{P}/collections/ds/links", json=wanted)).status_code == 400
    await ok(await ann.delete(f"{shelf}/versions/v0"))
    assert await ok(await ann.get(place)) == []


async def test_how_long_a_version_is_kept_may_be_inherited(ann: httpx.AsyncClient) -> None:
    await log(ann, FILES, ttl_secs=60)
    version = f"{P}/collections/ds/versions/v0"
    assert (await ok(await ann.get(version)))["ttl_secs"] == 60
    assert (await ok(await ann.patch(version, json={"ttl_secs": -1})))["ttl_secs"] is None
    assert (await ann.patch(version, json={"ttl_secs": -2})).status_code == 400


async def test_many_blobs_are_kept_and_read_in_one_go(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    data = [b"one", b"two", b"", b"one"]
    digests = await blobs.put_all(data)
    assert digests == [hashlib.sha256(one).hexdigest() for one in data]
    assert await blobs.read_all(digests) == data
    assert list((tmp_path / "incoming").iterdir()) == []
    assert await blobs.put_all(data) == digests
