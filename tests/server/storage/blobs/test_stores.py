"""Every blob store, the same sentences."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from gnomon.model.errors import NotFound, Rejected, Unavailable
from gnomon.server.storage.blobs import BlobStore, Digest, as_digest, open_blobs

pytestmark = pytest.mark.anyio

HELLO = Digest(hashlib.sha256(b"hello world").hexdigest())


@pytest.fixture(params=["memory", "folder"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return open_blobs(request.param, tmp_path / "blobs")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def broken(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    raise Rejected("the sender went away")


async def content(blobs: BlobStore, digest: Digest, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([piece async for piece in await blobs.open(digest, start=start, end=end)])


async def test_what_was_put_comes_back(blobs: BlobStore) -> None:
    assert await blobs.put(pieces(b"hello ", b"", b"world")) == (HELLO, 11)
    assert await content(blobs, HELLO) == b"hello world"
    assert await blobs.has(HELLO)
    assert await blobs.size(HELLO) == 11


async def test_an_empty_blob_is_a_blob(blobs: BlobStore) -> None:
    digest, size = await blobs.put(pieces())
    assert size == 0
    assert await content(blobs, digest) == b""


async def test_large_blobs_come_in_pieces(blobs: BlobStore) -> None:
    data = os.urandom(3_000_000)
    digest, _ = await blobs.put(pieces(*(data[at : at + 70_000] for at in range(0, len(data), 70_000))))
    assert await content(blobs, digest) == data
    found = [len(piece) async for piece in await blobs.open(digest)]
    assert len(found) > 1


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 5, b"hello"), (6, None, b"world"), (6, 100, b"world"), (11, None, b""), (3, 3, b""), (5, 2, b"")],
)
async def test_a_part_can_be_read(blobs: BlobStore, start: int, end: int | None, expected: bytes) -> None:
    await blobs.put(pieces(b"hello world"))
    assert await content(blobs, HELLO, start, end) == expected


async def test_bytes_with_another_digest_than_expected_are_not_kept(blobs: BlobStore) -> None:
    with pytest.raises(Rejected):
        await blobs.put(pieces(b"hello"), expect=HELLO)
    assert not await blobs.has(HELLO)
    assert not await blobs.has(Digest(hashlib.sha256(b"hello").hexdigest()))


async def test_a_sender_that_goes_away_leaves_nothing(blobs: BlobStore) -> None:
    with pytest.raises(Rejected):
        await blobs.put(broken(b"hello world"))
    assert not await blobs.has(HELLO)


async def test_putting_the_same_bytes_twice_changes_nothing(blobs: BlobStore) -> None:
    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(blobs.put, pieces(b"hello world"))
    assert await content(blobs, HELLO) == b"hello world"


async def test_many_small_blobs_go_and_come_in_one_go(blobs: BlobStore) -> None:
    data = [b"one", b"", b"two", b"one"]
    digests = await blobs.put_all(data)
    assert digests == [hashlib.sha256(one).hexdigest() for one in data]
    assert await blobs.read_all(digests) == data
    assert await blobs.put_all([]) == []
    with pytest.raises(NotFound):
        await blobs.read_all([digests[0], Digest("0" * 64)])
    assert not await blobs.collect(digests[0], calm_secs=60)  # they were put just now


async def test_what_is_not_there_is_not_found(blobs: BlobStore) -> None:
    with pytest.raises(NotFound):
        await blobs.open(HELLO)
    assert await blobs.size(HELLO) is None
    await blobs.delete(HELLO)


async def test_a_deleted_blob_is_gone_and_a_reader_goes_on(blobs: BlobStore) -> None:
    await blobs.put(pieces(b"hello world"))
    reader = await blobs.open(HELLO)
    await blobs.delete(HELLO)
    assert not await blobs.has(HELLO)
    assert b"".join([piece async for piece in reader]) == b"hello world"


@pytest.mark.parametrize("text", ["", "abc", "A" * 64, "g" * 64, "../" + "a" * 61, "a" * 65])
def test_only_64_hex_digits_are_a_digest(text: str) -> None:
    with pytest.raises(ValueError, match="64"):
        as_digest(text)


async def test_nothing_is_left_in_the_folder_but_whole_blobs(tmp_path: Path) -> None:
    blobs = open_blobs("folder", tmp_path / "blobs")
    await blobs.put(pieces(b"hello world"))
    for bad in (broken(b"x" * 1_000_000), broken()):
        with pytest.raises(Rejected):
            await blobs.put(bad)
    files = [path.relative_to(tmp_path / "blobs") for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert files == [Path(HELLO[:2]) / HELLO[2:4] / HELLO]


async def test_what_a_kill_left_behind_is_cleared_away(tmp_path: Path) -> None:
    open_blobs("folder", tmp_path)
    (tmp_path / "incoming" / "half").write_bytes(b"half of it")
    open_blobs("folder", tmp_path)
    assert list((tmp_path / "incoming").iterdir()) == []


async def test_a_full_disk_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = open_blobs("folder", tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("gnomon.server.storage.blobs.folder.os.fsync", full)
    with pytest.raises(Unavailable):
        await blobs.put(pieces(b"hello world"))
    monkeypatch.undo()
    assert not await blobs.has(HELLO)
    await blobs.put(pieces(b"hello world"))
    assert await blobs.has(HELLO)


async def test_a_blob_that_was_put_just_now_is_not_collected(blobs: BlobStore) -> None:
    await blobs.put(pieces(b"hello world"))
    assert not await blobs.collect(HELLO, calm_secs=60)
    assert await blobs.has(HELLO)
    assert await blobs.collect(HELLO, calm_secs=0)
    assert not await blobs.has(HELLO)
    assert await blobs.collect(HELLO, calm_secs=60) is False  # it was put within the minute, though it is gone
    await blobs.put(pieces(b"hello world"))
    assert await content(blobs, HELLO) == b"hello world"


async def test_a_blob_of_an_earlier_server_can_be_collected_at_once(blobs: BlobStore, tmp_path: Path) -> None:
    await blobs.put(pieces(b"hello world"))
    if (tmp_path / "blobs").exists():
        later = open_blobs("folder", tmp_path / "blobs")
        assert await later.collect(HELLO, calm_secs=60)
        assert not await blobs.has(HELLO)
    assert await blobs.collect(Digest("0" * 64), calm_secs=60)  # one that never was is gone
