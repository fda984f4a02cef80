"""Histograms: the counts of numpy, faster, and of whatever numbers come."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gnomon.sdk.errors import UsageError
from gnomon.sdk.values import bins
from gnomon.sdk.values.histogram import Histogram

chance = np.random.default_rng(0)


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "uint8", "int8"])
@pytest.mark.parametrize("count", [1, 10, 64, 512])
def test_counts_and_edges_are_those_of_numpy(dtype: str, count: int) -> None:
    values = (chance.normal(size=100_000) * 30).astype(dtype)
    counts, edges = bins.counted(values, count)
    expected, expected_edges = np.histogram(values.astype("float64"), count)
    assert counts == expected.tolist()
    assert edges == expected_edges.tolist()


@given(arrays.arrays("float64", st.integers(1, 200), elements=st.floats(-1000, 1000, width=16)), st.integers(1, 70))
def test_no_number_is_lost_or_counted_twice(values: Any, count: int) -> None:
    counts, edges = bins.counted(values, count)
    assert sum(counts) == len(values)
    assert len(edges) == count + 1
    assert counts == np.histogram(values, count)[0].tolist()


@given(st.lists(st.floats(), max_size=60), st.integers(1, 40))
def test_without_numpy_the_counts_are_the_same(values: list[float], count: int) -> None:
    with np.errstate(all="ignore"):
        counts, edges = bins.counted(np.array(values), count)
    plain_counts, plain_edges = bins.counted_plainly(values, count)
    assert sum(plain_counts) == sum(counts) == sum(1 for value in values if np.isfinite(value))
    assert len(plain_edges) == len(edges) == count + 1
    assert plain_edges[0] == edges[0]


def test_what_is_not_finite_is_left_out() -> None:
    values = np.array([1.0, 2.0, np.nan, np.inf, -np.inf, 3.0])
    assert Histogram(values, num_bins=2).histogram == [1, 2]
    assert sum(Histogram(np.array([np.nan])).histogram) == 0
    assert sum(Histogram([1.0, float("nan")]).histogram) == 1


@pytest.mark.parametrize("values", [[-1e308, 1e308], [5e-324, 0.0], [1e300, 1e300]])
def test_no_range_is_too_wide_or_too_narrow(values: list[float]) -> None:
    for counts, edges in (bins.counted(np.array(values), 8), bins.counted_plainly(values, 8)):
        assert sum(counts) == 2
        assert all(np.isfinite(edges))


@pytest.mark.parametrize("dtype", ["float16", "float64", "bool", "int32"])
def test_arrays_of_any_shape_and_type_are_counted(dtype: str) -> None:
    assert sum(Histogram(np.ones((3, 4, 5), dtype)).histogram) == 60


def test_counts_of_numpy_may_be_the_first_argument() -> None:
    pair = np.histogram(chance.random(100), density=True, range=(0.0, 1.0))
    for made in (Histogram(pair), Histogram(np_histogram=pair), Histogram(None, pair)):
        assert made.histogram == pair[0].tolist()
        assert made.bins == pair[1].tolist()


def test_lists_tuples_and_lists_of_arrays_are_counted() -> None:
    assert Histogram([1, 2, 2], num_bins=2).histogram == [1, 2]
    assert Histogram((1, 2, 2, 3), num_bins=1).histogram == [4]
    assert sum(Histogram([np.ones(3), np.zeros(3)]).histogram) == 6


def test_without_numpy_lists_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "numpy")
    made = Histogram([[1, 2], [2.5]], num_bins=3)
    assert made.histogram == [1, 0, 2]
    assert made.bins == [1.0, 1.5, 2.0, 2.5]


def test_the_value_holds_it_all_and_comes_back(place: Any, shelf: Any) -> None:
    made = Histogram([1, 2, 3], num_bins=2)
    value = made.bound(place, "x", 0)
    assert value == {"_type": "histogram", "values": [1, 2], "bins": [1.0, 2.0, 3.0]}
    assert not place.frames
    assert Histogram.bound_list([made, made], place, "x", 0) == [value, value]
    back = Histogram.restored(made.stored(shelf), shelf)
    assert (back.histogram, back.bins) == (made.histogram, made.bins)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Histogram(), "made of a sequence"),
        (lambda: Histogram(["a"]), "No histogram"),
        (lambda: Histogram(7), "No histogram can be made of int"),
        (lambda: Histogram(np.array(["a", "b"])), "made of numbers"),
        (lambda: Histogram(np.array([1j])), "made of numbers"),
        (lambda: Histogram([1], num_bins=513), "at most 512"),
        (lambda: Histogram([1], num_bins=0), "num_bins is a whole number"),
        (lambda: Histogram(np_histogram=([1] * 513, range(514))), "at most 512"),
        (lambda: Histogram(np_histogram=([1, 2], [1, 2])), "one edge more"),
        (lambda: Histogram(np_histogram=[1]), "pair of counts and edges"),
        (lambda: Histogram(np_histogram=(["a"], [1, 2])), "are numbers"),
    ],
)
def test_what_cannot_be_counted_is_the_callers_mistake(make: Any, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        make()
