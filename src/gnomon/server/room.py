"""How much the server may take in at one time: memory for bodies that are on their way, and room on the disk."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gnomon.model.errors import Unavailable

EVERY_SECS = 0.5
"""How long an answer of the file system is used again."""


class DiskRoom:
    """Room on the disk of the data folder. The server stops taking writes while there is still some left: what it has
    taken must be put in order, and whoever makes room needs a server that answers."""

    def __init__(self, folder: Path, *, floor_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._floor_bytes = floor_bytes
        self._clock = clock
        self._asked_at = -EVERY_SECS
        self._spare_bytes = 0

    def spare_bytes(self) -> int:
        """How much may be written before the floor is reached; negative below it."""
        now = self._clock()
        if now - self._asked_at >= EVERY_SECS:
            disk = os.statvfs(self._folder)
            floor = min(self._floor_bytes, disk.f_blocks * disk.f_frsize // 10)
            self._spare_bytes = disk.f_bavail * disk.f_frsize - floor
            self._asked_at = now
        return self._spare_bytes

    def take(self, size_bytes: int) -> bool:
        """Whether so many bytes may be written; those that may are counted until the file system is asked again."""
        if size_bytes > self.spare_bytes():
            return False
        self._spare_bytes -= size_bytes
        return True


class BodyRoom:
    """Memory for bodies that are being received. One request alone is never refused for it."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self.held_bytes = 0

    @contextmanager
    def share(self) -> Iterator[Callable[[int], None]]:
        """A function that asks for so many bytes more, and raises Unavailable where all together hold too much."""
        own = 0

        def take(size_bytes: int) -> None:
            nonlocal own
            if self.held_bytes > own and self.held_bytes + size_bytes > self._most_bytes:
                raise Unavailable("The server is busy taking other requests; send this again in a moment")
            own += size_bytes
            self.held_bytes += size_bytes

        try:
            yield take
        finally:
            self.held_bytes -= own
