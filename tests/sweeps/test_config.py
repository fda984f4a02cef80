"""A sweep's config: what it means, what is refused, what is told."""

from __future__ import annotations

from typing import Any

import pytest

from gnomon.model.errors import Rejected
from gnomon.sweeps.config import parse, parse_text
from gnomon.sweeps.stopping.hyperband import Hyperband

LR = {"lr": {"min": 0.0, "max": 1.0}}


def config(**given: Any) -> dict[str, Any]:
    return {"method": "random", "parameters": LR, **given}


def test_a_plain_config_has_no_warnings() -> None:
    text = """
    method: bayes
    name: tuning
    program: train.py
    command: ["${env}", python, "${program}"]
    metric: {name: val/loss, goal: minimize, target: 0.1}
    run_cap: 20
    early_terminate: {type: hyperband, min_iter: 3}
    parameters:
      opt: {parameters: {lr: {distribution: log_uniform_values, min: 1.0e-5, max: 0.1}, kind: {values: [adam, sgd]}}}
      epochs: {value: 3}
    """
    parsed, warnings = parse_text(text)
    assert warnings == ()
    assert [one.path for one in parsed.space.parameters] == [("epochs",), ("opt", "kind"), ("opt", "lr")]
    assert parsed.metric is not None
    assert (parsed.metric.name, parsed.metric.goal, parsed.metric.target) == ("val/loss", "minimize", 0.1)
    assert (parsed.run_cap, parsed.name, parsed.program) == (20, "tuning", "train.py")
    assert parsed.early_terminate is not None and parsed.early_terminate.bands[:3] == (3, 9, 27)


def test_bare_parameters_are_searched_at_random_and_that_is_said() -> None:
    parsed, warnings = parse({"layers": {"values": [[1, 2], [3]]}})
    assert parsed.method == "random"
    assert [one.name for one in parsed.space.parameters] == ["layers"]
    assert warnings == (
        "The config has neither method nor parameters; all of it is taken as parameters",
        "method is missing; random search is used",
    )


@pytest.mark.parametrize(
    ("given", "warning"),
    [
        (config(colour="red"), "colour is no part of a sweep's config; it is ignored"),
        (config(parameters={"1st": {"value": 1}}), "1st: a parameter's name"),
        (config(parameters={"lr": {"min": "1e-5", "max": 1.0}}), "lr: min is the text '1e-5'; it is read as a number"),
        (
            config(parameters={"lr": {"distribution": "log_uniform", "min": -3, "max": 1}}),
            "lr: min and max of log_uniform are exponents of e; log_uniform_values takes the limits themselves",
        ),
        (config(metric={"name": "loss", "weight": 1}), "metric.weight is not known; it is ignored"),
        (config(metric={"name": "loss", "impute": "mean"}), "metric.impute is 'mean'"),
        (config(early_terminate={"type": "hyperband", "min_iter": 3}), "early_terminate needs metric"),
        (
            config(metric={"name": "loss"}, early_terminate={"type": "mean"}),
            "early_terminate.type can only be hyperband, asha or median; no run is stopped early",
        ),
        (
            config(metric={"name": "loss"}, early_terminate={"type": "hyperband", "min_iter": 3, "eta": 1}),
            "early_terminate.eta must be over 1",
        ),
        (config(method="grid", parameters={"lr": {"values": ["1e-3"]}}), "lr: the value '1e-3' is a text"),
        (config(name=3), "name is 3, not a text"),
    ],
    ids=str,
)
def test_what_is_odd_is_told_and_the_sweep_goes_on(given: dict[str, Any], warning: str) -> None:
    (told,) = parse(given).warnings
    assert told.startswith(warning)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"method": "grid"}, "parameters must be a map of at least one parameter"),
        (config(method="hill"), "There is no method 'hill'"),
        (config(method="grid"), "lr: a grid cannot go through a distribution uniform"),
        (config(method="bayes"), "Bayesian search needs metric"),
        (config(method="tpe"), "The method tpe needs metric"),
        (config(method="gp", metrics=[{"name": "a"}, {"name": "b"}]), "The method gp searches by one metric"),
        (config(method="cmaes", metric="l"), "cmaes needs two parameters or more"),
        (config(method="cmaes", metric="l", parameters={"a": {"values": [1, 2]}}), "a: cmaes searches numbers"),
        (config(method="qmc", parameters={"a": {"value": 1}}), "The method qmc needs a parameter"),
        (config(metrics=[{"name": "a"}, {"name": "a"}]), "1 to 10 different metrics"),
        (config(metric=[]), "1 to 10 different metrics"),
        (config(method="bayes", metric={"name": "l"}, parameters={"a": {"value": 1}}), "more than one value"),
        (config(parameters={"lr": 0.1}), "lr is 0.1; write"),
        (config(parameters={"opt": {"parameters": {"lr": {"min": 1}}}}), "opt.lr: min does not say"),
        (config(metric={"goal": "minimize"}), "metric must be a map with the name"),
        (config(metric={"name": "l", "goal": "upwards"}), "metric.goal is 'upwards'"),
        (config(metric={"name": "l", "target": "low"}), "metric.target is 'low', not a number"),
        (config(run_cap=0), "run_cap is 0"),
        (config(controller={"type": "remote"}), "controller.type is 'remote'"),
    ],
    ids=str,
)
def test_what_nothing_can_be_searched_by_is_refused(given: dict[str, Any], why: str) -> None:
    with pytest.raises(Rejected, match=why):
        parse(given)


@pytest.mark.parametrize("text", ["a: [", "- 1", "", "\x00", "!!python/object:os.system {}"])
def test_text_that_is_no_map_in_yaml_is_refused(text: str) -> None:
    with pytest.raises(Rejected):
        parse_text(text)


def test_a_config_that_grows_by_aliases_is_refused() -> None:
    lines = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [
        f"{b}: &{b} [{', '.join(f'*{a}' for _ in range(10))}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    with pytest.raises(Rejected, match="too large"):
        parse_text("\n".join(lines))


def test_a_local_controller_needs_no_space_that_we_understand() -> None:
    parsed, warnings = parse(config(controller={"type": "local"}, parameters={"lr": {"min": 1}}))
    assert parsed.controlled_locally
    assert len(warnings) == 1


def test_hyperband_by_its_last_length_counts_back() -> None:
    given = config(metric={"name": "l"}, early_terminate={"type": "hyperband", "max_iter": 27, "s": 2, "strict": False})
    assert parse(given).config.early_terminate == Hyperband((3, 9), 3.0, False)


def test_dates_and_numbers_as_names_become_text() -> None:
    parsed = parse_text("{method: grid, parameters: {1: {values: [2020-01-02]}}}").config
    assert parsed.space.parameters[0].path == ("1",)
    assert parsed.space.parameters[0].law.inverse(0.5) == "2020-01-02"
