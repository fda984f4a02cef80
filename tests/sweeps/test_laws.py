"""Each law, against NumPy's own samples of the same distribution."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gnomon.sweeps.inference import law_of
from gnomon.sweeps.laws import Choice, Law, Quantized, Uniform, spread

SHARES = np.linspace(0.02, 0.98, 25)

CONTINUOUS: dict[str, tuple[dict[str, Any], Any]] = {
    "uniform": ({"min": -1.0, "max": 3.0}, lambda rng, n: rng.uniform(-1, 3, n)),
    "log_uniform": ({"min": -2, "max": 1}, lambda rng, n: np.exp(rng.uniform(-2, 1, n))),
    "log_uniform_values": ({"min": 0.01, "max": 10}, lambda rng, n: np.exp(rng.uniform(np.log(0.01), np.log(10), n))),
    "inv_log_uniform": ({"min": -2, "max": 1}, lambda rng, n: np.exp(-rng.uniform(-2, 1, n))),
    "inv_log_uniform_values": (
        {"min": 0.01, "max": 10},
        lambda rng, n: 1 / np.exp(rng.uniform(np.log(1 / 10), np.log(1 / 0.01), n)),
    ),
    "normal": ({"mu": 2, "sigma": 0.5}, lambda rng, n: rng.normal(2, 0.5, n)),
    "log_normal": ({"mu": 0.5, "sigma": 0.7}, lambda rng, n: rng.lognormal(0.5, 0.7, n)),
    "beta": ({"a": 2, "b": 0.5}, lambda rng, n: rng.beta(2, 0.5, n)),
}
QUANTIZED = ("uniform", "log_uniform", "log_uniform_values", "normal", "log_normal", "beta")


def made(distribution: str, **given: Any) -> Law:
    return law_of("x", {"distribution": distribution, **given})[1]


@pytest.mark.parametrize("distribution", CONTINUOUS)
def test_a_law_has_the_quantiles_of_its_distribution(distribution: str) -> None:
    given, sampled = CONTINUOUS[distribution]
    law = made(distribution, **given)

    ours = np.array([law.inverse(u) for u in SHARES])

    samples = sampled(np.random.default_rng(7), 400_000)
    shares = np.array([(samples <= value).mean() for value in ours])
    assert shares == pytest.approx(SHARES, abs=0.004)


@pytest.mark.parametrize("distribution", CONTINUOUS)
@settings(max_examples=40)
@given(u=st.floats(0.001, 0.999))
def test_where_a_value_lies_is_where_it_came_from(distribution: str, u: float) -> None:
    law = made(distribution, **CONTINUOUS[distribution][0])
    assert law.cdf(law.inverse(u)) == pytest.approx(u, abs=1e-9)


@pytest.mark.parametrize("distribution", QUANTIZED)
def test_a_quantized_law_rounds_to_multiples_half_to_even(distribution: str) -> None:
    given = CONTINUOUS[distribution][0]
    plain, rounded = made(distribution, **given), made("q_" + distribution, **given, q=0.25)
    for u in SHARES:
        assert rounded.inverse(u) == float(np.round(plain.inverse(u) / 0.25) * 0.25)


def test_quantized_values_are_whole_where_q_is() -> None:
    assert type(made("q_uniform", min=0, max=10, q=2).inverse(0.5)) is int
    assert type(made("q_uniform", min=0, max=10).inverse(0.5)) is float


def test_quantized_values_may_lie_beyond_the_bounds() -> None:
    assert made("q_uniform", min=1, max=9, q=4).inverse(0.0) == 0
    assert made("q_uniform", min=1, max=7, q=4).inverse(1.0) == 8


def test_whole_numbers_come_with_equal_chances_and_both_ends() -> None:
    law = made("int_uniform", min=3, max=6)
    rng = Random(1)
    counts = np.bincount([law.inverse(rng.random()) for _ in range(40_000)])
    assert counts[:3].tolist() == [0, 0, 0]
    assert counts[3:] / 40_000 == pytest.approx([0.25] * 4, abs=0.01)
    assert (law.inverse(0.0), law.inverse(1.0)) == (3, 6)


def test_choices_come_by_their_probabilities() -> None:
    law = made("categorical_w_probabilities", values=["a", "b", "c"], probabilities=[0.2, 0.0, 0.8])
    rng = Random(2)
    drawn = [law.inverse(rng.random()) for _ in range(20_000)]
    assert drawn.count("a") / 20_000 == pytest.approx(0.2, abs=0.01)
    assert "b" not in drawn
    assert law.inverse(0.0) == "a"


@given(values=st.lists(st.integers(), min_size=1, max_size=20, unique=True), at=st.integers(0, 19))
def test_a_choice_is_found_again_where_it_lies(values: list[int], at: int) -> None:
    law = Choice(tuple(values))
    value = values[at % len(values)]
    assert law.inverse(law.cdf(value)) == value


@given(low=st.integers(-1000, 1000), count=st.integers(1, 500), at=st.integers(0, 499))
def test_a_whole_number_is_found_again_where_it_lies(low: int, count: int, at: int) -> None:
    law = made("int_uniform", min=low, max=low + count)
    value = low + at % (count + 1)
    assert law.inverse(law.cdf(value)) == value


@pytest.mark.parametrize("value", ["text", None, True, [1]])
def test_what_is_no_value_of_a_law_lies_nowhere(value: Any) -> None:
    for distribution, (bounds, _) in CONTINUOUS.items():
        assert math.isnan(made(distribution, **bounds).cdf(value))
    assert math.isnan(made("categorical", values=["a"]).cdf(value))


@pytest.mark.parametrize("distribution", ["normal", "q_normal", "log_normal", "q_log_normal", "beta", "q_beta"])
def test_the_ends_of_unbounded_laws_are_numbers_too(distribution: str) -> None:
    law = made(distribution)
    for u in (0.0, 1.0):
        assert math.isfinite(law.inverse(u))


def test_a_normal_law_without_spread_is_its_mean() -> None:
    assert made("normal", mu=3, sigma=0).inverse(0.9) == 3


def test_a_grid_goes_through_a_quantized_range_up_to_its_end_and_not_to_it() -> None:
    law = Quantized(Uniform(0, 1), 0.25)
    assert spread(law) == np.arange(0, 1, 0.25).tolist()
    assert spread(Quantized(Uniform(2, 7), 2)) == [2, 4, 6]
    assert spread(Uniform(0, 1)) is None
