"""What is known of a run of a sweep, for those who choose the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Goal = Literal["minimize", "maximize"]

ENDED = ("finished", "failed", "crashed", "killed")
"""States of runs that will not change by themselves."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A run: its config, and the finite values of the sweep's metric in its history and its summary."""

    state: str
    config: Mapping[str, Any] = field(default_factory=dict)
    least: float | None = None
    greatest: float | None = None
    latest: float | None = None
    """The last value of the history."""
    values: tuple[float | None, ...] = ()
    """The last value of each metric, where the sweep has several."""

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    def best(self, goal: Goal) -> float | None:
        """The best value so far."""
        return self.greatest if goal == "maximize" else self.least

    def objectives(self, goals: Sequence[Goal]) -> list[float | None]:
        """What is known of it for each goal."""
        return list(self.values) if len(goals) > 1 else [self.best(goals[0])]

    def worst(self, goal: Goal) -> float | None:
        return self.least if goal == "maximize" else self.greatest


def better(a: float, b: float, goal: Goal) -> bool:
    """Whether the first is strictly nearer to the goal."""
    return a > b if goal == "maximize" else a < b


def reached(value: float, target: float, goal: Goal) -> bool:
    """Whether a value is at the target or beyond."""
    return value >= target if goal == "maximize" else value <= target
