"""The runs of a sweep as a program of the user's own, which controls it, knows them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gnomon.sweeps.config import Metric, SweepConfig
from gnomon.sweeps.stopping.courses import Course, Rule, course_of
from gnomon.sweeps.trial import Trial


@dataclass
class SweepRun:
    """A run: one that there is, or, with only a `config`, one that is to be begun.

    `config` has a map `{"value": ...}` for each parameter; `params` has the values themselves.
    """

    name: str = ""
    """Its id."""
    state: str = "pending"
    config: dict[str, Any] = field(default_factory=dict)
    summary_metrics: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    """The metric row by row, where something was to be stopped early by it."""
    should_stop: bool = False
    value: float | None = None
    """The best value of the metric so far."""
    updated_at: float = 0.0

    @property
    def params(self) -> dict[str, Any]:
        """The parameters without their wrapping."""
        return {name: one.get("value") for name, one in self.config.items()}


def runs_of(config: SweepConfig, rows: Sequence[Mapping[str, Any]]) -> list[SweepRun]:
    """The runs as the server tells of them; parameters with dots in their names nest."""
    metric = config.metric
    paths = {parameter.name: parameter.path for parameter in config.space.parameters}
    return [
        SweepRun(
            name=row["id"],
            state=row["state"],
            config={name: {"value": one} for name, one in _nested(row["params"], paths).items()},
            summary_metrics={metric.name: row["last"]} if metric is not None and row["last"] is not None else {},
            should_stop=row["stop_asked"],
            value=row["value"],
            updated_at=row["updated_at"],
        )
        for row in rows
    ]


def trial_of(config: SweepConfig, run: SweepRun) -> Trial:
    """The run as a search method wants to know it."""
    known = [one for one in (run.value, *run.summary_metrics.values()) if isinstance(one, (int, float))]
    return Trial(
        run.state, run.params, min(known, default=None), max(known, default=None), known[-1] if known else None
    )


def courses(rule: Rule, metric: Metric, runs: Sequence[SweepRun]) -> dict[str, Course]:
    """How the runs went, as far as a rule of early termination asks; less is better."""
    sign = -1.0 if metric.goal == "maximize" else 1.0
    return {run.name: course_of([sign * value for value in _finite(metric.name, run)], rule) for run in runs}


def _finite(metric: str, run: SweepRun) -> list[float]:
    values = (row.get(metric) for row in run.history)
    return [float(value) for value in values if isinstance(value, (int, float)) and math.isfinite(value)]


def _nested(params: Mapping[str, Any], paths: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in params.items():
        within = found
        *before, last = paths.get(name, (name,))
        for step in before:
            within = within.setdefault(step, {})
        within[last] = value
    return found
