"""How busy the processors are."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil

LEAST_SECS = 0.1
"""Over a shorter time the kernel has counted too few ticks to say anything."""


class Cpu:
    """`cpu_percent`: all processors of the machine together, in percent since the sample before."""

    name = "cpu"

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since = clock()
        psutil.cpu_percent()

    def sample(self) -> dict[str, float]:
        """Percent since the sample before; nothing where that is only just past."""
        now = self._clock()
        if now - self._since < LEAST_SECS:
            return {}
        self._since = now
        return {"cpu_percent": psutil.cpu_percent()}
