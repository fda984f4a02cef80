"""Gnomon's embedded metric store, as the server uses it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.stores.engine import Curve, Engine, Rows, Steps, in_parts
from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import Block, CurveAsked, RunKey, Source, Span

T = TypeVar("T")


class Store:
    """The store's loop runs in a thread of its own, as a server's does."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._store = self._do(self._open(folder))
        self._taken: dict[int, int] = {}

    @staticmethod
    async def _open(folder: Path) -> EmbeddedMetrics:
        return EmbeddedMetrics(folder / "gnomon", MetricSettings())

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def load(self, rows: Rows) -> None:
        for part in in_parts(rows):
            self.append(part)

    def finish(self) -> None:
        self._do(self._store.settle())

    def tidy(self) -> None:
        """It goes at once."""

    def append(self, rows: Rows) -> None:
        self._do(self._append(rows))

    async def _append(self, rows: Rows) -> None:
        taken = self._taken.get(rows.run, 0)
        source = Source("j", taken, taken + len(rows.steps))
        keys = tuple(f"metric_{at}" for at in range(len(rows.columns)))
        block = Block("history", keys, rows.steps, rows.times, rows.columns)
        while True:
            try:
                self._taken[rows.run] = await self._store.append(RunKey(rows.run), source, [block])
                return
            except Unavailable:  # what waits in memory is at its limit: sealing has to catch up
                await asyncio.sleep(0.01)

    def charts(self, asked: Sequence[tuple[int, int]], steps: Steps) -> list[Curve]:
        wanted = [CurveAsked(RunKey(run), f"metric_{key}", Span(steps.first, steps.last)) for run, key in asked]
        return [
            Curve(one.step_first, one.step_last, one.low, one.high, one.mean, one.first, one.last, one.count)
            for one in self._do(self._store.curves(wanted))
        ]

    def another(self) -> Engine:
        return self

    def close(self) -> None:
        self._do(self._store.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
