"""Random search: no point twice as long as there are others."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.sweeps.config import parse
from gnomon.sweeps.space import Space
from gnomon.sweeps.suggest import needs_trials, next_params
from gnomon.sweeps.trial import Trial

SMALL: dict[str, Any] = {
    "a": {"values": [1, 1.0, "x"]},
    "b": {"min": 1, "max": 3},
    "c": {"distribution": "q_uniform", "min": 0, "max": 1, "q": 0.5},
    "d": {"values": ["p", "q", "never"], "probabilities": [0.99, 0.01, 0.0]},
    "e": {"value": [1, 2]},
}


def config(**parameters: Any) -> Any:
    return parse({"method": "random", "parameters": parameters}).config


@given(st.integers(0, 10_000))
def test_a_small_space_is_gone_through_once_before_anything_comes_twice(seed: int) -> None:
    sweep, rng, tried = config(**SMALL), Random(seed), list[Trial]()
    for _ in range(2 * 3 * 3 * 2):
        params = next_params(sweep, tried, rng)
        assert params is not None
        tried.append(Trial("running", params))
    points = {repr([float(v) if isinstance(v, int) else v for v in trial.config.values()]) for trial in tried}
    assert len(points) == 2 * 3 * 3 * 2
    assert next_params(sweep, tried, rng) is not None  # and then it goes on


def test_likely_values_come_first() -> None:
    sweep = config(d={"values": ["p", "q"], "probabilities": [0.999, 0.001]}, n={"min": 1, "max": 20})
    tried, rng = list[Trial](), Random(1)
    for _ in range(20):
        params = next_params(sweep, tried, rng)
        assert params is not None
        tried.append(Trial("finished", params))
    assert sum(trial.config["d"] == "p" for trial in tried) >= 17


@pytest.mark.parametrize(
    ("parameters", "asked"),
    [
        ({"a": {"values": [1, 2]}}, True),
        ({"a": {"min": 0.0, "max": 1.0}, "b": {"values": [1, 2]}}, False),
        ({"a": {"min": 1, "max": 10**7}}, False),
        ({"a": {"distribution": "q_uniform", "min": 0, "max": 1, "q": 1e-9}}, False),
    ],
    ids=str,
)
def test_past_runs_are_asked_about_only_where_a_point_may_come_twice(parameters: Any, asked: bool) -> None:
    assert needs_trials(config(**parameters)) is asked


def test_a_space_of_nothing_goes_on() -> None:
    assert next_params(config(a={"value": 1}), [Trial("finished", {"a": 1})], Random(0)) == {"a": 1}
    assert Space().sample(Random(0)) == ()
