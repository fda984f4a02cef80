"""When to sample, and what to do with a source that fails."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

FIRST_SECS = (0.0, 1.0, 2.0, 4.0, 8.0)


class Source(Protocol):
    """One part of the machine."""

    name: str

    def sample(self) -> dict[str, float]:
        """Numbers by their names in the system stream."""


def times(interval_secs: float) -> Iterator[float]:
    """Seconds after the start at which to sample: close together at first, so that short runs have a curve, too.

    >>> times = times(15.0); [next(times) for _ in range(7)]
    [0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0]
    """
    interval = max(0.1, interval_secs)
    yield from (at for at in FIRST_SECS if at < interval)
    at = interval
    while True:
        yield at
        at += interval


class Sampler:
    """Sources asked together. One that fails is named once and left out from then on; the others go on."""

    def __init__(self, sources: Sequence[Source], say: Callable[[str], None]) -> None:
        self._sources, self._say = list(sources), say

    def sample(self) -> dict[str, float]:
        """One sample of all sources that work; values that are no finite number are left out."""
        found: dict[str, float] = {}
        for source in tuple(self._sources):
            try:
                found.update(source.sample())
            except Exception as error:  # psutil and drivers raise what they like
                self._sources.remove(source)
                self._say(f"system metrics of {source.name} stop: {type(error).__name__}: {error}")
        return {name: value for name, value in found.items() if math.isfinite(value)}


def machine_sources(pid: int, cwd: str, say: Callable[[str], None]) -> list[Source]:
    """The sources that this machine has."""
    from gnomon.sdk.system import cpu, disk, memory, network, nvidia, process

    sources: list[Source] = []
    pids: Callable[[], set[int]] = set
    try:
        tree = process.ProcessTree(pid)
        sources.append(tree)
        pids = tree.pids
    except Exception as error:
        say(f"no system metrics of the process: {type(error).__name__}: {error}")
    makers: list[tuple[str, Callable[[], Source]]] = [
        ("cpu", cpu.Cpu),
        ("memory", memory.Memory),
        ("disk", lambda: disk.Disk(cwd)),
        ("network", network.Network),
        ("nvidia", lambda: nvidia.Nvidia(nvidia.load_nvml(), pids)),
    ]
    for name, make in makers:
        try:
            sources.append(make())
        except nvidia.Unavailable:
            continue
        except Exception as error:
            say(f"no system metrics of {name}: {type(error).__name__}: {error}")
    return sources
