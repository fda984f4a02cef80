"""How far the numbers of keys go in all runs of a project: what `min.loss`, `max.loss` and `mean.loss` say of each run.

Only the metric store knows, so they are asked for before the columns are looked at. What was found stays until the run
changes.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gnomon.model.query import EXTENTS, extent_of
from gnomon.server.actions.columns.column import NUMBER, Column
from gnomon.server.storage.metrics.store import Extent, MetricStore, RunKey
from gnomon.server.storage.tables import runs
from gnomon.server.storage.tables.database import Change, Database

MOST_KEYS = 64
"""So many keys are remembered, of all projects together; of 100,000 runs one takes 3 MB."""


@dataclass
class _Known:
    """What is known of one key: by run, ascending, a row of numbers for each of `EXTENTS`."""

    runs: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    numbers: NDArray[np.float64] = field(default_factory=lambda: np.zeros((len(EXTENTS), 0)))
    changed: set[int] | None = None
    """Runs that are to be asked again; None is all."""


class Extents:
    """Remembers them by key. Safe to use from tasks of one loop; changes may be told by any thread."""

    def __init__(self, tables: Database) -> None:
        self._tables = tables
        self._known: OrderedDict[tuple[int, str], _Known] = OrderedDict()
        self._asking: dict[tuple[int, str], asyncio.Lock] = {}
        self._lock = threading.Lock()
        tables.listen(self._note)

    async def of(self, metrics: MetricStore, project: int, fields: Iterable[str]) -> dict[str, Given]:
        """For each of the fields that is one of these: what every run of the project has."""
        found: dict[str, Given] = {}
        for name in fields:
            extent = extent_of(name)
            if extent is None:
                continue
            which, key = extent
            known = await self._up_to_date(metrics, project, key)
            found[name] = Given(known.runs, known.numbers[EXTENTS.index(which)])
        return found

    async def _up_to_date(self, metrics: MetricStore, project: int, key: str) -> _Known:
        name = project, key
        async with self._asking.setdefault(name, asyncio.Lock()):
            with self._lock:
                known = self._known.setdefault(name, _Known())
                self._known.move_to_end(name)
                changed, known.changed = known.changed, set()
            if changed is None or changed:
                try:
                    asked = sorted(changed or ()) or await self._tables.read(partial(runs.all_keys, project=project))
                    found = await metrics.extents([RunKey(run) for run in asked], key)
                except BaseException:
                    with self._lock:
                        known.changed = None if changed is None or known.changed is None else known.changed | changed
                    raise
                _put(known, asked, found)
            with self._lock:
                while len(self._known) > MOST_KEYS:
                    gone, _ = self._known.popitem(last=False)
                    self._asking.pop(gone, None)
        return known

    def _note(self, changes: Sequence[Change]) -> None:
        with self._lock:
            for change in changes:
                if change.table == "runs":
                    for (project, _), known in self._known.items():
                        if project == change.scope and known.changed is not None:
                            known.changed.add(change.key)


@dataclass(frozen=True)
class Given:
    """One number for each of some runs, which ascend."""

    runs: NDArray[np.int64]
    numbers: NDArray[np.float64]

    def column(self, keys: NDArray[np.int64]) -> Column:
        """The same by position, where each of these runs has one."""
        column = Column(len(keys))
        if len(self.runs):
            at = np.minimum(np.searchsorted(self.runs, keys), len(self.runs) - 1)
            there = self.runs[at] == keys
            column.kinds[there] = NUMBER
            column.numbers[there] = self.numbers[at[there]]
        return column


def _put(known: _Known, asked: Sequence[int], found: Mapping[RunKey, Extent]) -> None:
    """Replaces what was known of the runs that were asked."""
    kept = ~np.isin(known.runs, np.array(asked, np.int64))
    members = np.concatenate([known.runs[kept], np.fromiter(found, np.int64, len(found))])
    fresh = np.array([tuple(extent) for extent in found.values()], np.float64).reshape(-1, len(EXTENTS)).T
    numbers = np.concatenate([known.numbers[:, kept], fresh], axis=1)
    order = np.argsort(members, kind="stable")
    known.runs, known.numbers = members[order], numbers[:, order]
