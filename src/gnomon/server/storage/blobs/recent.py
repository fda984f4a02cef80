"""Which blobs were put just now, so that nobody takes one away between its bytes and the row that is to name it."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

KEPT_SECS = 600.0
"""Longer than anybody waits for the row that is to name what was put."""


class Recent:
    """When blobs were put, for `KEPT_SECS`. Whoever puts or takes away holds `lock` while doing so."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.lock = threading.Lock()
        self._clock = clock
        self._put_at: OrderedDict[str, float] = OrderedDict()

    def mark(self, digest: str) -> None:
        """The blob is put now."""
        now = self._clock()
        self._put_at[digest] = now
        self._put_at.move_to_end(digest)
        while next(iter(self._put_at.values())) < now - KEPT_SECS:
            self._put_at.popitem(last=False)

    def calm(self, digest: str, secs: float) -> bool:
        """Whether the blob was not put for so long, of which at most `KEPT_SECS` are known."""
        return self._clock() - self._put_at.get(digest, float("-inf")) >= secs
