"""Types of columns: what takes what in, and how it is said."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.sdk.errors import UsageError
from gnomon.sdk.tables import kinds, types
from gnomon.sdk.tables.types import INVALID, UNKNOWN, optional

DAY = datetime.date(2024, 2, 29)


class Thing:
    """A class that no column knows."""


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1, "Number"),
        (1.5, "Number"),
        (float("nan"), "None"),
        (None, "None"),
        ("x", "String"),
        (True, "Boolean"),
        (DAY, "Timestamp"),
        (np.float32(1), "Number"),
        (np.float64("nan"), "Number"),
        (np.bool_(True), "Boolean"),
        (np.datetime64("2024-02-29"), "Timestamp"),
        (np.zeros((2, 3)), "Ndarray(shape:[2, 3])"),
        ([1, 2], "Number[]"),
        ([], "Unknown[]"),
        ([1, None], "None or Number[]"),
        ([1, "x"], "Invalid[]"),
        ({"a": 1, "b": ["x"]}, "{'a': Number, 'b': String[]}"),
        (Thing(), "Pythonobject(class_name:Thing)"),
    ],
)
def test_each_value_has_a_type(value: Any, said: str) -> None:
    assert str(types.type_of(value)) == said


@pytest.mark.parametrize(
    ("dtype", "said"),
    [
        (int, "Number"),
        (float, "Number"),
        (np.int64, "Number"),
        (np.bool_, "Boolean"),
        (str, "String"),
        (datetime.datetime, "Timestamp"),
        (list, "Unknown[]"),
        ([int], "Number[]"),
        ([int, str], "Number or String"),
        ({"a": int}, "{'a': Number}"),
        ("only", "only"),
        (types.ANY, "Any"),
    ],
)
def test_a_type_can_be_asked_for_in_many_ways(dtype: Any, said: str) -> None:
    assert str(types.of_dtype(dtype)) == said


def test_the_first_value_decides_what_an_unknown_column_is() -> None:
    column = optional(UNKNOWN)
    assert column.assign(None) is column
    numbers = column.assign(1)
    assert str(numbers) == "None or Number"
    assert numbers.assign(2.5) is numbers
    assert numbers.assign("x") == INVALID
    assert numbers.assign(True) == INVALID


def test_a_constant_takes_only_itself() -> None:
    column = types.of_dtype("cat")
    assert column.assign("cat") is column
    assert column.assign("dog") == INVALID


def test_a_dict_takes_no_keys_more_and_what_is_missing_counts_as_none() -> None:
    column = types.type_of({"a": 1, "b": "x"})
    assert column.assign({"a": 2, "b": "y"}) == column
    assert column.assign({"a": 2}) == INVALID
    assert column.assign({"a": 2, "b": "y", "c": 1}) == INVALID
    assert types.Dict({"a": int, "b": optional(str)}).assign({"a": 1}) != INVALID


def test_lists_of_different_lengths_have_none_in_common() -> None:
    pair, three = types.type_of([1, 2]), types.type_of([1, 2, 3])
    assert pair.assign_type(three).params["length"] is None
    assert pair.assign_type(types.type_of(["x", "y"])) == INVALID


def test_arrays_have_a_shape() -> None:
    column = types.type_of(np.zeros((2, 2)))
    assert column.assign(np.ones((2, 2))) is column
    assert column.assign([[1, 2], [3, 4]]) is column
    assert column.assign(np.ones((2, 3))) == INVALID
    assert column.assign("x") == INVALID


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(PLAIN)
def test_a_type_comes_back_from_its_json_as_it_was(value: Any) -> None:
    kind = types.optional(types.type_of(value))
    assert kinds.from_json(kind.to_json(), None) == kind


@given(st.lists(PLAIN, max_size=5))
def test_what_a_column_took_in_it_takes_again(values: list[Any]) -> None:
    column: types.Type = optional(UNKNOWN)
    taken = []
    for value in values:
        wider = column.assign(value)
        if wider != INVALID:
            column = wider
            taken.append(value)
    if any(isinstance(value, (list, dict)) for value in taken):
        return  # lists have lengths, which change, and a column of lists takes in texts, letter by letter
    assert all(column.assign(value) == column for value in taken)


def test_a_type_that_is_not_known_is_not_guessed_at() -> None:
    with pytest.raises(UsageError, match="'hologram' cannot be read"):
        kinds.from_json({"wb_type": "hologram"}, None)


def test_older_names_of_types_are_read() -> None:
    assert kinds.from_json({"wb_type": "dictionary", "params": {"type_map": {}}}, None) == types.Dict()
    assert kinds.from_json({"wb_type": "object", "params": {"class_name": "X"}}, None) == types.PythonObject("X")


def test_sets_are_said_in_the_same_order_each_time() -> None:
    said = types.Const({"b", "a", "c"}).to_json()
    assert said == {"wb_type": "const", "params": {"val": ["a", "b", "c"], "is_set": True}}


def test_ids_of_classes_are_those_that_have_a_name() -> None:
    column = kinds.ClassesId([{"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}])
    assert column.assign(1) is column
    assert column.assign(2) == INVALID
    assert kinds.from_json(column.to_json(), None) == column
