"""Files as they are at one moment: shared with the original where the file system can, else copied once.

A file counts as at rest when its last change is older than the clock of the file system ticks; a copy of it is good
when nothing was written to it since. One that is written to again and again while it is copied has no such moment.
"""

from __future__ import annotations

import os
import time

from gnomon.sdk.artifacts.errors import FileChanged

_FICLONE = 0x40049409
TICK_NS = 20_000_000
"""Two writes closer than this may leave the same time of change; file systems keep it no finer than 10 ms."""
TRIES = 6
COPY_BYTES = 16 << 20

Identity = tuple[int, int, int]
"""Size, time of change (ns) and inode: a file for which they are the same was not written to."""


def identity(stat: os.stat_result) -> Identity:
    """What changes when a file does."""
    return (stat.st_size, stat.st_mtime_ns, stat.st_ino)


def at_rest(path: str) -> Identity:
    """The identity of a file that nobody writes to now. Raises FileChanged, OSError."""
    for _ in range(TRIES):
        before = os.stat(path)
        if not _wait_for_tick(before):
            return identity(before)
        if identity(os.stat(path)) == identity(before):
            return identity(before)
    raise _changing(path)


def copy(source: str, target: str) -> int:
    """Make `target` the contents of `source` at one moment of this call; its size. Raises FileChanged, OSError."""
    for _ in range(TRIES):
        with open(source, "rb", buffering=0) as given, open(target, "wb", buffering=0) as made:
            _wait_for_tick(os.fstat(given.fileno()))
            before = os.fstat(given.fileno())
            if is_young(before):
                continue
            if not _shared(given.fileno(), made.fileno()):
                _copied(given.fileno(), made.fileno(), before.st_size)
            if identity(os.fstat(given.fileno())) == identity(before):
                return os.fstat(made.fileno()).st_size
    os.unlink(target)
    raise _changing(source)


def read(source: str) -> bytes:
    """The contents of a small file at one moment of this call. Raises FileChanged, OSError."""
    for _ in range(TRIES):
        with open(source, "rb", buffering=0) as given:
            _wait_for_tick(os.fstat(given.fileno()))
            before = os.fstat(given.fileno())
            if is_young(before):
                continue
            data = given.read()
            while piece := given.read():
                data += piece
            if len(data) == before.st_size and identity(os.fstat(given.fileno())) == identity(before):
                return data
    raise _changing(source)


def duplicate(source: str, target: str) -> None:
    """Make `target` the contents of a file that nobody writes to. Raises OSError."""
    with open(source, "rb", buffering=0) as given, open(target, "wb", buffering=0) as made:
        if not _shared(given.fileno(), made.fileno()):
            _copied(given.fileno(), made.fileno(), os.fstat(given.fileno()).st_size)


def is_young(stat: os.stat_result) -> bool:
    """Whether a change from now on may have the same time as the last one."""
    return 0 <= time.time_ns() - stat.st_mtime_ns < TICK_NS


def _wait_for_tick(stat: os.stat_result) -> bool:
    """Wait until a change from now on has another time than the last one; whether that took any time."""
    age = time.time_ns() - stat.st_mtime_ns
    if not 0 <= age < TICK_NS:
        return False
    time.sleep((TICK_NS - age) / 1e9)
    return True


def _changing(path: str) -> FileChanged:
    return FileChanged(f"{path!r} is written to all the while; an artifact holds a file as it is at one moment")


def _shared(given: int, made: int) -> bool:
    """Let both files share their bytes on disk, where the file system can (btrfs, xfs, bcachefs)."""
    try:
        import fcntl

        fcntl.ioctl(made, _FICLONE, given)
    except (ImportError, OSError):
        return False
    return True


def _copied(given: int, made: int, size: int) -> None:
    """Copy in the kernel where it can do that; what comes after `size` bytes was written meanwhile."""
    left = size
    while left > 0:
        try:
            count = os.copy_file_range(given, made, min(left, COPY_BYTES))
        except (OSError, AttributeError):
            break
        if count == 0:
            break
        left -= count
    while left > 0 and (piece := os.read(given, min(left, 1 << 20))):
        view = memoryview(piece)
        while len(view):
            view = view[os.write(made, view) :]
        left -= len(piece)
