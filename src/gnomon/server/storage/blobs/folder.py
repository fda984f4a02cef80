"""Blobs as files of one folder: `ab/cd/<digest>`, and `incoming/` for those that are still being written."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import IO, TypeVar

from gnomon.model.errors import NoRoom, NotFound, Rejected, Unavailable
from gnomon.server.storage.blobs.recent import Recent
from gnomon.server.storage.blobs.store import Digest

T = TypeVar("T")
K = TypeVar("K")

PIECE_BYTES = 256 * 1024
SYNCS_AT_ONCE = 16
"""A file system brings to disk together what several ask for at one time."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_BROKEN = (errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE)


class FolderBlobs:
    """A `BlobStore` in a folder. A blob gets its name once its bytes are on disk, so a name always means all of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._recent = Recent()
        self._incoming = folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left_over in self._incoming.iterdir():
            left_over.unlink(missing_ok=True)
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="blobs")
        self._syncs = ThreadPoolExecutor(SYNCS_AT_ONCE, thread_name_prefix="blobs-sync")

    async def put(self, chunks: AsyncIterator[bytes], *, expect: Digest | None = None) -> tuple[Digest, int]:
        path = self._incoming / secrets.token_hex(16)
        digest, size = hashlib.sha256(), 0
        try:
            file = await self._do(lambda: open(path, "xb"))  # noqa: SIM115  # closed below
            try:
                # Small chunks are gathered, so that each trip to the disk is worth its thread.
                waiting: list[bytes] = []
                waiting_bytes = 0
                async for chunk in chunks:
                    waiting.append(chunk)
                    waiting_bytes += len(chunk)
                    if waiting_bytes >= PIECE_BYTES:
                        size += waiting_bytes
                        await self._do(partial(_write, file, digest, waiting))
                        waiting, waiting_bytes = [], 0
                size += waiting_bytes
                await self._do(partial(_write, file, digest, waiting))
                found = Digest(digest.hexdigest())
                if expect is not None and found != expect:
                    raise Rejected(f"the bytes sent have the digest {found}, not {expect}", field="digest")
                await self._do(partial(_sync, file))
            finally:
                await self._do(file.close)
            await self._do(partial(self._settle, path, found))
        except OSError as error:
            raise _unavailable(error) from error
        finally:
            await self._do(partial(path.unlink, missing_ok=True))
        return found, size

    async def put_all(self, blobs: Sequence[bytes]) -> list[Digest]:
        def work() -> list[Digest]:
            digests = [Digest(hashlib.sha256(data).hexdigest()) for data in blobs]
            new = dict(zip(digests, blobs, strict=True))
            drafts = {digest: self._incoming / secrets.token_hex(16) for digest in new}
            try:
                self._at_once(lambda digest: _write_whole(drafts[digest], new[digest]), new)
                self._make_folders(new)
                with self._recent.lock:
                    for digest, draft in drafts.items():
                        self._recent.mark(digest)
                        os.replace(draft, self._path(digest))
                self._at_once(_sync_folder, {self._path(digest).parent for digest in new})
            finally:
                for draft in drafts.values():
                    draft.unlink(missing_ok=True)
            return digests

        try:
            return await self._do(work)
        except OSError as error:
            raise _unavailable(error) from error

    async def read_all(self, digests: Sequence[Digest]) -> list[bytes]:
        def work() -> list[bytes]:
            found = []
            for digest in digests:
                try:
                    found.append(self._path(digest).read_bytes())
                except FileNotFoundError:
                    raise NotFound(f"no blob {digest}") from None
            return found

        return await self._do(work)

    async def size(self, digest: Digest) -> int | None:
        try:
            return (await self._do(partial(os.stat, self._path(digest)))).st_size
        except FileNotFoundError:
            return None

    async def has(self, digest: Digest) -> bool:
        return await self.size(digest) is not None

    async def open(self, digest: Digest, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        try:
            file = await self._do(lambda: open(self._path(digest), "rb"))  # noqa: SIM115  # closed by the reader
        except FileNotFoundError:
            raise NotFound(f"no blob {digest}") from None
        return self._pieces(file, start, end)

    async def delete(self, digest: Digest) -> None:
        await self._do(partial(self._path(digest).unlink, missing_ok=True))

    async def collect(self, digest: Digest, *, calm_secs: float) -> bool:
        def take_away() -> bool:
            with self._recent.lock:
                if not self._recent.calm(digest, calm_secs):
                    return False
                self._path(digest).unlink(missing_ok=True)
                return True

        return await self._do(take_away)

    async def _pieces(self, file: IO[bytes], start: int, end: int | None) -> AsyncIterator[bytes]:
        try:
            left = None if end is None else max(end - start, 0)
            await self._do(partial(file.seek, start))
            while left is None or left > 0:
                wanted = PIECE_BYTES if left is None else min(PIECE_BYTES, left)
                piece = await self._do(partial(file.read, wanted))
                if not piece:
                    return
                left = None if left is None else left - len(piece)
                yield piece
        finally:
            file.close()

    def _path(self, digest: Digest) -> Path:
        return self.folder / digest[:2] / digest[2:4] / digest

    def _make_folders(self, digests: Iterable[Digest]) -> None:
        missing = {parent for digest in digests if not (parent := self._path(digest).parent).is_dir()}
        if not missing:
            return
        for folder in missing:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._at_once(_sync_folder, {self.folder, *(folder.parent for folder in missing)})

    def _at_once(self, work: Callable[[K], object], items: Iterable[K]) -> None:
        """Do something to each item, several threads a share of them each."""
        given = list(items)

        def share(first: int) -> None:
            for item in given[first::SYNCS_AT_ONCE]:
                work(item)

        list(self._syncs.map(share, range(min(SYNCS_AT_ONCE, len(given)))))

    def _settle(self, path: Path, digest: Digest) -> None:
        target = self._path(digest)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _sync_folder(self.folder)
            _sync_folder(target.parent.parent)
        with self._recent.lock:
            self._recent.mark(digest)
            os.replace(path, target)
        _sync_folder(target.parent)

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _write(file: IO[bytes], digest: hashlib._Hash, chunks: list[bytes]) -> None:
    for chunk in chunks:
        digest.update(chunk)
        file.write(chunk)


def _write_whole(path: Path, data: bytes) -> None:
    with open(path, "xb") as file:
        file.write(data)
        _sync(file)


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unavailable(error: OSError) -> Exception:
    if error.errno in _FULL:
        return NoRoom(f"files cannot be stored now: {os.strerror(error.errno or 0)}", retry_after_secs=10)
    if error.errno in _BROKEN:
        return Unavailable(f"files cannot be stored now: {os.strerror(error.errno or 0)}", retry_after_secs=10)
    return error
