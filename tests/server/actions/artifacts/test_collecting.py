"""Bytes go once nothing names them, and never before: whatever comes between."""

from __future__ import annotations

import hashlib
import json
import random
import struct
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest

from gnomon.model.manifest import digest_of, parse
from gnomon.server.actions.artifacts import delete
from gnomon.server.chores import artifacts as chores
from gnomon.server.chores import deleted_runs
from gnomon.server.storage.blobs.store import Digest
from tests.server.conftest import Server
from tests.server.wandb_api.artifacts import Artifacts, Failed, manifest_bytes, manifest_of

pytestmark = pytest.mark.anyio

DROP = "mutation D($input: DeleteArtifactInput!) { result: deleteArtifact(input: $input) { artifact { id } } }"


@pytest.fixture
async def ann(server: Server) -> Artifacts:
    client = await server.user("ann")
    await server.run("ann/p/r")
    return Artifacts(client, "ann")


async def remove(ann: Artifacts, id: str) -> None:
    await ann.ask(DROP, input={"artifactID": id, "deleteAliases": True})


async def collect(server: Server) -> int:
    """What the jobs do some hours later; nothing was put meanwhile."""
    server.clock.advance(2 * delete.CALM_SECS)
    storage, now = server.services.storage, server.services.clock()
    await delete.clear(storage.tables, now=now)
    server.clock.advance(2 * delete.CALM_SECS)
    return await delete.collect(storage.tables, storage.blobs, now=server.services.clock(), calm_secs=0, put_secs=0)


async def in_a_batch(ann: Artifacts, collection: str, files: dict[str, bytes]) -> str:
    """Log a version as our own SDK does: its small files in one request; its id."""
    place, entries = "/api/artifacts/ann/p/drafts", manifest_of(files, {})
    wish = {"type": "dataset", "collection": collection, "digest": digest_of(parse(manifest_bytes(entries)))}
    draft = (await ann.client.post(place, json=wish)).json()
    if draft["state"] == "PENDING":
        place = f"{place}/{draft['id']}"
        asked = [{"path": path, "digest": entry["digest"]} for path, entry in entries.items()]
        told = (await ann.client.post(f"{place}/uploads", json={"files": asked})).json()
        sent = [(one["upload"], files[file["path"]]) for one, file in zip(told["uploads"], asked, strict=True)]
        sent = [(key, data) for key, data in sent if key is not None]
        head = json.dumps([(key, len(data)) for key, data in sent]).encode()
        body = struct.pack("<I", len(head)) + head + b"".join(data for _, data in sent)
        assert (await ann.client.post(f"{place}/batch", content=body)).status_code in (204, 404)
        data = manifest_bytes(entries)
        headers = {"X-Gnomon-MD5": hashlib.md5(data).hexdigest()}
        await ann.client.put(f"{place}/manifest", content=data, headers=headers)
        await ann.client.post(f"{place}/commit")
    return str(draft["id"])


async def there(server: Server, content: bytes) -> bool:
    return await server.services.storage.blobs.has(Digest(hashlib.sha256(content).hexdigest()))


async def test_bytes_go_with_the_last_version_that_names_them(server: Server, ann: Artifacts) -> None:
    first = await ann.log("ds", {"a": b"alone", "b": b"shared"})
    second = await ann.log("ds", {"b": b"shared"})
    await remove(ann, first)
    assert await collect(server) == 1 + 2  # and two manifests
    assert (await there(server, b"alone"), await there(server, b"shared")) == (False, True)
    assert await ann.download("ds", "v1") == {"b": b"shared"}
    await remove(ann, second)
    await collect(server)
    assert not await there(server, b"shared")
    assert await collect(server) == 0


async def test_a_file_of_a_run_keeps_the_bytes_of_an_artifact_and_the_other_way_round(
    server: Server, ann: Artifacts
) -> None:
    for path, content in (("kept", b"in the run"), ("gone", b"in the artifact")):
        headers = {"X-Gnomon-Digest": hashlib.sha256(content).hexdigest()}
        assert (await ann.client.put(f"/api/runs/ann/p/r/files/{path}", content=content, headers=headers)).is_success
    id = await ann.log("ds", {"a": b"in the run"})
    await ann.log("other", {"a": b"in the artifact"})
    await remove(ann, id)
    await ann.client.delete("/api/runs/ann/p/r")
    server.clock.advance(deleted_runs.KEPT_SECS + 1)
    await deleted_runs.clear(server.services)
    await collect(server)
    assert (await there(server, b"in the run"), await there(server, b"in the artifact")) == (False, True)
    assert await ann.download("other") == {"a": b"in the artifact"}


async def test_a_pending_version_keeps_what_it_was_told_need_not_be_sent(server: Server, ann: Artifacts) -> None:
    old = await ann.log("ds", {"a": b"hello"})
    made = await ann.create("new", "1" * 32)
    (node,) = await ann.files(made["id"], {"a": b"hello"})
    assert node["uploadUrl"] is None
    await remove(ann, old)
    await collect(server)
    assert await there(server, b"hello")


