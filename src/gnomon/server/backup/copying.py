"""Copies of files that are on disk for good, for their owner's eyes only, and with their SHA-256."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

_PIECE_BYTES = 1 << 20


def copy_file(source: int, target: Path, size_bytes: int) -> str:
    """Copies the first bytes of an open file and syncs them; the SHA-256. Raises OSError where it has fewer."""
    make_folder(target.parent)
    digest = hashlib.sha256()
    file = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        at = 0
        while at < size_bytes:
            piece = os.pread(source, min(_PIECE_BYTES, size_bytes - at), at)
            if not piece:
                raise OSError(f"a file became shorter while it was copied to {target}")
            digest.update(piece)
            written = 0
            while written < len(piece):
                written += os.write(file, memoryview(piece)[written:])
            at += len(piece)
        os.fsync(file)
    finally:
        os.close(file)
    return digest.hexdigest()


def make_folder(path: Path) -> None:
    """Makes a folder and those above it where they are missing; only their owner may look into them."""
    missing = []
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)


def sync_tree(folder: Path) -> None:
    """Makes all names below a folder, and its own, survive power loss."""
    for path, _, _ in os.walk(folder):
        sync_folder(Path(path))
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
