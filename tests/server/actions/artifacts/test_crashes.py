"""A server that dies in the middle of a commit, or of clearing away, has lost and kept nothing when it is back."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gnomon.server.actions.artifacts import delete
from gnomon.server.storage.blobs.memory import MemoryBlobs
from gnomon.server.storage.blobs.store import Digest
from gnomon.server.storage.tables.database import Database
from tests.server.conftest import Server
from tests.server.wandb_api.artifacts import Artifacts, manifest_bytes, manifest_of

pytestmark = pytest.mark.anyio


class Killed(BaseException):
    """The process is gone."""


class Axe:
    """Kills at the nth step that changes something on disk, before it or after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._left: int | None = None
        self._after = False
        self._at_work = False
        for owner, name in ((Database, "write"), (MemoryBlobs, "put"), (MemoryBlobs, "collect")):
            monkeypatch.setattr(owner, name, self._step(getattr(owner, name)))

    async def chop(self, at: int, *, after: bool, work: Callable[[], Awaitable[Any]]) -> bool:
        """Do the work until step `at`; whether it came to that."""
        self._left, self._after = at, after
        try:
            await work()
        except Killed:
            return True
        finally:
            self._left = None
        return False

    def _step(self, real: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def step(*given: Any, **named: Any) -> Any:
            if self._left is None:
                return await real(*given, **named)
            self._left -= 1
            if self._left == 0 and not self._after:
                raise Killed
            done = await real(*given, **named)
            if self._left == 0:
                raise Killed
            return done

        return step


@pytest.fixture
def axe(monkeypatch: pytest.MonkeyPatch) -> Axe:
    return Axe(monkeypatch)


@pytest.fixture
async def ann(server: Server) -> Artifacts:
    return Artifacts(await server.user("ann"), "ann")


@pytest.mark.parametrize("after", [False, True])
async def test_clearing_away_goes_on_where_it_was_killed(server: Server, ann: Artifacts, axe: Axe, after: bool) -> None:
    kept = {"both": b"both", "kept": b"kept"}
    await ann.log("ds", kept)
    storage = server.services.storage
    deaths = 0
    while True:
        id = await ann.log("ds", {"both": b"both", "gone": b"gone"})
        row = (await ann.by_id(id))["versionIndex"]

        async def work(id: str = id) -> None:
            await ann.ask(
                "mutation D($input: DeleteArtifactInput!) { deleteArtifact(input: $input) { artifact { id } } }",
                input={"artifactID": id, "deleteAliases": True},
            )
            await clear()

        async def clear() -> None:
            server.clock.advance(10)
            await delete.clear(storage.tables, now=server.clock())
            server.clock.advance(10)
            await delete.collect(storage.tables, storage.blobs, now=server.clock(), calm_secs=0, put_secs=0)

        died = await axe.chop(deaths + 1, after=after, work=work)
        assert await ann.download("ds", "v0") == kept
        if died and await ann.by_id(id) is not None:  # killed before it was deleted
            assert await ann.download("ds", f"v{row}") == {"both": b"both", "gone": b"gone"}
            await work()
        await clear()
        assert not await storage.blobs.has(Digest(hashlib.sha256(b"gone").hexdigest()))
        assert await ann.download("ds", "v0") == kept
        if not died:
            break
        deaths += 1
    assert deaths >= 5


@pytest.mark.parametrize("after", [False, True])
async def test_a_commit_that_was_killed_is_asked_for_again(
    server: Server, ann: Artifacts, axe: Axe, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnomon.server.actions.artifacts.commit.ENTRIES_A_WRITE", 2)
    files = {f"f{number}": b"%d" % number for number in range(5)}
    deaths = 0
    while True:
        name = f"ds{deaths}"
        made = await ann.create(name, "1" * 32)
        await ann.upload(made["id"], files)
        await ann.manifest(made["id"], data=manifest_bytes(manifest_of(files, {})))
        died = await axe.chop(deaths + 1, after=after, work=lambda id=made["id"]: ann.commit(id))
        found = await ann.by_name(f"{name}:latest")
        if found is not None:  # it was committed, and nobody heard of it
            assert await ann.download(name) == files
        await ann.commit(made["id"])
        assert await ann.download(name) == files
        assert (await ann.by_name(f"{name}:v0"))["artifact"]["id"] == made["id"]
        if not died:
            break
        deaths += 1
    assert deaths >= 4