async def test_bytes_put_again_while_they_are_collected_stay(server: Server, ann: Artifacts) -> None:
    id = await ann.log("ds", {"a": b"hello"})
    await remove(ann, id)
    server.clock.advance(2 * delete.CALM_SECS)
    await chores.clear(server.services)
    server.clock.advance(2 * delete.CALM_SECS)
    assert await chores.clear(server.services) == 0  # the store has seen them put just now
    assert await there(server, b"hello")


async def test_a_version_whose_time_is_over_is_deleted_unless_somebody_linked_it(
    server: Server, ann: Artifacts
) -> None:
    short = await ann.log("short", {"a": b"1"}, ttlDurationSeconds=60)
    linked = await ann.log("linked", {"a": b"2"}, ttlDurationSeconds=60)
    await ann.log("kept", {"a": b"3"}, ttlDurationSeconds=-2)
    link = "mutation L($input: LinkArtifactInput!) { linkArtifact(input: $input) { versionIndex } }"
    await ann.ask(link, input={"artifactID": linked, "artifactPortfolioName": "best"})
    assert await chores.expire(server.services) == []
    server.clock.advance(61)
    assert await chores.expire(server.services) == ["ann/p/short:v0"]
    assert await ann.by_id(short) is None
    assert await ann.by_name("best:latest") is not None


async def test_a_version_that_nobody_finishes_is_given_up_after_a_week(server: Server, ann: Artifacts) -> None:
    made = await ann.create("ds", "1" * 32)
    await ann.upload(made["id"], {"a": b"half"})
    server.clock.advance(delete.ABANDONED_SECS - 1)
    assert await chores.expire(server.services) == []
    server.clock.advance(2)
    assert await chores.expire(server.services) == ["ann/p/ds:pending"]
    await collect(server)
    assert not await there(server, b"half")
    with pytest.raises(Failed, match="There is no artifact"):
        await ann.commit(made["id"])


async def test_a_file_that_is_replaced_leaves_nothing(server: Server, ann: Artifacts) -> None:
    for content in (b"one", b"two"):
        headers = {"X-Gnomon-Digest": hashlib.sha256(content).hexdigest()}
        await ann.client.put("/api/runs/ann/p/r/files/a", content=content, headers=headers)
    await collect(server)
    assert (await there(server, b"one"), await there(server, b"two")) == (False, True)


STEPS = ("log", "log", "batch", "batch", "start", "finish", "remove", "expire", "clear", "collect", "together")


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_in_whatever_order_every_version_has_its_bytes(
    server: Server, ann: Artifacts, seed: int
) -> None:
    """P-V11"""
    random_ = random.Random(seed)
    committed: dict[str, tuple[str, str, dict[str, bytes]]] = {}
    pending: list[tuple[str, dict[str, bytes]]] = []
    dropped: set[str] = set()

    def content() -> dict[str, bytes]:
        return {f"f{number}": b"%d" % random_.randrange(6) for number in range(random_.randrange(1, 4))}

    async def log() -> None:
        files = content()
        await keep(await ann.log(f"c{random_.randrange(2)}", files), files)

    async def batch() -> None:
        files = content()
        await keep(await in_a_batch(ann, f"c{random_.randrange(2)}", files), files)

    async def keep(id: str, files: dict[str, bytes]) -> None:
        found = await ann.by_id(id)
        if found is not None and id not in dropped:  # else somebody deletes it meanwhile
            committed[id] = (found["artifactSequence"]["name"], f"v{found['versionIndex']}", files)

    async def start() -> None:
        files = content()
        made = await ann.create("c2", f"{random_.getrandbits(128):032x}")
        await ann.upload(made["id"], files)
        pending.append((made["id"], files))

    async def finish() -> None:
        if pending:
            id, files = pending.pop(random_.randrange(len(pending)))
            await ann.manifest(id, data=manifest_bytes(manifest_of(files, {})))
            await ann.commit(id)
            await keep(id, files)

    async def drop() -> None:
        if committed:
            id = random_.choice(sorted(committed))
            del committed[id]
            dropped.add(id)
            await remove(ann, id)

    async def sweep() -> None:
        server.clock.advance(1)
        storage = server.services.storage
        await delete.collect(storage.tables, storage.blobs, now=server.clock(), calm_secs=0, put_secs=0)

    async def clear() -> None:
        await delete.clear(server.services.storage.tables, now=server.clock())

    async def together() -> None:
        async with anyio.create_task_group() as group:
            for one in (log, batch, drop, clear):
                group.start_soon(one)

    steps: dict[str, Callable[[], Awaitable[Any]]] = {
        "log": log, "batch": batch, "start": start, "finish": finish, "remove": drop, "clear": clear, "collect": sweep,
        "expire": lambda: chores.expire(server.services), "together": together,
    }  # fmt: skip
    for _ in range(25):
        await steps[random_.choice(STEPS)]()
    await clear()
    await sweep()
    for collection, version, files in committed.values():
        assert await ann.download(collection, version) == files
    for id, files in pending:
        assert [node["uploadUrl"] for node in await ann.files(id, files)] == [None] * len(files)
