"""Digests of files as manifests and runs have them, and many of them at one time."""

from __future__ import annotations

import hashlib
import os
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, TypeVar

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


def sha256(file: IO[bytes]) -> str:
    """The SHA-256 of an open file from where it stands to its end, in hex, as files of runs have it. Raises OSError."""
    digest = hashlib.sha256()
    for piece in pieces(file):
        digest.update(piece)
    return digest.hexdigest()


def hasher(algorithm: str | None = None) -> Any:
    """What digests of this kind are made with: MD5 without one; None for a kind that cannot be made here."""
    if algorithm in (None, "MD5"):
        return hashlib.md5(usedforsecurity=False)
    if algorithm == "XXH128":  # what newer official clients may be asked to use
        from importlib import import_module

        try:
            return import_module("xxhash").xxh3_128()
        except ImportError:
            return None
    return None


def agree(digest: str, pieces_: Iterable[bytes], algorithm: str | None = None) -> bool:
    """Whether these bytes have this digest; of a kind that cannot be made here they are believed to."""
    made = hasher(algorithm)
    if made is None:
        return True
    for piece in pieces_:
        made.update(piece)
    return b64encode(made.digest()).decode() == digest


def file_agrees(path: str | os.PathLike[str], digest: str, algorithm: str | None = None) -> bool:
    """The same for a file. Raises OSError."""
    with open(path, "rb", buffering=0) as file:
        return agree(digest, pieces(file), algorithm)


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
