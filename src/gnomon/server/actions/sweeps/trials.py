"""What the metric store and the summaries tell of a sweep's runs: how good they are, and how they went.

Runs that have ended are remembered: asking for the next of a thousand costs no more than asking for the next of ten.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gnomon.model.run import RunState
from gnomon.server.storage.metrics.store import KeyStats, MetricStore, RunKey
from gnomon.server.storage.tables.sweeps import RunOfSweep
from gnomon.sweeps.config import Metric, SweepConfig
from gnomon.sweeps.stopping.courses import Course, Rule, course_of
from gnomon.sweeps.trial import ENDED, Goal, Trial

MOST_REMEMBERED = 20_000
SETTLED_SECS = 60.0
"""What is known of a run that has ended may still change for so long: its summary comes after its rows."""

_Stamp = tuple[str, float]
Facts = Mapping[int, tuple[dict[str, Any], dict[str, Any]]]
"""Config and summary by run."""

_AGGREGATES: dict[Goal, tuple[str, ...]] = {
    "minimize": ("min", "best", "last", "mean"),
    "maximize": ("max", "best", "last", "mean"),
}


class Trials:
    """Reads how runs do, and remembers it."""

    def __init__(self, metrics: MetricStore, clock: Callable[[], float] = time.time) -> None:
        self._metrics = metrics
        self._clock = clock
        self._stats: OrderedDict[tuple[int, str], tuple[tuple[str, float], KeyStats | None]] = OrderedDict()
        self._courses: OrderedDict[tuple[int, str], Course] = OrderedDict()
        self._trials: OrderedDict[tuple[int, tuple[Metric, ...]], tuple[_Stamp, Trial]] = OrderedDict()

    def unknown(self, config: SweepConfig, runs: Sequence[RunOfSweep]) -> set[int]:
        """The keys of the runs that `of` has to be given the facts of."""
        return {run.key for run in runs if self._remembered(config, run) is None}

    async def of(self, config: SweepConfig, runs: Sequence[RunOfSweep], facts: Facts) -> list[Trial]:
        """The runs as a search method wants to know them; one that was deleted meanwhile is left out."""
        found = []
        for run in runs:
            trial = self._remembered(config, run)
            if trial is None and run.key in facts:
                several = [await self._of_metric(metric, run) for metric in config.metrics]
                stats = await self._of_metric(config.metric, run)
                trial = trial_of(config, run, facts[run.key], stats, several)
                if run.state in ENDED and self._clock() - run.updated_at > SETTLED_SECS:
                    _remember(self._trials, (run.key, config.objectives), ((run.state, run.updated_at), trial))
            if trial is not None:
                found.append(trial)
        return found

    async def courses(self, rule: Rule, metric: Metric, runs: Sequence[RunOfSweep]) -> dict[str, Course]:
        """How the runs went, as far as the rule asks."""
        return {run.id: await self._course(rule, metric, run) for run in runs}

    def _remembered(self, config: SweepConfig, run: RunOfSweep) -> Trial | None:
        """The trial of a run that has ended and said nothing since."""
        known = self._trials.get((run.key, config.objectives))
        return known[1] if known is not None and known[0] == (run.state, run.updated_at) else None

    async def _of_metric(self, metric: Metric | None, run: RunOfSweep) -> KeyStats | None:
        """All that is known of the metric of a run; None where it logged none."""
        if metric is None or run.state == RunState.PENDING:
            return None
        key, stamp = (run.key, metric.name), (run.state, run.updated_at)
        known = self._stats.get(key)
        if known is not None and known[0] == stamp and run.state in ENDED:
            return known[1]
        found = next((one for one in await self._metrics.keys(RunKey(run.key)) if one.key == metric.name), None)
        _remember(self._stats, key, (stamp, found))
        return found

    async def _course(self, rule: Rule, metric: Metric, run: RunOfSweep) -> Course:
        stats = await self._of_metric(metric, run)
        if stats is None or not stats.finite:
            return Course()
        key = (run.key, metric.name)
        known = self._courses.get(key, Course())
        reached = [band for band in rule.bands if band <= stats.finite]
        if any(band not in known.at for band in reached):
            # A value at a band does not change any more, so points are read once a band, and bands lie far apart.
            known = course_of(await self._values(run.key, metric), rule)
            _remember(self._courses, key, known)
        low = stats.low if metric.goal == "minimize" else None if stats.high is None else -stats.high
        return Course(known.length, known.at, known.by, math.inf if low is None else low)

    async def _values(self, run: int, metric: Metric) -> list[float]:
        """The finite values of the metric in the order of their steps; less is better."""
        found: list[float] = []
        async for batch in self._metrics.points(RunKey(run), keys=[metric.name]):
            if batch.cells.type in ("float", "int"):
                values = np.asarray(batch.cells.values, dtype=np.float64)
                found.extend(values[np.isfinite(values)].tolist())
        return [-value for value in found] if metric.goal == "maximize" else found


def trial_of(
    config: SweepConfig,
    run: RunOfSweep,
    fact: tuple[dict[str, Any], dict[str, Any]],
    stats: KeyStats | None,
    several: Sequence[KeyStats | None] = (),
) -> Trial:
    """A run as a search method wants to know it: history and summary both count. `several` has all of the metrics."""
    tried, summary = fact
    if config.metric is None:
        return Trial(run.state, tried)
    last = summary_value(summary, config.metric)
    low = _finite([stats.low if stats else None, last])
    high = _finite([stats.high if stats else None, last])
    latest = _finite([stats.last if stats else None]) or _finite([last])
    values = tuple(
        next(iter(_finite([one.last if one else None, summary_value(summary, metric)])), None)
        for metric, one in zip(config.metrics, several, strict=True)
    )
    return Trial(
        run.state, tried, min(low, default=None), max(high, default=None), latest[0] if latest else None, values
    )


def summary_value(summary: Mapping[str, Any], metric: Metric) -> float | None:
    """The metric's value in a summary; of one that is summed up in several ways, the one the goal asks for."""
    names = [metric.name, *(f"{metric.name}.{name}" for name in _AGGREGATES[metric.goal])]
    found = _finite([summary.get(name) for name in names])
    return found[0] if found else None


def _finite(values: Sequence[Any]) -> list[float]:
    return [
        float(value)
        for value in values
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    ]


def _remember(where: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    where[key] = value
    where.move_to_end(key)
    while len(where) > MOST_REMEMBERED:
        where.popitem(last=False)
