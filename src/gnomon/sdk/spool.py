"""Raw bytes for the shipper, many in one file: making a file costs more than writing a picture into one.

Each process appends to a file of its own below `raw/` in the run folder and begins another when it is full. No lock is
held and nothing stays open: where the bytes landed is known from the position after the write. The shipper removes a
full file when all of it was taken.
"""

from __future__ import annotations

import errno
import os
from typing import Any

FULL_BYTES = 32 << 20
"""Nothing more is put into a file that has reached this."""

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
_current: dict[str, tuple[int, str]] = {}
"""Run folder to the process and the file it writes to."""


def keep(folder: str, data: Any) -> dict[str, Any]:
    """Append bytes; where they are: `path` (below the run folder), `at` and `size`. Raises OSError."""
    size = memoryview(data).nbytes
    while True:
        name = _name(folder)
        descriptor = _open(os.path.join(folder, name))
        try:
            written = os.write(descriptor, data)
            if written != size:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            end = os.lseek(descriptor, 0, os.SEEK_CUR)
            gone = os.fstat(descriptor).st_nlink == 0
        finally:
            os.close(descriptor)
        if end >= FULL_BYTES or gone:
            _current.pop(folder, None)
        if not gone:  # else the shipper was done with this file just then
            return {"path": name, "at": end - size, "size": size}


def _name(folder: str) -> str:
    process, name = _current.get(folder, (0, ""))
    if process != os.getpid():
        process, name = os.getpid(), f"raw/{os.getpid()}-{os.urandom(4).hex()}.spool"
        _current[folder] = (process, name)
    return name


def _open(path: str) -> int:
    try:
        return os.open(path, _FLAGS, 0o644)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return os.open(path, _FLAGS, 0o644)
