"""Rules of early termination other than Hyperband, and how they are told apart."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.sweeps.stopping import rules
from gnomon.sweeps.stopping.asha import Asha
from gnomon.sweeps.stopping.courses import Rule, course_of
from gnomon.sweeps.stopping.hyperband import Hyperband
from gnomon.sweeps.stopping.median import MOST_BANDS, Median, bands_every


def stopped(rule: Rule, **histories: list[float]) -> list[str]:
    """Which are to end, all of them still running."""
    return rule.to_stop({id: course_of(values, rule) for id, values in histories.items()}, list(histories))


def test_the_first_to_come_to_a_rung_goes_on_and_later_ones_have_to_be_among_the_best() -> None:
    rule = Asha((2, 6), eta=2)
    assert stopped(rule, a=[9, 9]) == []
    assert stopped(rule, a=[9, 8], b=[9, 7]) == ["a"]
    assert stopped(rule, a=[9, 8], b=[9, 7], c=[9, 6], d=[9, 5]) == ["a", "b"]
    assert stopped(rule, a=[9], b=[9, 7], c=[9, 6]) == ["b"]


def test_a_run_longer_than_all_others_is_compared_where_they_ended() -> None:
    longest = [9.0] * 50
    assert stopped(Asha((2, 6, 18), eta=2), a=longest, b=[1, 1], c=[9, 9, 9]) == ["a", "c"]
    assert stopped(Median(bands_every(3, 3), min_runs=2), a=longest, b=[1.0] * 4, c=[2.0] * 4) == ["a"]
    assert stopped(Median(bands_every(3, 3), min_runs=2), a=longest, b=[1.0] * 4) == []


def test_the_best_value_up_to_a_rung_is_what_counts() -> None:
    assert stopped(Asha((2,), eta=2), a=[1, 9], b=[2, 2]) == ["b"]
    assert stopped(Median((2,), min_runs=1), a=[1, 9], b=[2, 2]) == ["b"]


def test_a_run_worse_than_half_of_the_others_is_stopped_once_enough_have_come_as_far() -> None:
    rule = Median((2, 4), min_runs=3)
    others = {"a": [1.0, 1.0], "b": [2.0, 2.0], "c": [3.0, 3.0]}
    assert stopped(rule, **others, d=[4.0, 2.5]) == ["c", "d"]
    assert stopped(rule, **others, d=[4.0]) == []
    assert stopped(rule, a=[1.0, 1.0], d=[9.0, 9.0]) == []


def test_bands_of_long_runs_lie_farther_apart() -> None:
    bands = bands_every(5, 5)
    assert bands[:3] == (5, 10, 15) and len(bands) == MOST_BANDS and bands[-1] > 5 * MOST_BANDS
    assert list(bands) == sorted(set(bands))


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"type": "asha"}, Asha((1, 3, 9), 3.0)),
        ({"type": "asha", "min_iter": 2, "eta": 4, "max_iter": 33}, Asha((2, 8, 32), 4.0)),
        ({"type": "median"}, Median((1, 2, 3), 4)),
        ({"type": "median", "min_iter": 10, "interval": 2, "min_runs": 2}, Median((10, 12, 14), 2)),
        ({"type": "hyperband", "min_iter": 3}, Hyperband((3, 9, 27), 3.0)),
    ],
    ids=str,
)
def test_what_a_config_says_is_the_rule_it_names(said: dict[str, Any], rule: Any) -> None:
    assert rules.wrong(said) == ""
    made: Any = rules.rule_of(said)
    assert type(made) is type(rule) and made.bands[:3] == rule.bands
    assert {**vars(made), "bands": ()} == {**vars(rule), "bands": ()}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("median", "type can only be hyperband, asha or median"),
        ({"type": "median", "interval": 0.5}, "early_terminate.interval is 0.5"),
        ({"type": "median", "min_runs": "many"}, "early_terminate.min_runs is 'many'"),
        ({"type": "asha", "eta": 1}, "eta must be over 1"),
        ({"type": "asha", "min_iter": math.inf}, "early_terminate.min_iter is inf"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_rule_is_told(said: Any, why: str) -> None:
    assert why in rules.wrong(said)


@given(st.lists(st.lists(st.floats(-9, 9), max_size=20), min_size=1, max_size=8), st.sampled_from(["asha", "median"]))
def test_a_run_that_none_was_better_than_at_any_length_is_never_stopped(
    histories: list[list[float]], kind: str
) -> None:
    rule = rules.rule_of({"type": kind})
    courses = {str(at): course_of(values, rule) for at, values in enumerate(histories)}
    least = {band: min(course.by.get(band, math.inf) for course in courses.values()) for band in rule.bands[:20]}
    leading = {id for id, course in courses.items() if all(value == least[band] for band, value in course.by.items())}
    assert not leading & set(rule.to_stop(courses, list(courses)))
