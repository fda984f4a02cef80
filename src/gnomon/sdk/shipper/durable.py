"""Rows that the server does not have yet are brought to the disk itself: a power cut costs no more than a second.

`log()` writes to the page cache, which outlives the process and not the machine. Waiting for the disk is the business
of this thread, in a process beside the training. Rows that a server has acknowledged need no disk here.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from gnomon.sdk.shipper.sender import Stream

SYNC_SECS = 0.5


class Durable(threading.Thread):
    """Syncs the journals of one run folder from time to time."""

    def __init__(
        self, folder: Path, streams: Callable[[], Sequence[Stream]], *, say: Callable[[str], None],
        sync_secs: float = SYNC_SECS,
    ) -> None:  # fmt: skip
        super().__init__(name="gnomon-durable", daemon=True)
        self._folder, self._streams, self._say, self._sync_secs = folder, streams, say, sync_secs
        self._synced: dict[str, int] = {}
        self._over = threading.Event()

    def run(self) -> None:
        """Sync until stopped; a disk that cannot is told of once."""
        try:
            while not self._over.wait(self._sync_secs):
                self.sync()
            self.sync()
        except OSError as error:
            self._say(f"rows may be lost in a power cut: the disk cannot be made to write ({error.strerror})")

    def stop(self) -> None:
        """For the last time."""
        self._over.set()

    def sync(self) -> None:
        """What neither the disk nor the server has for sure is written now. Raises OSError."""
        for stream in self._streams():
            name, whole = stream.tail.name, stream.tail.whole
            if whole <= max(self._synced.get(name, 0), stream.acked):
                continue
            stream.tail.sync()
            if name not in self._synced:
                self._sync_names()
            self._synced[name] = whole

    def _sync_names(self) -> None:
        """A file is found after a power cut only where its folder knows its name."""
        for folder in (self._folder, self._folder.parent):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            except OSError:  # some network file systems have no such thing
                pass
            finally:
                os.close(descriptor)
