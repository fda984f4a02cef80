"""Methods through other libraries: better than chance, the same for the same trials, side by side not the same."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest

from gnomon.model.errors import Rejected
from gnomon.sweeps.config import METHODS, parse
from gnomon.sweeps.methods import engines
from gnomon.sweeps.suggest import front, next_params
from gnomon.sweeps.trial import Trial

NUMBERS: dict[str, Any] = {
    "x": {"min": -5.0, "max": 5.0},
    "lr": {"distribution": "log_uniform_values", "min": 1e-5, "max": 1.0},
    "net": {"parameters": {"n": {"min": 1, "max": 9}}},
}
MIXED: dict[str, Any] = {
    **NUMBERS,
    "opt": {"values": ["sgd", "adam", {"name": "lion"}]},
    "p": {"values": [1, 2], "probabilities": [0.5, 0.5]},
    "z": {"distribution": "normal"},
    "q": {"distribution": "q_log_uniform_values", "min": 1, "max": 100, "q": 4},
    "i": {"distribution": "inv_log_uniform_values", "min": 0.1, "max": 10},
    "fixed": {"value": None},
}
METRIC = {"name": "loss"}


def sweep(method: str, parameters: dict[str, Any] = MIXED, **given: Any) -> Any:
    return parse({"method": method, "metric": METRIC, "parameters": parameters, **given}).config


def loss(params: dict[str, Any]) -> float:
    return float((params["x"] - 1) ** 2 + (math.log10(params["lr"]) + 2) ** 2 + abs(params["net"]["n"] - 4) / 4)


def ended(params: dict[str, Any], value: float) -> Trial:
    return Trial("finished", params, value, value, value)


def searched(config: Any, rounds: int, seed: int = 0, sign: float = 1.0) -> list[Trial]:
    trials, rng = list[Trial](), Random(seed)
    for _ in range(rounds):
        params = next_params(config, trials, rng)
        assert params is not None
        trials.append(ended(params, sign * loss(params)))
    return trials


@pytest.mark.parametrize("method", ["tpe", "cmaes", "bayes"])
@pytest.mark.parametrize("goal", ["minimize", "maximize"])
def test_a_search_that_learns_does_better_than_chance(method: str, goal: str) -> None:
    sign = 1.0 if goal == "minimize" else -1.0
    metric = {"name": "loss", "goal": goal}
    learned = searched(sweep(method, NUMBERS, metric=metric), 60, sign=sign)
    chance = searched(sweep("random", NUMBERS), 60)
    late = sorted(abs(trial.latest or 0.0) for trial in learned[30:])[15]
    assert late < sorted(abs(trial.latest or 0.0) for trial in chance[30:])[15] / 2


@pytest.mark.parametrize("method", ["tpe", "qmc"])
def test_every_kind_of_parameter_is_searched(method: str) -> None:
    space = sweep(method).space
    for trial in searched(sweep(method), 30):
        config = trial.config
        assert config["opt"] in ("sgd", "adam", {"name": "lion"}) and config["p"] in (1, 2)
        assert config["fixed"] is None and -5 <= config["x"] <= 5 and 1e-5 <= config["lr"] <= 1.0
        assert isinstance(config["net"]["n"], int) and config["q"] % 4 == 0 and 0.1 <= config["i"] <= 10
        assert space.nested(space.point(config)) == config


@pytest.mark.parametrize(("method", "space"), [("tpe", MIXED), ("cmaes", NUMBERS), ("qmc", MIXED)])
def test_the_same_trials_lead_to_the_same_point(method: str, space: Any) -> None:
    config = sweep(method, space)
    trials = searched(config, 25)
    assert next_params(config, trials, Random(1)) == next_params(config, trials, Random(2))


@pytest.mark.parametrize(("method", "space"), [("tpe", MIXED), ("cmaes", NUMBERS), ("qmc", MIXED)])
def test_those_who_search_side_by_side_try_different_points(method: str, space: Any) -> None:
    config = sweep(method, space)
    trials = searched(config, 25)
    given = []
    for _ in range(6):
        params = next_params(config, trials, Random(0))
        assert params is not None and params not in given
        given.append(params)
        trials.append(Trial("pending", params))


@pytest.mark.parametrize(("method", "space"), [("tpe", MIXED), ("cmaes", NUMBERS), ("qmc", MIXED), ("nsgaii", NUMBERS)])
def test_trials_that_tell_nothing_are_passed_over(method: str, space: Any) -> None:
    config = sweep(method, space)
    odd = [
        Trial("failed", {}), Trial("crashed", {"x": "far"}), Trial("killed", searched(config, 1)[0].config),
        Trial("finished", {"x": math.nan, "lr": -1}, 1.0, 1.0, 1.0), Trial("running", {"x": 1}),
    ]  # fmt: skip
    assert next_params(config, [*odd, *searched(config, 22)], Random(0)) is not None


def test_a_search_that_came_to_rest_begins_anew() -> None:
    config = sweep("cmaes", NUMBERS)
    trials = [ended({"x": 1.0, "lr": 0.01, "net": {"n": 4}}, 0.0) for _ in range(400)]
    assert next_params(config, trials, Random(0)) is not None


def test_quasi_random_points_fill_the_space() -> None:
    config = sweep("qmc", {"x": {"min": 0.0, "max": 1.0}, "y": {"min": 0.0, "max": 1.0}})
    trials = list[Trial]()
    for _ in range(64):
        params = next_params(config, trials, Random(0))
        assert params is not None
        trials.append(Trial("running", params))
    cells = {(int(trial.config["x"] * 8), int(trial.config["y"] * 8)) for trial in trials}
    assert len(cells) == 64


@pytest.mark.parametrize("method", ["nsgaii", "tpe"])
def test_several_metrics_are_searched_at_once(method: str) -> None:
    """Two goals that pull apart along x; away from y = 0, both suffer."""
    space = {"x": {"min": -1.0, "max": 3.0}, "y": {"min": -5.0, "max": 5.0}}
    metrics = [{"name": "a"}, {"name": "b", "goal": "maximize"}]

    def front_of(config: Any) -> tuple[Any, list[Trial]]:
        trials, rng = list[Trial](), Random(3)
        for _ in range(120):
            params = next_params(config, trials, rng)
            assert params is not None
            x, y = params["x"], params["y"]
            trials.append(Trial("finished", params, values=(x * x + y * y, -((x - 2) ** 2) - y * y)))
        return front(config, trials), trials

    best, trials = front_of(sweep(method, space, metrics=metrics))
    _, chance = front_of(sweep("random", space, metrics=metrics))
    assert len(best) >= 5
    off = sorted(abs(trial.config["y"]) for trial in trials[60:])[30]
    assert off < sorted(abs(trial.config["y"]) for trial in chance[60:])[30] / 2
    assert all(-0.5 <= trials[at].config["x"] <= 2.5 for at in best)


def test_a_front_has_those_that_no_other_is_better_than() -> None:
    config = sweep("nsgaii", NUMBERS, metrics=[{"name": "a"}, {"name": "b", "goal": "maximize"}])
    values = [(1.0, 1.0), (2.0, 2.0), (2.0, 1.5), (0.5, None), (1.0, 1.0)]
    trials = [Trial("finished", {}, values=pair) for pair in values] + [Trial("running", {}, values=(0.0, 9.0))]
    assert front(config, trials) == [0, 1, 4]
    assert front(sweep("tpe"), trials) == []


def test_a_method_without_its_package_is_refused_by_the_name_of_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    for method, needed in engines.NEEDS.items():
        with pytest.raises(Rejected, match=rf"{method} needs {needed[0]}.*pip install 'gnomon\[sweeps\]'"):
            engines.check_there(method)
    for method in set(METHODS) - engines.NEEDS.keys():
        engines.check_there(method)


def test_search_by_a_gaussian_process_of_optuna() -> None:
    pytest.importorskip("torch")
    assert len(searched(sweep("gp", NUMBERS), 13)) == 13
