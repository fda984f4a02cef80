"""What every blob store promises, whatever holds the bytes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from typing import NewType, Protocol

Digest = NewType("Digest", str)
"""The SHA-256 of a blob's bytes: 64 lower-case hex digits. The only name a blob has."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


def as_digest(text: str) -> Digest:
    """The text as a digest. Raises ValueError where it is none."""
    if not _DIGEST.fullmatch(text):
        raise ValueError("a digest is 64 lower-case hex digits")
    return Digest(text)


class BlobStore(Protocol):
    """Bytes under their digest. Safe to share between tasks; names that users choose never come here."""

    async def put(self, chunks: AsyncIterator[bytes], *, expect: Digest | None = None) -> tuple[Digest, int]:
        """Keep the bytes; their digest and how many they are. When it returns, they survive power loss.

        A blob is there whole or not at all: where `chunks` raises, or the bytes do not have the digest expected
        (Rejected), nothing is kept. Putting bytes that are there already changes nothing. Raises NoRoom where
        there is none.
        """

    async def put_all(self, blobs: Sequence[bytes]) -> list[Digest]:
        """Keep many small blobs in one go, as `put` keeps one: when it returns, all of them survive power loss.

        Where it raises, some of them may be there.
        """

    async def read_all(self, digests: Sequence[Digest]) -> list[bytes]:
        """The bytes of many small blobs, in the same order. Raises NotFound where one is missing."""

    async def size(self, digest: Digest) -> int | None:
        """How many bytes the blob has; None where it is not there."""

    async def has(self, digest: Digest) -> bool:
        """Whether the blob is there."""

    async def open(self, digest: Digest, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes `[start, end)` in pieces; `end` beyond the last byte, or None, is the end. Raises NotFound."""

    async def delete(self, digest: Digest) -> None:
        """Forget the blob. Deleting one that is not there is not an error; a reader that has it open goes on."""

    async def collect(self, digest: Digest, *, calm_secs: float) -> bool:
        """Forget the blob, unless it was put within the last `calm_secs` (up to 600); False where it was left alone."""
