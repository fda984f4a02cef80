"""What `define_metric` accepts."""

from __future__ import annotations

from typing import Any

import pytest

from gnomon.model.run import MetricRule
from gnomon.sdk.errors import Error
from gnomon.sdk.metrics import Metric, rule


def test_a_rule_holds_what_was_said() -> None:
    assert rule("val/*", "epoch", hidden=True, summary="Max, best,max", goal="max") == MetricRule(
        name="val/*", step_metric="epoch", step_sync=True, hidden=True, summary=("max", "best"), goal="maximize"
    )
    assert rule("x", Metric(rule("epoch")), step_sync=False).step_metric == "epoch"


def test_what_was_said_before_stays_unless_overwritten() -> None:
    before = rule("loss", summary="min", goal="minimize")
    assert rule("loss", "epoch", earlier=before).summary == ("min",)
    assert rule("loss", "epoch", earlier=before).step_metric == "epoch"
    assert rule("loss", "epoch", earlier=before, overwrite=True).summary == ()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"name": ""}, "requires a name"),
        ({"name": 3}, "takes a str as name, not int"),
        ({"name": "a*b"}, r"\* inside"),
        ({"name": "x", "step_metric": "e*"}, "not a glob"),
        ({"name": "x", "step_metric": 3}, "takes a str as step_metric"),
        ({"name": "x", "hidden": "yes"}, "takes a bool as hidden"),
        ({"name": "x", "summary": "median"}, "no summary 'median'"),
        ({"name": "x", "summary": ["min"]}, "takes a str as summary"),
        ({"name": "x", "goal": "up"}, "minimize or maximize"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: dict[str, Any], why: str) -> None:
    with pytest.raises(Error, match=why):
        rule(**arguments)
