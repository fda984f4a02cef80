"""Bayesian search: better than chance, aware of what is under way, and careful with runs that told nothing."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np
import pytest

from gnomon.sweeps.config import SweepConfig, parse
from gnomon.sweeps.methods import gaussian
from gnomon.sweeps.methods.bayes import Objective, next_point, samples_of
from gnomon.sweeps.suggest import next_params
from gnomon.sweeps.trial import Trial


def branin(x: float, y: float) -> float:
    bowl = (y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6) ** 2
    return bowl + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def sweep(method: str = "bayes", **metric: Any) -> SweepConfig:
    parameters = {"x": {"min": -5.0, "max": 10.0}, "y": {"min": 0.0, "max": 15.0}}
    return parse({"method": method, "metric": {"name": "loss", **metric}, "parameters": parameters}).config


def done(value: float, state: str = "finished", **config: Any) -> Trial:
    return Trial(state, config, value, value, value)


def best_of(method: str, seed: int, *, sign: int = 1, goal: str = "minimize") -> float:
    config, rng, trials = sweep(method, goal=goal), Random(seed), []
    for _ in range(30):
        params = next_params(config, trials, rng)
        assert params is not None
        trials.append(done(sign * branin(**params), **params))
    return min(sign * (trial.least or 0.0) for trial in trials)


def test_it_finds_the_bottom_of_branin_where_chance_does_not() -> None:
    found = [best_of("bayes", seed) for seed in range(3)]
    by_chance = [best_of("random", seed) for seed in range(3)]
    assert max(found) < 0.6  # the least value is 0.398
    assert sum(found) < sum(by_chance) / 2


def test_going_up_is_going_down_the_other_way() -> None:
    assert best_of("bayes", 5, sign=-1, goal="maximize") == best_of("bayes", 5)


def test_those_who_search_side_by_side_do_not_choose_the_same() -> None:
    config = sweep()
    known = [done(branin(x, y), x=x, y=y) for x, y in ((-4.0, 2.0), (0.0, 9.0), (6.0, 3.0), (3.0, 12.0))]
    under_way: list[Trial] = []
    rng = Random(1)
    for _ in range(4):
        params = next_params(config, known + under_way, rng)
        assert params is not None
        under_way.append(Trial("running", params))
    places = np.array([list(trial.config.values()) for trial in under_way])
    gaps = [float(np.abs(a - b).max()) for at, a in enumerate(places) for b in places[:at]]
    assert min(gaps) > 0.3


def test_a_choice_that_is_being_tried_is_not_given_again() -> None:
    config = parse({
        "method": "bayes", "metric": {"name": "l"}, "parameters": {"kind": {"values": list("abcdef")}},
    }).config  # fmt: skip
    trials = [done(3.0, kind="a"), done(2.0, kind="b")]
    for _ in range(4):
        params = next_params(config, trials, Random(4))
        assert params is not None
        trials.append(Trial("pending", params))
    assert sorted(trial.config["kind"] for trial in trials) == list("abcdef")


SPACE = sweep().space


def y_of(objective: Objective, *trials: Trial) -> tuple[list[float], int]:
    samples = samples_of(SPACE, objective, trials)
    return samples.y, len(samples.waiting)


AT = {"x": 0.0, "y": 0.0}


def test_a_run_that_failed_counts_as_the_worst_there_was() -> None:
    trials = (Trial("finished", AT, 1.0, 9.0), Trial("failed", AT, 0.1, 0.2), Trial("crashed", AT))
    assert y_of(Objective(), *trials) == ([1.0, 9.0, 9.0], 0)
    assert y_of(Objective("maximize"), *trials) == ([-9.0, -0.1, -0.1], 0)
    assert y_of(Objective(), Trial("killed", AT)) == ([0.0], 0)


def test_other_values_can_stand_in_for_a_failed_run() -> None:
    failed = Trial("failed", AT, 1.0, 3.0, 2.0)
    assert y_of(Objective(impute="best"), failed) == ([1.0], 0)
    assert y_of(Objective(impute="latest"), failed) == ([2.0], 0)
    assert y_of(Objective(impute="latest"), Trial("failed", AT)) == ([0.0], 0)


def test_runs_under_way_wait_unless_their_values_are_asked_for() -> None:
    running = Trial("running", AT, 1.0, 3.0, 2.0)
    assert y_of(Objective(), running, Trial("pending", AT)) == ([], 2)
    assert y_of(Objective(impute_while_running="latest"), running, Trial("running", AT)) == ([1.0, 0.0], 0)


def test_a_run_elsewhere_tells_nothing() -> None:
    assert y_of(Objective(), done(1.0, x=1.0), done(1.0, x="wide", y=0.0)) == ([], 0)


def test_with_fewer_than_two_values_the_point_is_drawn() -> None:
    assert next_point(SPACE, Objective(), [done(1.0, **AT)], Random(8)) == SPACE.sample(Random(8))


def test_values_that_are_all_the_same_do_not_stop_the_search() -> None:
    trials = [done(1.0, x=float(at), y=float(at)) for at in range(5)]
    assert next_params(sweep(), trials, Random(1)) is not None


@pytest.mark.parametrize("spread", [0.0, 1e-12, 1e-6])
def test_runs_at_nearly_the_same_point_do_not_stop_the_search(spread: float) -> None:
    rng = Random(1)
    places = [5.0 + spread * rng.random() for _ in range(60)]
    known = [done(rng.random(), x=place, y=place) for place in places]
    waiting = [Trial("running", {"x": place, "y": place}) for place in places]
    assert next_params(sweep(), known + waiting, rng) is not None


def test_a_process_of_points_that_cannot_be_told_apart_is_fitted_nevertheless() -> None:
    x = np.concatenate([np.linspace(0, 1e-9, 100), np.linspace(0, 1e-9, 100)])[:, None]
    process = gaussian.fit(x, np.sin(np.arange(200.0)), log_length=np.log(1e5))
    mean, deviation = process.predict(x)
    assert np.isfinite(mean).all() and np.isfinite(deviation).all()


def test_many_runs_are_sampled() -> None:
    rng = Random(1)
    trials = [done(branin(x, y), x=x, y=y) for x, y in (SPACE.sample(rng) for _ in range(150))]
    waiting = [Trial("running", SPACE.nested(SPACE.sample(rng))) for _ in range(120)]
    assert next_params(sweep(), trials + waiting, Random(1)) is not None


def test_the_process_goes_through_what_it_was_fitted_to_and_is_unsure_elsewhere() -> None:
    x = np.linspace(0, 1, 6)[:, None]
    y = np.sin(5 * x[:, 0])
    process = gaussian.fit(x, y)
    mean, deviation = process.predict(x)
    assert mean == pytest.approx(y, abs=1e-4)
    assert deviation.max() < 1e-2
    between, unsure = process.predict(x[:-1] + 0.1)
    assert between == pytest.approx(np.sin(5 * (x[:-1, 0] + 0.1)), abs=0.1)
    assert unsure.min() > deviation.max()


def test_improvement_is_never_less_than_nothing() -> None:
    rng = np.random.default_rng(1)
    x = rng.random((20, 2))
    process = gaussian.fit(x, rng.random(20))
    gain = gaussian.expected_improvement(process, rng.random((200, 2)), 0.1)
    assert gain.min() > -1e-6
