from __future__ import annotations

import math
from typing import Any

import pytest

from gnomon.model.errors import Rejected
from gnomon.model.query import Every, Not, Some, Where
from gnomon.model.query_match import checked, compare, holds


@pytest.mark.parametrize(
    ("value", "op", "given", "outcome"),
    [
        (1, "=", 1.0, True), (1, "=", True, False), (True, "=", True, True), ("1", "=", 1, False),
        (None, "=", None, True), (None, "!=", 3, True), (None, "<", 3, False), (None, "not in", [3], True),
        (None, "in", [None], True), (3, "in", [1, 3.0], True), (math.nan, "=", math.nan, False),
        (math.nan, "!=", 1, True), (math.nan, "<", 1, False), (math.inf, ">", 1e308, True),
        (-math.inf, "<", -1e308, True), ("NaN", "=", "NaN", True), (math.nan, "=", "NaN", False),
        ("Infinity", ">", 1, False),
        ("abc", "<", "abd", True), ("abc", "<", 3, False), (True, "<", 3, False),
        ("ResNet", "contains", "resnet", True), (["best", "old"], "contains", "best", True),
        (["best"], "contains", "bes", False), ([1, math.nan], "contains", 1.0, True), (5, "contains", "5", False),
        ("resnet18", "matches", r"net\d+$", True), (18, "matches", "18", False), ([1, 2], "=", [1, 2], True),
        ({"a": 1}, "=", {"a": 1}, True), (0, "exists", None, True), (None, "exists", False, True),
        (None, "exists", None, False), (10**400, ">", 1e308, True), (-(10**400), "<", 0, True),
    ],
)  # fmt: skip
def test_comparisons_mean_what_they_say(value: Any, op: str, given: Any, outcome: bool) -> None:
    assert compare(op, value, given) is outcome


def test_filters_combine() -> None:
    big, red = Where("config.size", ">", 3), Where("config.colour", "=", "red")
    values = {"config.size": 5, "config.colour": "blue"}
    assert not holds(Every((big, red)), values.get)
    assert holds(Some((big, red)), values.get)
    assert holds(Not(red), values.get)
    assert holds(Every(), values.get)
    assert not holds(Some(), values.get)


def test_dates_become_unix_seconds() -> None:
    assert checked(Where("created_at", ">", "1970-01-02")) == Where("created_at", ">", 86400.0)
    assert checked(Where("created_at", ">", "1970-01-01T01:00:00+01:00")) == Where("created_at", ">", 0.0)
    assert checked(Where("updated_at", "in", ["1970-01-01T00:00:01Z"])) == Where("updated_at", "in", [1.0])


@pytest.mark.parametrize(
    ("filter", "message"),
    [
        (Where("lr", "<", 1), "perhaps config.lr or summary.lr"),
        (Where("config.", "=", 1), "There is no field"),
        (Where("metadata.x", "=", 1), "There is no field"),
        (Where("name", "matches", "("), "is not a pattern"),
        (Where("name", "matches", 3), "takes a pattern"),
        (Where("name", "in", "abc"), "takes a list"),
        (Where("name", "<", None), "takes a number or a text"),
        (Where("name", "<", True), "takes a number or a text"),
        (Where("name", "<", {"a": 1}), "one value, not with dict"),
        (Where("name", "exists", 1), "takes true or false"),
        (Where("created_at", ">", "yesterday"), "is none"),
        (Where("created_at", ">", "9999-99-99"), "is none"),
        (Every((Where("name", "=", "a"),) * 501), "more than 500"),
    ],
)
def test_filters_that_make_no_sense_are_rejected(filter: Any, message: str) -> None:
    with pytest.raises(Rejected, match=message):
        checked(filter)


def test_deep_filters_are_rejected() -> None:
    filter: Any = Where("name", "=", "a")
    for _ in range(25):
        filter = Not(filter)
    with pytest.raises(Rejected, match="deeper than 20"):
        checked(filter)
