"""The config of the official client, taken apart and put together."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gnomon.model.client_config import environment, metric_rules, unwrapped, wrapped
from gnomon.model.run import MetricRule

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
configs = st.dictionaries(st.text().filter(lambda key: key != "_wandb"), values, max_size=4)


@given(configs, st.dictionaries(st.text(), values, min_size=1, max_size=3))
def test_what_was_wrapped_comes_out_as_it_went_in(config: dict[str, Any], client: dict[str, Any]) -> None:
    assert unwrapped(wrapped(config, client)) == (config, client)


def test_a_user_value_that_looks_wrapped_is_unwrapped_once() -> None:
    assert unwrapped({"a": {"value": {"value": 1}}}).config == {"a": {"value": 1}}


def test_a_key_that_is_not_wrapped_is_taken_as_it_is() -> None:
    assert unwrapped({"a": 1, "b": {"value": 2, "other": 3}}).config == {"a": 1, "b": {"value": 2, "other": 3}}


def test_metrics_are_numbered_and_name_their_step_by_number() -> None:
    said = [{"1": "loss2", "6": [3], "7": [2, 3, 5]}, {"2": "val/*", "5": 3, "6": [1], "8": 2}, {"1": "epoch"}]
    assert metric_rules({"m": said}) == [
        MetricRule(name="loss2", summary=("max", "mean", "last")),
        MetricRule(name="val/*", step_metric="epoch", step_sync=True, goal="maximize"),
        MetricRule(name="epoch"),
    ]


def test_metrics_that_make_no_sense_are_left_out() -> None:
    assert metric_rules({"m": [3, {}, {"1": 7}, {"1": "a", "5": 99, "7": "x", "8": "y"}]}) == [MetricRule(name="a")]
    assert metric_rules({"m": "text"}) == []
    assert metric_rules({}) == []


def test_of_several_machines_the_one_that_began_first_is_told_without_a_mail_address() -> None:
    said = {
        "late": {"os": "b", "startedAt": "2026-02-01"},
        "soon": {"os": "a", "startedAt": "2026-01-01", "email": "a@b", "writerId": "soon"},
    }
    assert environment({"e": said}) == {"os": "a", "startedAt": "2026-01-01"}
    assert environment({}) == {}
