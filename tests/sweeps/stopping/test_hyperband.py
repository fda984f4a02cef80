"""Which runs are given up, and at which length."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gnomon.sweeps.stopping.courses import course_of
from gnomon.sweeps.stopping.hyperband import Hyperband, bands_from, bands_to

HISTORIES = {
    "a": [10, 9],
    "b": [10, 10],
    "c": [10, 8, 8],
    "d": [10, 7, 7],
    "e": [10, 6, 6],
}


def stopped(histories: dict[str, list[float]], running: list[str], rule: Hyperband) -> list[str]:
    courses = {id: course_of(values, rule) for id, values in histories.items()}
    return rule.to_stop(courses, running)


def test_bands_grow_by_eta() -> None:
    assert bands_from(3, 3)[:3] == (3, 9, 27)
    assert bands_from(1, 1.5)[:6] == (1, 1, 2, 3, 5, 7)
    assert bands_to(5, 2, 2) == (1, 2)
    assert bands_to(4, 9, 3) == (1,)


def test_bands_of_a_huge_eta_end() -> None:
    assert bands_from(1, 1e6) == (1, 10**6, 10**12)


def test_a_run_behind_the_best_part_is_stopped() -> None:
    rule = Hyperband(bands_to(5, 2, 2), eta=2)
    assert stopped(HISTORIES, ["b", "c", "d"], rule) == ["b"]  # a, e have ended; of 6 7 8 9 10 the third is the limit


def test_only_the_last_band_that_was_reached_counts() -> None:
    rule = Hyperband((1, 3), eta=3)
    histories = {"slow": [9.0, 5.0, 1.0], "fast": [1.0, 1.0, 2.0], "third": [2.0, 2.0, 3.0]}
    assert stopped(histories, list(histories), rule) == ["third"]
    assert stopped({"slow": [9.0, 5.0], "fast": [1.0, 1.0]}, ["slow", "fast"], rule) == ["slow"]


def test_without_strict_the_best_so_far_counts() -> None:
    histories = {"a": [1.0, 5.0], "b": [2.0, 3.0], "c": [2.0, 2.5]}
    assert stopped(histories, list(histories), Hyperband((2,), eta=3)) == ["a"]
    assert stopped(histories, list(histories), Hyperband((2,), eta=3, strict=False)) == []


def test_before_the_first_band_nobody_is_stopped() -> None:
    assert stopped({"a": [1.0], "b": [99.0]}, ["a", "b"], Hyperband((2,), eta=2)) == []


@given(
    st.dictionaries(st.text("ab", max_size=3), st.lists(st.floats(-9, 9), max_size=30), min_size=1, max_size=8),
    st.integers(1, 5),
    st.floats(1.1, 5),
    st.booleans(),
)
def test_the_best_run_is_never_stopped(
    histories: dict[str, list[float]], min_iter: int, eta: float, strict: bool
) -> None:
    rule = Hyperband(bands_from(min_iter, eta), eta, strict)
    for id in stopped(histories, list(histories), rule):
        band = max(band for band in rule.bands if band <= len(histories[id]))
        there = [values[band - 1] for values in histories.values() if len(values) >= band]
        assert histories[id][band - 1] > min(there)
