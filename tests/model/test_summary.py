"""What a run's summary is, given what was logged and what was asked for."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gnomon.model.run import MetricRule
from gnomon.model.summary import KeyFold, flattened, fold, forget_given, merge, nested, rule_for, summary

numbers = st.lists(
    st.floats() | st.integers(-(10**6), 10**6) | st.none() | st.text(max_size=3), min_size=1, max_size=30
)


def folded(values: list[Any]) -> KeyFold:
    state: dict[str, KeyFold] = {}
    fold(state, ["loss"], [values])
    return state["loss"]


def entry_of(values: list[Any], **rule: Any) -> Any:
    rules = [MetricRule(name="loss", **rule)] if rule else []
    return summary({"loss": folded(values)}, rules).get("loss", "no entry")


def test_without_a_rule_the_last_value_is_kept() -> None:
    assert entry_of([3.0, 1.0, 2.0]) == 2.0
    assert entry_of(["a", {"_type": "image-file"}]) == {"_type": "image-file"}


def test_rules_give_an_entry_each() -> None:
    assert entry_of([3.0, 1.0, 2.0], summary=("min", "max", "mean", "first", "last")) == {
        "min": 1.0,
        "max": 3.0,
        "mean": 2.0,
        "first": 3.0,
        "last": 2.0,
    }


def test_best_depends_on_the_goal() -> None:
    assert entry_of([3.0, 1.0, 2.0], summary=("best",)) == {"best": 1.0}
    assert entry_of([3.0, 1.0, 2.0], summary=("best",), goal="maximize") == {"best": 3.0}


def test_none_gives_no_entry_and_copy_the_last_value() -> None:
    assert entry_of([3.0], summary=("none",)) == "no entry"
    assert entry_of([3.0, 4.0], summary=("copy",)) == 4.0


def test_numbers_that_are_not_finite_have_no_part_in_least_and_greatest() -> None:
    assert entry_of([math.nan, 2.0, math.inf, 1.0], summary=("min", "max", "mean")) == {
        "min": 1.0,
        "max": 2.0,
        "mean": 1.5,
    }
    assert entry_of([math.nan], summary=("min", "mean")) == {}


def test_an_exact_rule_wins_over_a_glob_and_a_longer_glob_over_a_shorter() -> None:
    rules = [MetricRule(name=name) for name in ("*", "val/*", "val/acc*", "val/acc")]
    assert [rule_for(key, rules).name for key in ("val/acc", "val/acc5", "val/loss", "x")] == [  # type: ignore[union-attr]
        "val/acc",
        "val/acc*",
        "val/*",
        "*",
    ]
    assert rule_for("x", [MetricRule(name="y")]) is None


def test_what_was_set_stands_until_the_key_is_logged_again() -> None:
    given = {"loss": 0.0, "best": 9}
    assert summary({"loss": folded([1.0])}, (), given) == {"loss": 0.0, "best": 9}
    forget_given(given, ["loss", "acc"])
    assert summary({"loss": folded([1.0])}, (), given) == {"loss": 1.0, "best": 9}


@given(numbers, st.data())
def test_folding_in_pieces_is_folding_at_once(values: list[Any], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(values)))
    state: dict[str, KeyFold] = {}
    fold(state, ["loss"], [values[:cut]])
    fold(state, ["loss"], [values[cut:]])
    whole = folded(values)
    assert (state["loss"].finite, state["loss"].low, state["loss"].high) == (whole.finite, whole.low, whole.high)
    parts = [folded(part) for part in (values[:cut], values[cut:]) if part]
    merged: KeyFold | None = None
    for part in parts:
        merged = merge(merged, part)
    assert merged is not None
    assert (merged.finite, merged.low, merged.high) == (whole.finite, whole.low, whole.high)
    assert (merged.first is whole.first, merged.last is whole.last) == (True, True)
    size = sum(abs(value) for value in values if isinstance(value, (int, float)) and math.isfinite(value))
    if math.isfinite(size):  # sums are rounded, in proportion to what was added up
        assert abs(merged.total - whole.total) <= 1e-9 * size


names = st.text(alphabet="abc", min_size=1, max_size=2)
trees = st.recursive(
    st.integers(), lambda inner: st.dictionaries(names, inner, min_size=1, max_size=3), max_leaves=8
).filter(lambda tree: isinstance(tree, dict))


@given(trees)
def test_flat_and_nested_are_inverses(tree: dict[str, Any]) -> None:
    assert nested(flattened(tree)) == tree


def test_media_and_empty_dicts_stay_whole_when_flattened() -> None:
    assert flattened({"m": {"img": {"_type": "image-file", "w": 1}, "none": {}}}) == {
        "m.img": {"_type": "image-file", "w": 1},
        "m.none": {},
    }


def test_a_key_that_is_also_a_prefix_keeps_its_dots() -> None:
    assert nested({"loss": 1, "loss.x": 2, ".odd": 3, "a.b": 4}) == {"loss": 1, "loss.x": 2, ".odd": 3, "a": {"b": 4}}
