"""GPUs that are made up, and say so: what they would tell of themselves goes where samples of real ones go."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from gnomon.protocol.journal import Kind

NAME = "Simulated GPU"
MEMORY = 80 * 2**30
LIMIT_WATTS = 700.0
EVERY_SECS = 0.2
NO_REAL_ONES: dict[str, Any] = {"x_stats_gpu_device_ids": ()}
"""Settings of a run that has such devices: what the machine has would stand under the same names."""


class Devices:
    """The devices of a run, sampled while it goes on. `nodes` are the names of its machines; each has `count`."""

    def __init__(self, run: Any, count: int, seed: int, nodes: tuple[str, ...] = ()) -> None:
        self._run, self._rng = run, np.random.default_rng(seed)
        self._places = [(at, "") for at in range(count)] if not nodes else [
            (at, f"/l:{node}") for node in nodes for at in range(count)
        ]  # fmt: skip
        self._heat = np.full(len(self._places), 34.0)
        self._next = 0.0
        each = {"name": NAME, "memoryTotal": str(MEMORY)}
        run._record(Kind.RUN, {"metadata": {"gpu_nvidia": [each] * len(self._places), "gpu_count": len(self._places)}})

    def sample(self, busy: float) -> None:
        """How they are now, if it is time to look; `busy` is from 0 to 1."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + EVERY_SECS
        self._run._record(Kind.SYSTEM, time.time(), self.numbers(busy))

    def numbers(self, busy: float) -> dict[str, float]:
        """Use, heat, power and memory of each device; the last one is too warm, and slower for it."""
        found: dict[str, float] = {}
        for place, (device, label) in enumerate(self._places):
            warm = place == len(self._places) - 1
            use = float(np.clip(busy * (96 - 0.6 * device) - 14 * warm + self._rng.normal(0, 1.2), 0, 100))
            self._heat[place] += 0.12 * (36 + 0.34 * use + device + 16 * warm - self._heat[place])
            watts = 78 + 5.6 * use + float(self._rng.normal(0, 4))
            held = MEMORY * (0.78 + 0.004 * device + 0.03 * busy)
            facts = {
                "gpu": use,
                "memory": use * 0.62,
                "memoryAllocated": 100 * held / MEMORY,
                "memoryAllocatedBytes": held,
                "temp": float(self._heat[place]),
                "powerWatts": watts,
                "powerPercent": 100 * watts / LIMIT_WATTS,
                "smClock": 1980.0 - 315 * warm - 40 * (1 - busy),
            }
            found.update({f"gpu.{device}.{name}{label}": value for name, value in facts.items()})
        return found
