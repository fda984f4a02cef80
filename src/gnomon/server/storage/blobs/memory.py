"""Blobs in memory, for tests."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence

from gnomon.model.errors import NotFound, Rejected
from gnomon.server.storage.blobs.recent import Recent
from gnomon.server.storage.blobs.store import Digest

PIECE_BYTES = 64 * 1024


class MemoryBlobs:
    """A `BlobStore` that forgets everything with the process."""

    def __init__(self) -> None:
        self._blobs: dict[Digest, bytes] = {}
        self._recent = Recent()

    async def put(self, chunks: AsyncIterator[bytes], *, expect: Digest | None = None) -> tuple[Digest, int]:
        data = b"".join([chunk async for chunk in chunks])
        digest = Digest(hashlib.sha256(data).hexdigest())
        if expect is not None and digest != expect:
            raise Rejected(f"the bytes sent have the digest {digest}, not {expect}", field="digest")
        with self._recent.lock:
            self._recent.mark(digest)
            self._blobs[digest] = data
        return digest, len(data)

    async def put_all(self, blobs: Sequence[bytes]) -> list[Digest]:
        return [(await self.put(_pieces(data)))[0] for data in blobs]

    async def read_all(self, digests: Sequence[Digest]) -> list[bytes]:
        missing = next((digest for digest in digests if digest not in self._blobs), None)
        if missing is not None:
            raise NotFound(f"no blob {missing}")
        return [self._blobs[digest] for digest in digests]

    async def size(self, digest: Digest) -> int | None:
        data = self._blobs.get(digest)
        return None if data is None else len(data)

    async def has(self, digest: Digest) -> bool:
        return digest in self._blobs

    async def open(self, digest: Digest, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        data = self._blobs.get(digest)
        if data is None:
            raise NotFound(f"no blob {digest}")
        return _pieces(data[start:end])

    async def delete(self, digest: Digest) -> None:
        self._blobs.pop(digest, None)

    async def collect(self, digest: Digest, *, calm_secs: float) -> bool:
        with self._recent.lock:
            if not self._recent.calm(digest, calm_secs):
                return False
            self._blobs.pop(digest, None)
            return True


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(data), PIECE_BYTES):
        yield data[at : at + PIECE_BYTES]
