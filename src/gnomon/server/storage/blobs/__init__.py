"""Bytes under their digest: the interface, and what can be behind it."""

from __future__ import annotations

from pathlib import Path

from gnomon.server.storage.blobs.folder import FolderBlobs
from gnomon.server.storage.blobs.memory import MemoryBlobs
from gnomon.server.storage.blobs.store import BlobStore, Digest, as_digest

__all__ = ["BlobStore", "Digest", "as_digest", "open_blobs"]


def open_blobs(engine: str, folder: Path) -> BlobStore:
    """The blob store of this name: `folder` or `memory`."""
    if engine == "memory":
        return MemoryBlobs()
    if engine == "folder":
        return FolderBlobs(folder)
    raise ValueError(f"no blob store is called {engine!r}")
