"""Whether every file of the blob folder has the bytes that its name says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from gnomon.server.storage.findings import Finding

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PIECE_BYTES = 1 << 20


@dataclass
class BlobsSeen:
    """What was looked at."""

    files: int = 0
    size_bytes: int = 0
    unnamed: int = 0
    """Blobs that no file of a run names: an upload that was not finished, or a file that was replaced."""


def blob_path(digest: str) -> str:
    """Where a blob lies in its folder."""
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def check_folder(folder: Path, wanted: Collection[str], seen: BlobsSeen, *, deep: bool) -> Iterator[Finding]:
    """What is wrong with the files of the folder; `wanted` are the digests that files of runs name.

    A file that goes away in the meantime was deleted by the server. Without `deep`, names are believed.
    """
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        try:
            if path.is_dir():
                continue
            size = path.stat().st_size
            if name.startswith("incoming/"):
                continue
            if not _DIGEST.fullmatch(path.name) or name != blob_path(path.name):
                yield _finding(name, "this is no file of the blob store", "lost")
                continue
            seen.files += 1
            seen.size_bytes += size
            seen.unnamed += path.name not in wanted
            if deep and (found := digest_of(path)) != path.name:
                yield _finding(name, f"its bytes have changed: their SHA-256 is {found}", "lost")
        except FileNotFoundError:
            continue
        except OSError as error:
            yield _finding(name, f"it cannot be read: {error.strerror}", "by hand")


def left_over(folder: Path) -> list[Path]:
    """Uploads that were not finished; a server that runs may be taking them."""
    incoming = folder / "incoming"
    return sorted(path for path in incoming.iterdir() if path.is_file()) if incoming.is_dir() else []


def digest_of(path: Path) -> str:
    """The SHA-256 of a file in hex."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _finding(name: str, says: str, remedy: str) -> Finding:
    return Finding(store="blobs", says=says, remedy="lost" if remedy == "lost" else "by hand", path=f"blobs/{name}")
