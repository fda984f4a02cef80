"""The metric store as plain lists: the model that the others are held against, and a store for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from gnomon.model.errors import Conflict
from gnomon.server.storage.metrics.axes import curve, curve_over, rows_of, step_bounds
from gnomon.server.storage.metrics.points import (
    Points,
    as_numbers,
    checked,
    column_values,
    in_order,
    parsed,
    resolved,
)
from gnomon.server.storage.metrics.store import (
    WHOLE,
    Block,
    Buckets,
    CurveAsked,
    KeyStats,
    Repeats,
    RowPage,
    RunKey,
    Source,
    Span,
)


class Logged(NamedTuple):
    """One value as it was logged."""

    step: int
    time: float
    seq: int
    value: Any


class MemoryMetrics:
    """A `MetricStore` that forgets everything when it is closed."""

    def __init__(self) -> None:
        self._logged: dict[RunKey, dict[str, dict[str, list[Logged]]]] = {}
        self._offsets: dict[RunKey, dict[str, int]] = {}
        self._rows: dict[RunKey, int] = {}

    async def append(self, run: RunKey, source: Source, blocks: Sequence[Block]) -> int:
        for block in blocks:
            checked(block)
            for column in block.columns:
                column_values(column)
        taken = self._offsets.get(run, {}).get(source.journal, 0)
        if source.end <= taken:
            return taken
        if source.start != taken:
            raise Conflict(f"the journal was taken up to {taken}, not {source.start}", next_offset=taken)
        self._offsets.setdefault(run, {})[source.journal] = source.end
        for block in blocks:
            stream = self._logged.setdefault(run, {}).setdefault(block.stream, {})
            base = self._rows.get(run, 0)
            self._rows[run] = base + len(block.steps)
            for key, column in zip(block.keys, block.columns, strict=True):
                values = column if isinstance(column, list) else column.tolist()
                for at, value in enumerate(values):
                    if value is not None:
                        point = Logged(int(block.steps[at]), float(block.times[at]), base + at, value)
                        stream.setdefault(key, []).append(point)
        return source.end

    async def offsets(self, run: RunKey) -> dict[str, int]:
        return dict(self._offsets.get(run, {}))

    async def series(
        self, run: RunKey, key: str, *, stream: str = "history", x: str = "_step", span: Span = WHOLE,
        buckets: int = 1000, repeats: Repeats = "last",
    ) -> Buckets:  # fmt: skip
        points = resolved(self._points(run, stream, key), repeats)
        if x in ("_step", "_time"):
            return curve(points, x, span, buckets)
        return curve_over(points, self._points(run, stream, x), span, buckets)

    async def curves(
        self, asked: Sequence[CurveAsked], *, stream: str = "history", x: str = "_step", buckets: int = 1000,
        repeats: Repeats = "last",
    ) -> list[Buckets]:  # fmt: skip
        return [
            await self.series(one.run, one.key, stream=stream, x=x, span=one.span, buckets=buckets, repeats=repeats)
            for one in asked
        ]

    async def keys(self, run: RunKey, stream: str = "history") -> list[KeyStats]:
        return [_stats(key, logged) for key, logged in sorted(self._stream(run, stream).items()) if logged]

    async def rows(
        self, run: RunKey, *, stream: str = "history", keys: Sequence[str] | None = None, first_step: int | None = None,
        last_step: int | None = None, limit: int = 1000, repeats: Repeats = "last",
    ) -> RowPage:  # fmt: skip
        low, high = step_bounds(first_step, last_step)
        columns = {}
        for key in sorted(self._stream(run, stream) if keys is None else set(keys)):
            points = self._points(run, stream, key)
            columns[key] = points[(points.steps >= low) & (points.steps <= high)]
        return rows_of(columns, limit=limit, repeats=repeats)

    async def truncate(self, run: RunKey, *, after_step: int, stream: str = "history") -> None:
        for logged in self._stream(run, stream).values():
            logged[:] = [point for point in logged if point.step <= after_step]

    async def delete(self, run: RunKey) -> None:
        self._logged.pop(run, None)
        self._offsets.pop(run, None)
        self._rows.pop(run, None)

    async def close(self) -> None:
        self._logged.clear()
        self._offsets.clear()

    def _stream(self, run: RunKey, stream: str) -> dict[str, list[Logged]]:
        return self._logged.get(run, {}).get(stream, {})

    def _points(self, run: RunKey, stream: str, key: str) -> Points:
        logged = self._stream(run, stream).get(key, [])
        return in_order(
            Points(
                np.array([point.step for point in logged], np.int64),
                np.array([point.time for point in logged], np.float64),
                np.array([point.seq for point in logged], np.int64),
                values_of([point.value for point in logged]),
            )
        )


def values_of(values: list[Any]) -> np.ndarray[Any, Any]:
    """Python values as the narrowest of the kinds of values."""
    kinds = {type(value) for value in values}
    for kind, dtype in ((float, np.float64), (int, np.int64), (bool, np.bool_)):
        if kinds <= {kind}:
            return np.array(values, dtype)
    out = np.empty(len(values), object)
    out[:] = values
    return out


def _stats(key: str, logged: list[Logged]) -> KeyStats:
    numbers, is_number = as_numbers(values_of([point.value for point in logged]))
    finite = numbers[np.isfinite(numbers)]
    steps, times = [point.step for point in logged], [point.time for point in logged]
    first, last = (parsed(value) if isinstance(value, str) else value for value in (logged[0].value, logged[-1].value))
    return KeyStats(
        key=key, numeric=bool(is_number.any()), points=len(logged), first_step=min(steps), last_step=max(steps),
        first_time=min(times), last_time=max(times), first=first, last=last, finite=len(finite),
        low=float(finite.min()) if len(finite) else None, high=float(finite.max()) if len(finite) else None,
        total=float(finite.sum()),
    )  # fmt: skip
