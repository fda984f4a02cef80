"""Which metric store is behind the interface."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from gnomon.server.storage.metrics.memory import MemoryMetrics
from gnomon.server.storage.metrics.store import MetricStore

Kind = Literal["memory", "embedded"]


def open_metrics(kind: Kind, path: Path, *, memory_bytes: int = 256 << 20, cache_bytes: int = 64 << 20) -> MetricStore:
    """The store of this kind in the folder `path`, which is made where it is missing; `memory` touches no disk.

    At most about `memory_bytes` wait to be put into segments, and `cache_bytes` of what was read are remembered. Takes
    the folder for this process alone. Raises Unavailable where another process has it, or where it is damaged.
    """
    if kind == "memory":
        return MemoryMetrics()
    from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings

    return EmbeddedMetrics(path, MetricSettings(memory_bytes=memory_bytes, cache_bytes=cache_bytes))
