"""When to sample, and what to do with a source that fails."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

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


class Wanted(NamedTuple):
    """What of the machine is asked for; None is all there is."""

    tree: bool = True
    """The processes that the training started, too."""
    disks: Sequence[str] | None = None
    gpus: Sequence[int] | None = None
    whole_machine: bool = False
    """Not only what its container may use."""
    endpoints: Mapping[str, str] = {}
    """OpenMetrics addresses by a name."""
    filters: Any = None
    headers: Mapping[str, str] = {}


ALL = Wanted()


def machine_sources(pid: int, cwd: str, say: Callable[[str], None], wanted: Wanted = ALL) -> list[Source]:
    """The sources that this machine has, as far as they are wanted."""
    from gnomon.sdk.system import amd, cpu, disk, memory, network, nvidia, open_metrics, process

    sources: list[Source] = []
    pids: Callable[[], set[int]] = set
    try:
        tree = process.ProcessTree(pid, wanted.tree)
        sources.append(tree)
        pids = tree.pids
    except Exception as error:
        say(f"no system metrics of the process: {type(error).__name__}: {error}")
    makers: list[tuple[str, Callable[[], Source]]] = [
        ("cpu", cpu.Cpu),
        ("memory", lambda: memory.Memory(wanted.whole_machine)),
        ("disk", lambda: disk.Disk(cwd, wanted.disks)),
        ("network", network.Network),
        ("nvidia", lambda: nvidia.Nvidia(nvidia.load_nvml(), pids, wanted.gpus)),
        ("amd", lambda: amd.Amd(only=wanted.gpus)),
    ]
    for name, url in wanted.endpoints.items():
        makers.append((name, partial(open_metrics.OpenMetrics, name, url, wanted.filters, wanted.headers)))
    for name, make in makers:
        try:
            sources.append(make())
        except (nvidia.Unavailable, amd.Unavailable):
            continue
        except Exception as error:
            say(f"no system metrics of {name}: {type(error).__name__}: {error}")
    return sources
