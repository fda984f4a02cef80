"""Saying something aloud: what is kept of it, and what is a mistake."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import gnomon
from gnomon.protocol.journal import Kind
from gnomon.sdk import guard

pytestmark = pytest.mark.usefixtures("alone")


@pytest.mark.parametrize(
    ("given", "severity", "wait"),
    [
        ({}, "info", 60.0),
        ({"level": gnomon.AlertLevel.ERROR, "wait_duration": timedelta(minutes=5)}, "error", 300.0),
        ({"level": "WARN", "wait_duration": 0}, "warn", 0.0),
        ({"level": "info", "wait_duration": 2.5}, "info", 2.5),
    ],
)
def test_an_alert_is_a_record(given: dict[str, Any], severity: str, wait: float, read: Any) -> None:
    run = gnomon.init(mode="offline")
    run.alert(title=" NaN ", text="at step 3", **given)
    ((about,),) = read.of_kind(run.sync_dir, Kind.ALERT)
    assert about.pop("time") > 1.7e9
    assert about == {"title": "NaN", "text": "at step 3", "severity": severity, "wait_secs": wait}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"level": "LOUD"}, "level is one of INFO, WARN, ERROR, not 'LOUD'"),
        ({"level": 3}, "level is one of"),
        ({"wait_duration": "soon"}, "wait_duration is a number"),
        ({"wait_duration": -1}, "wait_duration is a number"),
        ({"title": " "}, "has a title"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any], why: str, read: Any) -> None:
    run = gnomon.init(mode="offline")
    with pytest.raises(gnomon.UsageError, match=why):
        run.alert(**{"title": "t", "text": "x", **given})
    assert read.of_kind(run.sync_dir, Kind.ALERT) == []


def test_what_is_too_long_is_cut_with_a_warning(read: Any, said: list[str]) -> None:
    guard.forget()
    run = gnomon.init(mode="offline", settings={"quiet": True})
    run.alert("t" * 600, "x" * 100_000)
    ((about,),) = read.of_kind(run.sync_dir, Kind.ALERT)
    assert (len(about["title"]), len(about["text"])) == (500, 65_536)
    assert any("it is cut" in line for line in said)
