"""A backup put back: every byte compared with the manifest, into a folder where nothing is."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from gnomon.model.errors import Conflict, Rejected
from gnomon.server.backup import manifest
from gnomon.server.backup.copying import copy_file, make_folder, sync_folder, sync_tree
from gnomon.server.data_folder import check_version


def restore(source: Path, data: Path) -> int:
    """Copies a backup to `data`, which must be missing or empty; how many bytes it has.

    The folder is there as a whole or not at all. Raises Rejected, naming the file, where a byte of the backup is not
    what its manifest says, or where a newer Gnomon wrote it, and Conflict where there is something in `data`.
    """
    told = manifest.read(source)
    check_version(source)
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise Conflict(f"there is something already, and a backup is restored only where nothing is: {data}")
    make_folder(data.parent)
    part = data.with_name(f".{data.name}.restore.part")
    if part.exists():
        shutil.rmtree(part)
    part.mkdir(mode=0o700)
    try:
        for name, entry in told.files.items():
            _copy(source / name, part / name, entry)
        sync_tree(part)
        try:
            part.rename(data)
        except OSError as error:
            if error.errno not in (errno.EBUSY, errno.EXDEV):
                raise
            raise Rejected(f"this is where a disk is mounted; restore into a folder below it: {data}") from None
        sync_folder(data.parent)
    finally:
        if part.exists():
            shutil.rmtree(part)
    return sum(entry.size_bytes for entry in told.files.values())


def _copy(source: Path, target: Path, entry: manifest.Entry) -> None:
    try:
        file = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise Rejected(f"the backup lacks a file: {source}") from None
    try:
        size = os.fstat(file).st_size
        if size != entry.size_bytes:
            raise Rejected(f"the backup is damaged: a file has {size} bytes, not {entry.size_bytes}: {source}")
        if (found := copy_file(file, target, size)) != entry.sha256:
            raise Rejected(f"the backup is damaged: a file has the SHA-256 {found}, not {entry.sha256}: {source}")
    finally:
        os.close(file)
