"""Search through Optuna: its samplers are asked what they would try after the trials so far.

Nothing is kept between two questions: a study is made of the trials each time, in memory. The answer depends on nothing
but the trials.
"""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Sequence
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from gnomon.sweeps.methods.axes import Axis, Category, Number, axes_of, places, point_at
from gnomon.sweeps.space import Point, Space
from gnomon.sweeps.trial import Goal, Trial

MOST_TRIALS = 2000
"""A study of more takes the newest: the models learn little from the rest."""


def next_point(method: str, space: Space, goals: Sequence[Goal], trials: Sequence[Trial]) -> Point:
    """The point that the sampler of `tpe` or `gp` would try next. `trials` have a value for each goal."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    axes = axes_of(space)
    distributions = {name: _distribution(axis) for name, axis in axes.items()}
    known = [
        made for trial in trials[-MOST_TRIALS:] if (made := _made(space, axes, distributions, goals, trial)) is not None
    ]
    study = optuna.create_study(directions=list(goals), sampler=_sampler(method, _seed(space, len(trials))))
    study.add_trials(known)
    return point_at(space, axes, study.ask(distributions).params)


def _sampler(method: str, seed: int) -> optuna.samplers.BaseSampler:
    if method == "gp":
        return optuna.samplers.GPSampler(seed=seed)
    with warnings.catch_warnings():  # some of what is asked for is called experimental
        warnings.simplefilter("ignore")
        return optuna.samplers.TPESampler(seed=seed, multivariate=True, constant_liar=True)


def _distribution(axis: Axis) -> BaseDistribution:
    match axis:
        case Category(values=values):
            return CategoricalDistribution(range(len(values)))
        case Number(low=low, high=high, whole=True):
            return IntDistribution(int(low), int(high))
        case Number(low=low, high=high, log=log):
            return FloatDistribution(low, high, log=log)
    return FloatDistribution(0.0, 1.0)


def _made(
    space: Space, axes: dict[str, Axis], distributions: dict[str, BaseDistribution], goals: Sequence[Goal], trial: Trial
) -> FrozenTrial | None:
    """A trial as Optuna knows it; None for one that tells nothing."""
    params = places(space, axes, space.point(trial.config))
    if params is None:
        return None
    given: dict[str, Any] = {"params": params, "distributions": distributions}
    values = [value for value in trial.objectives(goals) if value is not None]
    if not trial.ended:
        return create_trial(state=TrialState.RUNNING, **given)
    if len(values) < len(goals):
        return create_trial(state=TrialState.FAIL, **given)
    if trial.state == "finished" or len(goals) > 1:
        return create_trial(state=TrialState.COMPLETE, values=values, **given)
    return create_trial(state=TrialState.PRUNED, intermediate_values={1: values[0]}, **given)


def _seed(space: Space, trials: int) -> int:
    return zlib.crc32(repr([parameter.path for parameter in space.parameters]).encode()) + trials
