"""The shipper's own journal: system samples, metadata, files it made, and the end if the script left none."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import msgspec

from gnomon.protocol import journal
from gnomon.protocol.journal import Kind
from gnomon.sdk.shipper.folder import RunFolder, read_begin
from gnomon.sdk.shipper.tail import Tail

NAME = "shipper.journal"

_encoder = msgspec.msgpack.Encoder(enc_hook=str)


class JournalWriter:
    """Appends records to `shipper.journal`. Safe to share between threads.

    A shipper that takes over from a killed one goes on in the same journal; a torn last frame is cut off.
    """

    def __init__(self, folder: RunFolder, begin: dict[str, Any]) -> None:
        self._lock = threading.Lock()
        path = folder.path / NAME
        known = read_begin(path) if path.exists() else None
        if known is not None:
            tail = Tail(path)
            tail.poll(final=True)
            whole = tail.whole
            tail.close()
            self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
            if whole < os.fstat(self._fd).st_size:
                os.ftruncate(self._fd, whole)
            return
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o644)
        own = {
            **begin,
            "journal": os.urandom(16).hex(),
            "writer": "shipper",
            "attempt": begin.get("attempt") or begin.get("journal"),
            "pid": os.getpid(),
            "started_at": time.time(),
        }
        first = journal.frame(_encoder.encode([int(Kind.BEGIN), own]))
        os.write(self._fd, journal.MAGIC + first)

    def append(self, kind: Kind, *values: Any) -> None:
        """Add one record. A record that cannot be written is lost without a fuss: the training's own rows go first."""
        data = journal.frame(_encoder.encode([int(kind), *values]))
        with self._lock:
            if self._fd < 0:
                return
            size = os.fstat(self._fd).st_size
            try:
                written = os.write(self._fd, data)
                if written != len(data):
                    os.ftruncate(self._fd, size)
            except OSError:
                pass

    def close(self) -> None:
        """No more records; what is appended from now on is dropped."""
        with self._lock:
            if self._fd >= 0:
                os.close(self._fd)
                self._fd = -1
