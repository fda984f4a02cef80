"""`define_metric`: what it accepts, and the rules it makes."""

from __future__ import annotations

from typing import Any

import msgspec

from gnomon.model.run import MetricRule
from gnomon.sdk.errors import Error

SUMMARIES = ("min", "max", "mean", "best", "last", "copy", "none", "first")
GOALS = {"min": "minimize", "max": "maximize"}


class Metric:
    """What `define_metric` returns: the rule as it holds now."""

    def __init__(self, rule: MetricRule) -> None:
        self.rule = rule

    @property
    def name(self) -> str:
        """The metric's name, or the glob."""
        return self.rule.name

    @property
    def step_metric(self) -> str | None:
        """The metric this one is drawn over."""
        return self.rule.step_metric

    @property
    def step_sync(self) -> bool | None:
        """Is the step metric's last value added to rows that lack it?"""
        return self.rule.step_sync

    @property
    def hidden(self) -> bool:
        """Is it left out of charts made by themselves?"""
        return self.rule.hidden

    @property
    def summary(self) -> tuple[str, ...]:
        """What the summary keeps of it."""
        return self.rule.summary

    @property
    def goal(self) -> str | None:
        """`minimize`, `maximize` or None."""
        return self.rule.goal


def rule(
    name: str,
    step_metric: Any = None,
    step_sync: bool | None = None,
    hidden: bool | None = None,
    summary: str | None = None,
    goal: str | None = None,
    overwrite: bool | None = None,
    earlier: MetricRule | None = None,
) -> MetricRule:
    """The rule the arguments make, over what was said before of the name. Raises Error for what cannot be meant."""
    if isinstance(step_metric, Metric):
        step_metric = step_metric.name
    if not name:
        raise Error("define_metric() requires a name")
    for argument, value, wanted in (
        ("name", name, str),
        ("step_metric", step_metric, str),
        ("step_sync", step_sync, bool),
        ("hidden", hidden, bool),
        ("summary", summary, str),
        ("goal", goal, str),
        ("overwrite", overwrite, bool),
    ):
        if value is not None and not isinstance(value, wanted):
            raise Error(f"define_metric() takes a {wanted.__name__} as {argument}, not {type(value).__name__}")
    if "*" in name[:-1]:
        raise Error(f"define_metric() takes a name that may end with *, not one with * inside: {name!r}")
    if step_metric and "*" in step_metric:
        raise Error(f"define_metric() takes one metric as step_metric, not a glob: {step_metric!r}")
    kept = tuple(dict.fromkeys(word.strip().lower() for word in summary.split(","))) if summary else ()
    for word in kept:
        if word not in SUMMARIES:
            raise Error(f"define_metric() knows no summary {word!r}; there are {', '.join(SUMMARIES)}")
    if goal is not None and goal[:3].lower() not in GOALS:
        raise Error(f"define_metric() takes minimize or maximize as goal, not {goal!r}")
    base = earlier if earlier is not None and not overwrite else MetricRule(name=name)
    changes: dict[str, Any] = {}
    if step_metric:
        changes["step_metric"] = step_metric
        changes["step_sync"] = True if step_sync is None else step_sync
    elif step_sync is not None:
        changes["step_sync"] = step_sync
    if hidden is not None:
        changes["hidden"] = hidden
    if kept:
        changes["summary"] = kept
    if goal is not None:
        changes["goal"] = GOALS[goal[:3].lower()]
    return msgspec.structs.replace(base, **changes)
