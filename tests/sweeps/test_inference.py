"""What a parameter means by the keys it has."""

from __future__ import annotations

from typing import Any

import pytest

from gnomon.model.errors import Rejected
from gnomon.sweeps.inference import FORMS, law_of


@pytest.mark.parametrize(
    ("given", "distribution"),
    [
        ({"value": 3}, "constant"),
        ({"value": None}, "constant"),
        ({"values": [1, 2]}, "categorical"),
        ({"values": [1, 2], "probabilities": [0.5, 0.5]}, "categorical_w_probabilities"),
        ({"min": 1, "max": 10}, "int_uniform"),
        ({"min": 1.0, "max": 10}, "uniform"),
        ({"min": 1, "max": 10.0}, "uniform"),
        ({"min": 1, "max": 10, "distribution": "uniform"}, "uniform"),
        ({"min": 1, "max": 10, "distribution": "q_uniform"}, "q_uniform"),
        ({"distribution": "normal"}, "normal"),
        ({"distribution": "q_beta", "a": 2}, "q_beta"),
        ({"min": 1e-5, "max": 0.1, "distribution": "log_uniform_values"}, "log_uniform_values"),
        ({"min": "1e-5", "max": 0.1, "distribution": "log_uniform_values"}, "log_uniform_values"),
    ],
    ids=str,
)
def test_the_keys_say_the_distribution(given: dict[str, Any], distribution: str) -> None:
    assert law_of("x", given)[0].distribution == distribution


def test_forms_are_tried_in_the_order_of_the_official_schema() -> None:
    assert [form.distribution for form in FORMS] == [
        "q_beta", "beta", "categorical", "categorical_w_probabilities", "int_uniform", "uniform", "log_normal",
        "log_uniform", "inv_log_uniform", "normal", "q_log_normal", "q_log_uniform", "q_normal", "q_uniform",
        "constant", "inv_log_uniform_values", "log_uniform_values", "q_log_uniform_values",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"min": 0, "max": 1, "q": 0.1}, "lr: max, min, q does not say how values are spread"),
        ({}, "lr: nothing does not say"),
        ({"min": 1}, "lr: min does not say"),
        ({"min": 2, "max": 1}, "lr: min 2 is not less than max 1"),
        ({"min": True, "max": 2}, "lr: min is True, not a number"),
        ({"min": "low", "max": 2}, "lr: min is 'low', not a number"),
        ({"values": []}, "lr: values must be a list of at least one"),
        ({"values": "abc"}, "lr: values must be a list of at least one"),
        ({"values": [1, 2], "probabilities": [1]}, "lr: there are 2 values and 1 probabilities"),
        ({"values": [1, 2], "probabilities": [0.5, 0.6]}, "lr: the probabilities add up to 1.1, not 1"),
        ({"values": [1, 2], "probabilities": [-1, 2]}, "lr: probabilities must be a list of numbers from 0 on"),
        ({"distribution": "cauchy"}, "lr: there is no distribution 'cauchy'"),
        ({"distribution": "uniform", "min": 1}, "lr: the distribution uniform needs max"),
        ({"distribution": "normal", "min": 1}, "lr: the distribution normal has no min"),
        ({"distribution": "normal", "sigma": -1}, "lr: sigma -1 is negative"),
        ({"distribution": "q_normal", "q": 0}, "lr: q 0 must be over 0"),
        ({"distribution": "log_uniform_values", "min": 0, "max": 1}, "lr: min 0 has no logarithm"),
        (
            {"distribution": "int_uniform", "min": 0.5, "max": 1},
            "lr: the distribution int_uniform takes whole numbers only",
        ),
    ],
    ids=str,
)
def test_a_parameter_that_makes_no_sense_is_refused_by_name(given: dict[str, Any], why: str) -> None:
    with pytest.raises(Rejected, match=why) as refused:
        law_of("lr", given)
    assert refused.value.field == "lr"
