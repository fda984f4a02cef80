"""What to try next, and what to give up: the whole decision, from values alone."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from gnomon.model.errors import Rejected
from gnomon.sweeps.config import SweepConfig
from gnomon.sweeps.methods import bayes, grid, nsgaii, random
from gnomon.sweeps.trial import Trial, reached


def next_params(config: SweepConfig, trials: Sequence[Trial], rng: Random) -> dict[str, Any] | None:
    """The config of the run to begin next, or None when the space is used up.

    >>> from gnomon.sweeps.config import parse
    >>> sweep = parse({"method": "grid", "parameters": {"a": {"values": [1, 2]}, "b": {"value": 0}}}).config
    >>> next_params(sweep, [Trial("running", {"a": 1, "b": 0})], Random())
    {'a': 2, 'b': 0}
    """
    space = config.space
    goals = [metric.goal for metric in config.objectives]
    match config.method:
        case "grid":
            point = grid.next_point(space, (space.point(trial.config) for trial in trials))
        case "bayes":
            assert config.metric is not None
            point = bayes.next_point(space, config.metric.objective, trials, rng)
        case "random":
            tried = {random.key(space.point(trial.config)) for trial in trials} if random.repeats(space) else ()
            point = random.next_point(space, rng, tried)
        case "nsgaii":
            point = nsgaii.next_point(space, goals, trials, rng)
        case "tpe" | "gp":
            from gnomon.sweeps.methods import optuna  # here and below, as these need packages of their own

            point = optuna.next_point(config.method, space, goals, trials)
        case "cmaes":
            from gnomon.sweeps.methods import cmaes

            point = cmaes.next_point(space, goals[0], trials)
        case "qmc":
            from gnomon.sweeps.methods import qmc

            point = qmc.next_point(space, len(trials))
        case "custom":
            raise Rejected("A sweep with the method custom is told by its own program what to try", field="method")
    return None if point is None else space.nested(point)


def needs_trials(config: SweepConfig) -> bool:
    """Whether what comes next depends on what there was."""
    if config.metric is not None and config.metric.target is not None:
        return True
    return config.method != "custom" and (config.method != "random" or random.repeats(config.space))


def front(config: SweepConfig, trials: Sequence[Trial]) -> list[int]:
    """Which trials have ended with values that no other one's are better than by all metrics; none by a single one."""
    goals = [metric.goal for metric in config.objectives]
    known = [
        (at, losses)
        for at, trial in enumerate(trials)
        if len(goals) > 1 and trial.ended and (losses := nsgaii.losses(goals, trial)) is not None
    ]
    return [known[at][0] for at in nsgaii.front([losses for _, losses in known])]


def expected_runs(config: SweepConfig) -> int | None:
    """How many runs there will be in the end; None where nothing limits them."""
    whole = grid.size(config.space) if config.method == "grid" else None
    limits = [limit for limit in (whole, config.run_cap) if limit is not None]
    return min(limits, default=None)


def target_reached(config: SweepConfig, trials: Sequence[Trial]) -> bool:
    """Whether some run is as good as the metric's target asks."""
    metric = config.metric
    if metric is None or metric.target is None:
        return False
    values = (trial.best(metric.goal) for trial in trials)
    return any(value is not None and reached(value, metric.target, metric.goal) for value in values)
