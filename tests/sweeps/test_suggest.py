"""The next run, by method; when there is none left; when the goal is reached."""

from __future__ import annotations

import subprocess
import sys
from random import Random
from typing import Any

import pytest

from gnomon.model.errors import Rejected
from gnomon.sweeps.config import SweepConfig, parse
from gnomon.sweeps.suggest import expected_runs, next_params, target_reached
from gnomon.sweeps.trial import Trial


def sweep(**given: Any) -> SweepConfig:
    return parse(
        {"method": "random", "parameters": {"a": {"values": [1, 2]}, "b": {"min": 0, "max": 4}}, **given}
    ).config


def test_the_same_randomness_suggests_the_same() -> None:
    assert next_params(sweep(), [], Random(3)) == next_params(sweep(), [], Random(3))


def test_a_sweep_that_is_told_what_to_try_is_not_asked() -> None:
    with pytest.raises(Rejected):
        next_params(sweep(method="custom"), [], Random())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, None),
        ({"run_cap": 3}, 3),
        ({"method": "grid"}, 10),
        ({"method": "grid", "run_cap": 3}, 3),
        ({"method": "grid", "parameters": {"a": {"values": [1, 1.0, 2]}}}, 2),
        ({"method": "grid", "parameters": {"a": {"value": 1}}}, 1),
    ],
    ids=str,
)
def test_how_many_runs_there_will_be_is_known_where_something_limits_them(given: dict[str, Any], expected: int) -> None:
    assert expected_runs(sweep(**given)) == expected


@pytest.mark.parametrize(("goal", "target", "is_reached"), [
    ("minimize", 0.5, True), ("minimize", 0.4, False), ("maximize", 0.9, True), ("maximize", 0.91, False),
])  # fmt: skip
def test_one_run_at_the_target_is_enough(goal: str, target: float, *, is_reached: bool) -> None:
    config = sweep(metric={"name": "m", "goal": goal, "target": target})
    trials = [Trial("running"), Trial("failed", {}, least=0.5, greatest=0.9)]
    assert target_reached(config, trials) is is_reached


def test_without_a_target_none_is_reached() -> None:
    assert not target_reached(sweep(metric={"name": "m"}), [Trial("finished", {}, -1e9, 1e9)])


def test_numpy_is_loaded_by_the_search_that_needs_it_and_no_other() -> None:
    """The SDK uses this package, too, and scripts should not wait for what they do not use."""
    program = (
        "import sys, random\n"
        "from gnomon.sweeps.config import parse\n"
        "from gnomon.sweeps.suggest import next_params\n"
        "config = parse({'method': 'random', 'parameters': {'a': {'distribution': 'q_beta', 'a': 2}}}).config\n"
        "assert next_params(config, [], random.Random(1))\n"
        "assert not {'numpy', 'yaml', 'scipy'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
