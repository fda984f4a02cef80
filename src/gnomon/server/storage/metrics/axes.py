"""Curves and rows from whole columns of points: the slow and certain way, for any x, any order. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from gnomon.server.storage.metrics.buckets import Floats, Ints, bucketed
from gnomon.server.storage.metrics.points import Points, as_rows, last_of_step, numeric, plain, resolved
from gnomon.server.storage.metrics.store import Buckets, Repeats, RowPage, Span


def within(x: Floats, span: Span) -> slice:
    """Which part of sorted x lies in the span, both ends included."""
    first = 0 if span.first is None else int(np.searchsorted(x, span.first, side="left"))
    last = len(x) if span.last is None else int(np.searchsorted(x, span.last, side="right"))
    return slice(first, max(first, last))


def curve(points: Points, x: str, span: Span, buckets: int) -> Buckets:
    """The curve over `_step` or `_time` of points in order of step, one a step unless repeats are wanted."""
    points, values = numeric(points)
    at = points.times if x == "_time" else points.steps.astype(np.float64)
    steps = points.steps
    if x == "_time" and len(at) and not bool((at[1:] >= at[:-1]).all()):
        order = np.argsort(at, kind="stable")
        at, steps, values = at[order], steps[order], values[order]
    part = within(at, span)
    return bucketed(at[part], steps[part], values[part], buckets)


def curve_over(points: Points, x_points: Points, span: Span, buckets: int) -> Buckets:
    """The curve of points over another key: joined on step, in order of x. Without points whose x is not finite."""
    x, steps, values = joined_on_step(points, x_points)
    order = np.argsort(x, kind="stable")
    x, steps, values = x[order], steps[order], values[order]
    part = within(x, span)
    return bucketed(x[part], steps[part], values[part], buckets)


def joined_on_step(points: Points, x_points: Points) -> tuple[Floats, Ints, Floats]:
    """x, steps and values of points at whose step the other key has a finite number, in order of step."""
    points, values = numeric(points)
    x_points, x_values = numeric(x_points[last_of_step(x_points.steps)])
    at = np.searchsorted(x_points.steps, points.steps)
    found = at < len(x_points)
    found[found] = x_points.steps[at[found]] == points.steps[found]
    found[found] = np.isfinite(x_values[at[found]])
    return x_values[at[found]], points.steps[found], values[found]


def step_bounds(first: float | None, last: float | None) -> tuple[int, int]:
    """The whole steps in a span of steps."""
    low = -(2**63) if first is None or first <= -(2.0**63) else math.ceil(min(first, 2.0**62))
    high = 2**63 - 1 if last is None or last >= 2.0**63 else math.floor(max(last, -(2.0**62)))
    return low, high


def rows_of(columns: Mapping[str, Points], *, limit: int, repeats: Repeats, horizon: int | None = None) -> RowPage:
    """The first rows made of columns whose points are in order of step.

    Steps above `horizon` are not complete in the columns. The page then says where to go on, even with few rows.
    """
    columns = {key: resolved(points, repeats) for key, points in columns.items()}
    if horizon is not None:
        columns = {
            key: points[: int(np.searchsorted(points.steps, horizon, "right"))] for key, points in columns.items()
        }
    beyond = None if horizon is None or horizon == 2**63 - 1 else horizon + 1
    steps = np.concatenate([points.steps for points in columns.values()] or [np.empty(0, np.int64)])
    if len(steps) == 0:
        return RowPage([], beyond)
    seqs = np.concatenate([points.seqs for points in columns.values()])
    times = np.concatenate([points.times for points in columns.values()])
    row_steps, row_times, row_of = as_rows(steps, times, seqs, repeats)
    shown, following = len(row_steps), beyond
    if shown > limit:
        shown = int(np.searchsorted(row_steps, row_steps[limit - 1], "right"))
        if repeats != "all":
            shown = limit
        following = int(row_steps[shown]) if shown < len(row_steps) else beyond
    rows: list[dict[str, Any]] = [
        {"_step": step, "_time": time}
        for step, time in zip(row_steps[:shown].tolist(), row_times[:shown].tolist(), strict=True)
    ]
    start = 0
    for key, points in columns.items():
        places = row_of[start : start + len(points)]
        start += len(points)
        few = int(np.searchsorted(places, shown, "left"))
        for row, value in zip(places[:few].tolist(), plain(points.values[:few]), strict=True):
            rows[row][key] = value
    return RowPage(rows, following)
