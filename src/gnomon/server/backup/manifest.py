"""What a backup holds: `backup.json`, written last, with the SHA-256 of every file."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from gnomon.model.errors import Rejected

NAME = "backup.json"
FORMAT = 1


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file of a backup."""

    size_bytes: int
    sha256: str
    mtime_ns: int | None = None
    """Of the file it was copied from, where that file never changes again: how the next backup knows it."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A backup as a whole. Times are Unix seconds; what was acknowledged by `moment` is in it."""

    format: int = FORMAT
    gnomon: str
    data_version: int
    begun_at: float
    moment: float
    finished_at: float
    files: dict[str, Entry]
    missing: list[str] = []
    """Files of runs whose bytes were not there any more."""


def write(folder: Path, manifest: Manifest) -> None:
    """Puts the manifest into a backup, on disk for good."""
    file = os.open(folder / NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        out.flush()
        os.fsync(out.fileno())


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises Rejected where the folder is none, or one of a newer Gnomon."""
    try:
        manifest = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except (FileNotFoundError, NotADirectoryError):
        raise Rejected(f"there is no {NAME}, so this is no backup: {folder}") from None
    except (msgspec.MsgspecError, OSError) as error:
        raise Rejected(f"{NAME} cannot be read ({error}): {folder}") from None
    if manifest.format > FORMAT:
        raise Rejected(f"the backup has format {manifest.format}; this Gnomon reads up to {FORMAT}: {folder}")
    if any(name.startswith("/") or ".." in name.split("/") for name in manifest.files):
        raise Rejected(f"{NAME} names files outside of the backup: {folder}")
    return manifest
