"""Every combination once, in the order that users know."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gnomon.sweeps.config import parse
from gnomon.sweeps.methods import grid
from gnomon.sweeps.space import Space

values = st.one_of(st.integers(-3, 3), st.booleans(), st.sampled_from(["a", "1", 1.0, 2.5, None, [1], {"k": 1}]))
grids = st.dictionaries(
    st.text("abc", min_size=1, max_size=2), st.lists(values, min_size=1, max_size=3), min_size=1, max_size=3
)


def space_of(parameters: dict[str, Any]) -> Space:
    return parse({"method": "grid", "parameters": parameters}).config.space


def walk(space: Space) -> list[tuple[Any, ...]]:
    tried: list[tuple[Any, ...]] = []
    while (point := grid.next_point(space, tried)) is not None:
        tried.append(point)
    return tried


def test_parameters_are_sorted_and_the_last_varies_fastest() -> None:
    space = space_of({"b": {"values": [1, 2]}, "a": {"values": ["x", "y"]}, "c": {"value": 0}})
    assert walk(space) == [("x", 1, 0), ("x", 2, 0), ("y", 1, 0), ("y", 2, 0)]


def test_whole_ranges_and_quantized_ones_are_walked_through() -> None:
    space = space_of({"a": {"min": 1, "max": 3}, "b": {"distribution": "q_uniform", "min": 0, "max": 1, "q": 0.5}})
    assert walk(space) == list(product([1, 2, 3], [0.0, 0.5]))


@given(grids)
def test_every_combination_comes_once(axes: dict[str, list[Any]]) -> None:
    space = space_of({name: {"values": values} for name, values in axes.items()})
    points = walk(space)
    assert len(points) == grid.size(space)
    assert len({repr(point) for point in points}) == len(points)


@given(grids, st.randoms())
def test_whatever_was_tried_before_only_the_rest_comes(axes: dict[str, list[Any]], rng: Any) -> None:
    space = space_of({name: {"values": values} for name, values in axes.items()})
    points = walk(space)
    tried = rng.sample(points, rng.randint(0, len(points)))
    rest = []
    while (point := grid.next_point(space, [*tried, *rest])) is not None:
        rest.append(point)
    assert rest == [point for point in points if repr(point) not in map(repr, tried)]


def test_equal_values_are_one_point_and_yes_is_not_one() -> None:
    assert walk(space_of({"a": {"values": [1, 1.0, True, "1"]}})) == [(1,), (True,), ("1",)]


def test_keys_that_a_script_adds_to_a_map_do_not_make_it_another() -> None:
    space = space_of({"opt": {"values": [{"lr": 1}, {"lr": 2}]}})
    assert grid.next_point(space, [({"lr": 1.0, "added": "later"},)]) == ({"lr": 2},)


def test_only_constants_are_a_grid_of_one() -> None:
    assert walk(space_of({"a": {"value": 1}})) == [(1,)]


def test_a_run_without_a_parameter_is_at_no_point() -> None:
    space = space_of({"a": {"values": [1, 2]}})
    assert grid.next_point(space, [space.point({})]) == (1,)
