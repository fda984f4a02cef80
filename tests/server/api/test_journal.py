"""Journals over HTTP: what a shipper meets."""

from __future__ import annotations

import gzip
import random
import zlib
from typing import Any

import msgspec
import pytest

from gnomon.protocol.journal import MAGIC, frame

pytestmark = pytest.mark.anyio

MAIN = "a" * 32
NOW = 1_800_000_000.0


def journal_of(*records: list[Any]) -> bytes:
    return MAGIC + b"".join(frame(msgspec.msgpack.encode(record)) for record in records)


def a_journal(rows: int = 5) -> bytes:
    return journal_of(
        [1, {"format": 1, "journal": MAIN, "attempt": MAIN, "writer": "main", "started_at": NOW}],
        [5, 0, ["loss"]],
        *([6, 0, i, NOW + i, 1 / (i + 1)] for i in range(rows)),
    )


PATH = "/api/runs/-/p/r/journal"


async def test_the_first_post_makes_project_and_run(server: Any) -> None:
    ann = await server.user("ann")
    data = a_journal()
    answer = await ann.post(f"{PATH}?journal={MAIN}&offset=0", content=data)
    assert answer.json() == {
        "next": len(data),
        "stop": False,
        "url": "http://localhost:8585/ann/p/runs/r",
        "resumed": False,
    }
    rows = (await ann.get("/api/runs/ann/p/r/rows")).json()["rows"]
    assert [row["loss"] for row in rows] == [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]
    told = (await ann.get("/api/runs/-/p/r/journal")).json()
    assert told == {"offsets": {MAIN: len(data)}, "url": "http://localhost:8585/ann/p/runs/r"}


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", lambda data: data)]
)
async def test_bodies_may_be_compressed(server: Any, encoding: str, pack: Any) -> None:
    ann = await server.user("ann")
    data = a_journal()
    answer = await ann.post(
        f"{PATH}?journal={MAIN}&offset=0", content=pack(data), headers={"Content-Encoding": encoding}
    )
    assert answer.json()["next"] == len(data)


async def test_a_gap_is_409_with_the_place_to_go_on_from(server: Any) -> None:
    ann = await server.user("ann")
    answer = await ann.post(f"{PATH}?journal={MAIN}&offset=77", content=b"abc")
    assert answer.status_code == 409
    assert answer.json()["error"]["next_offset"] == 0


async def test_an_empty_post_is_a_sign_of_life(server: Any) -> None:
    ann = await server.user("ann")
    data = a_journal()
    await ann.post(f"{PATH}?journal={MAIN}&offset=0", content=data)
    answer = await ann.post(f"{PATH}?journal={MAIN}&offset={len(data)}", content=b"")
    assert answer.json()["next"] == len(data)


async def test_what_was_acknowledged_is_known_to_the_next_question(server: Any) -> None:
    ann = await server.user("ann")
    assert (await ann.get("/api/runs/-/p/r/resume")).json()["exists"] is False
    data = a_journal(3)
    at = 0
    for end in range(60, len(data) + 1, 20):
        at = (await ann.post(f"{PATH}?journal={MAIN}&offset={at}", content=data[at:end])).json()["next"]
        rows = (await ann.get("/api/runs/-/p/r/rows")).json()["rows"] if at > 8 else []
        resumable = (await ann.get("/api/runs/-/p/r/resume")).json()
        assert resumable["last_step"] == (rows[-1]["_step"] if rows else None)


async def test_others_cannot_send_to_a_run_nor_see_it(server: Any) -> None:
    ann, bob = await server.user("ann"), await server.user("bob")
    await ann.post(f"{PATH}?journal={MAIN}&offset=0", content=a_journal())
    for method, path in [
        ("POST", f"/api/runs/ann/p/r/journal?journal={MAIN}&offset=0"), ("GET", "/api/runs/ann/p/r/journal"),
        ("GET", "/api/runs/ann/p/r/rows"), ("GET", "/api/runs/ann/p/r/keys"), ("GET", "/api/runs/ann/p/r/console"),
        ("GET", "/api/runs/ann/p/r/files"), ("PUT", "/api/runs/ann/p/r/files/a"), ("GET", "/api/runs/ann/p/r/resume"),
        ("GET", "/api/runs/ann/p/r/console.txt"), ("GET", "/api/projects/ann/p/keys"),
        ("GET", "/api/live?project=ann/p"),
        ("POST", "/api/projects/ann/p/series"),
    ]:  # fmt: skip
        assert (await bob.request(method, path)).status_code == 404, path
        assert (await server.client().request(method, path)).status_code == 401, path
    # Bob's own run of the same name is another run, and ann's journal is not his to go on with.
    assert (await bob.post(f"{PATH}?journal={MAIN}&offset=0", content=a_journal())).status_code == 400


@pytest.mark.parametrize(
    ("query", "headers", "body"),
    [
        ("", {}, b""),
        ("?journal=&offset=0", {}, b""),
        (f"?journal={MAIN}", {}, b""),
        (f"?journal={MAIN}&offset=x", {}, b""),
        (f"?journal={MAIN}&offset=-1", {}, b""),
        (f"?journal={MAIN}&offset=1.5", {}, b""),
        (f"?journal={'g' * 32}&offset=0", {}, b"x"),
        (f"?journal={MAIN}&offset=0", {"Content-Encoding": "gzip"}, b"nope"),
        (f"?journal={MAIN}&offset=0", {"Content-Encoding": "br"}, b"nope"),
        (f"?journal={MAIN}&offset=0", {"Content-Encoding": "deflate"}, zlib.compress(bytes(80 << 20))),
        (f"?journal={MAIN}&offset=0", {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 1000, mtime=0)[:-10]),
    ],
)
async def test_a_malformed_post_is_told_what_is_wrong(
    server: Any, query: str, headers: dict[str, str], body: bytes
) -> None:
    ann = await server.user("ann")
    answer = await ann.post(PATH + query, content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "path", ["/api/runs/-/p%3A/r/journal", "/api/runs/-/p/r%00/journal", "/api/runs/-/p/%20/journal"]
)
async def test_names_that_cannot_be_are_refused(server: Any, path: str) -> None:
    ann = await server.user("ann")
    assert (await ann.post(f"{path}?journal={MAIN}&offset=0", content=a_journal())).status_code == 400


async def test_bytes_that_are_no_journal_are_never_an_error(server: Any) -> None:
    ann = await server.user("ann")
    chance = random.Random(3)
    for number in range(60):
        data = bytearray(a_journal(20))
        if number % 3 == 0:
            data = bytearray(chance.randbytes(200))
        for _ in range(number % 7):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = bytes(data[: chance.randrange(1, len(data) + 1)])
        answer = await ann.post(f"/api/runs/-/p/r{number}/journal?journal={number:032x}&offset=0", content=cut)
        assert answer.status_code == 200, answer.text
        assert 0 <= answer.json()["next"] <= len(cut)


async def test_a_deleted_run_is_told_once_and_for_all(server: Any) -> None:
    ann = await server.user("ann")
    data = a_journal()
    await ann.post(f"{PATH}?journal={MAIN}&offset=0", content=data)
    await ann.delete("/api/runs/-/p/r")
    answer = await ann.post(f"{PATH}?journal={MAIN}&offset={len(data)}", content=b"")
    assert answer.status_code == 410
    assert "new run id" in answer.json()["error"]["message"]
