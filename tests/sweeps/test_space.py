"""Parameters flat for searching, nested for runs."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gnomon.sweeps.config import parse
from gnomon.sweeps.space import MISSING, Space

names = st.text("abcxyz._-", min_size=1, max_size=5)
specs = st.recursive(
    st.one_of(
        st.builds(lambda value: {"value": value}, st.integers()),
        st.builds(lambda values: {"values": values}, st.lists(st.integers(), min_size=1, max_size=4)),
    ),
    lambda inner: st.builds(
        lambda parameters: {"parameters": parameters}, st.dictionaries(names, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def space_of(parameters: dict[str, Any]) -> Space:
    return parse({"method": "random", "parameters": parameters}).config.space


@given(parameters=st.dictionaries(names, specs, min_size=1, max_size=4), seed=st.integers(0, 99))
def test_a_point_is_found_again_in_its_config(parameters: dict[str, Any], seed: int) -> None:
    space = space_of(parameters)
    point = space.sample(Random(seed))
    assert space.point(space.nested(point)) == point
    assert set(space.nested(point)) == set(parameters)


@given(parameters=st.dictionaries(names, specs, min_size=1, max_size=4))
def test_parameters_are_sorted_by_name_on_every_level(parameters: dict[str, Any]) -> None:
    paths = [one.path for one in space_of(parameters).parameters]
    assert paths == sorted(paths)


def test_a_map_among_values_is_a_value_and_no_space() -> None:
    space = space_of({"opt": {"values": [{"lr": 1}, {"lr": 2}]}})
    assert [one.path for one in space.parameters] == [("opt",)]


def test_what_a_config_does_not_have_is_missing() -> None:
    space = space_of({"a": {"parameters": {"b": {"value": 1}}}, "c": {"value": None}})
    assert space.point({"a": 3, "c": None}) == (MISSING, None)
