"""Digests of files as manifests have them, and many of them at one time."""

from __future__ import annotations

import hashlib
import os
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TypeVar

PIECE_BYTES = 1 << 20
MOST_THREADS = 8

T = TypeVar("T")
R = TypeVar("R")


def of_bytes(data: bytes) -> str:
    """The digest of bytes.

    >>> of_bytes(b"")
    '1B2M2Y8AsgTpgAmY7PhCfg=='
    """
    return b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def of_file(path: str | os.PathLike[str], at: int | None = None, size: int | None = None) -> str:
    """The digest of a file, or of `size` bytes of it from `at` on. Raises OSError."""
    digest = hashlib.md5(usedforsecurity=False)
    with open(path, "rb", buffering=0) as file:
        for piece in pieces(file, at, size):
            digest.update(piece)
    return b64encode(digest.digest()).decode()


def pieces(file: IO[bytes], at: int | None = None, size: int | None = None) -> Iterator[bytes]:
    """The bytes of an open file, or `size` of them from `at` on."""
    if at is not None:
        file.seek(at)
    left = size
    while left is None or left > 0:
        piece = file.read(PIECE_BYTES if left is None else min(PIECE_BYTES, left))
        if not piece:
            return
        if left is not None:
            left -= len(piece)
        yield piece


def to_hex(digest: str) -> str:
    """The same digest in hex."""
    from base64 import b64decode

    return b64decode(digest).hex()


def each(work: Callable[[T], R], items: Iterable[T], threads: int | None = None) -> list[R]:
    """What `work` says of each item, in the same order; several are worked on at one time where there are many."""
    given = list(items)
    most = threads or min(MOST_THREADS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 4)
    if len(given) < 2 or most < 2:
        return [work(item) for item in given]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(most, len(given)), thread_name_prefix="gnomon-artifacts") as pool:
        return list(pool.map(work, given))
