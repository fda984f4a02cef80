"""The metric store as plain lists: the model that the others are held against, and a store for tests."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from gnomon.model.errors import Conflict
from gnomon.server.storage.metrics.axes import curve, curve_over, rows_of, step_bounds
from gnomon.server.storage.metrics.cells import as_column, column_type, exact_as_floats, kinds_of, read_as, spread
from gnomon.server.storage.metrics.points import (
    Points,
    as_numbers,
    check_names,
    checked,
    column_values,
    in_order,
    parsed,
    resolved,
)
from gnomon.server.storage.metrics.shared import merged, of_run
from gnomon.server.storage.metrics.store import (
    WHOLE,
    Batch,
    Block,
    Buckets,
    ColumnType,
    CurveAsked,
    Extent,
    KeyBatch,
    KeyStats,
    Repeats,
    RowPage,
    RunKey,
    SharedKey,
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

    async def shared_keys(
        self, runs: Sequence[RunKey], stream: str = "history", *, live: Collection[RunKey] = ()
    ) -> list[SharedKey]:
        return merged([of_run(run, await self.keys(run, stream)) for run in set(runs)])

    async def extents(self, runs: Sequence[RunKey], key: str, stream: str = "history") -> dict[RunKey, Extent]:
        found = {}
        for run in set(runs):
            for known in await self.keys(run, stream):
                if known.key == key and known.low is not None and known.high is not None:
                    found[run] = Extent(known.low, known.high, known.total / known.finite)
        return found

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

    async def types(self, run: RunKey, stream: str = "history") -> dict[str, ColumnType]:
        return {key: _type(logged) for key, logged in sorted(self._stream(run, stream).items()) if logged}

    async def scan(
        self, run: RunKey, *, stream: str = "history", keys: Sequence[str] | None = None, first_step: int | None = None,
        last_step: int | None = None, repeats: Repeats = "last",
    ) -> AsyncGenerator[Batch, None]:  # fmt: skip
        columns = await self._columns(run, stream, keys, first_step, last_step, repeats)
        rows: dict[tuple[int, int], tuple[float, int]] = {}
        for _, points in columns.values():
            for step, time, seq in zip(points.steps.tolist(), points.times.tolist(), points.seqs.tolist(), strict=True):
                name = (step, seq if repeats == "all" else 0)
                if name not in rows or rows[name][1] < seq:
                    rows[name] = (time, seq)
        order = sorted(rows)
        at = {name: place for place, name in enumerate(order)}
        cells = {}
        for key, (type_, points) in columns.items():
            steps, seqs = points.steps.tolist(), points.seqs.tolist()
            places = [at[step, seq if repeats == "all" else 0] for step, seq in zip(steps, seqs, strict=True)]
            cells[key] = spread(as_column([points.values], type_), np.array(places, np.intp), len(order), type_)
        steps = np.array([step for step, _ in order], np.int64)
        yield Batch(steps, np.array([rows[name][0] for name in order], np.float64), cells)

    async def points(
        self, run: RunKey, *, stream: str = "history", keys: Sequence[str] | None = None, first_step: int | None = None,
        last_step: int | None = None, repeats: Repeats = "last",
    ) -> AsyncGenerator[KeyBatch, None]:  # fmt: skip
        columns = await self._columns(run, stream, keys, first_step, last_step, repeats)
        for key, (type_, points) in columns.items():
            if len(points):
                cells = spread(as_column([points.values], type_), None, len(points), type_)
                yield KeyBatch(key, points.steps, points.times, cells)

    async def truncate(self, run: RunKey, *, after_step: int, stream: str = "history") -> None:
        for logged in self._stream(run, stream).values():
            logged[:] = [point for point in logged if point.step <= after_step]

    async def next_row(self, run: RunKey) -> int:
        return self._rows.get(run, 0)

    async def move(
        self, run: RunKey, *, stream: str, to_stream: str, names: Mapping[str, str] | None = None,
        first_step: int | None = None, last_step: int | None = None, before_row: int | None = None,
    ) -> int:  # fmt: skip
        check_names(names, within_stream=stream == to_stream)
        source, moved = self._stream(run, stream), 0
        for key in list(source) if names is None else names:
            goes = [
                point
                for point in source.get(key, [])
                if (first_step is None or point.step >= first_step)
                and (last_step is None or point.step <= last_step)
                and (before_row is None or point.seq < before_row)
            ]
            if goes:
                gone = set(map(id, goes))
                source[key] = [point for point in source[key] if id(point) not in gone]
                there = self._logged[run].setdefault(to_stream, {}).setdefault(key if names is None else names[key], [])
                there[:] = sorted([*there, *goes], key=lambda point: point.seq)
                moved += len(goes)
        return moved

    async def copy(
        self, run: RunKey, to_run: RunKey, *, last_step: int | None = None, streams: Sequence[str] = ("history",)
    ) -> int:
        if self._rows.get(to_run) or any(any(stream.values()) for stream in self._logged.get(to_run, {}).values()):
            raise Conflict(f"run {to_run} has rows already, so that it cannot become a copy of run {run}")
        copied = 0
        for name in streams:
            for key, logged in self._stream(run, name).items():
                kept = [point for point in logged if last_step is None or point.step <= last_step]
                self._logged.setdefault(to_run, {}).setdefault(name, {})[key] = kept
                copied += len(kept)
        self._rows[to_run] = self._rows.get(run, 0)
        return copied

    async def forget(self, run: RunKey, *, stream: str) -> None:
        self._logged.get(run, {}).pop(stream, None)

    async def delete(self, run: RunKey) -> None:
        self._logged.pop(run, None)
        self._offsets.pop(run, None)
        self._rows.pop(run, None)

    async def close(self) -> None:
        self._logged.clear()
        self._offsets.clear()

    async def _columns(
        self, run: RunKey, stream: str, keys: Sequence[str] | None, first: int | None, last: int | None,
        repeats: Repeats,
    ) -> dict[str, tuple[ColumnType, Points]]:  # fmt: skip
        """The keys that the run has, with their points in a range of steps, one a step unless repeats are wanted."""
        low, high = step_bounds(first, last)
        columns = {}
        for key, type_ in read_as(await self.types(run, stream), repeats).items():
            if keys is None or key in keys:
                points = self._points(run, stream, key)
                columns[key] = type_, resolved(points[(points.steps >= low) & (points.steps <= high)], repeats)
        return columns

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


def _type(logged: list[Logged]) -> ColumnType:
    values = values_of([point.value for point in logged])
    return column_type(kinds_of(values), exact=exact_as_floats(values))


def values_of(values: list[Any]) -> np.ndarray[Any, Any]:
    """Python values as the narrowest of the kinds of values."""
    kinds = set(map(type, values))
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
