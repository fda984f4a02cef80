"""What answers mean."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.sdk.shipper import answers
from gnomon.sdk.shipper.answers import Gone, Later, Refused, Rewind, SignIn, Taken, TooLarge


def read(status: int, body: object = "", **headers: str) -> answers.Answer:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return answers.read(status, headers, data, now=1000.0, asked="http://here")


def error(kind: str, message: str = "m", **more: object) -> dict[str, object]:
    return {"error": {"kind": kind, "message": message, **more}}


def test_only_our_json_acknowledges():
    assert read(200, {"next": 7, "stop": True, "url": "u"}) == Taken(7, stop=True, url="u")
    for odd in ("<html>", "7", {"next": "7"}, {"next": -1}, {"next": True}, {"next": 1.5}, [7], ""):
        assert isinstance(read(200, odd), Later)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (409, error("Conflict", next_offset=5), Rewind),
        (400, error("Rejected"), Refused),
        (422, error("Rejected"), Refused),
        (404, error("NotFound"), Gone),
        (410, error("NotFound"), Gone),
        (413, "", TooLarge),
        (401, "", SignIn),
        (403, "<html>", SignIn),
        (503, error("Unavailable"), Later),
        (429, error("Unavailable"), Later),
        (404, "<html>", Later),
        (400, "<html>", Later),
        (301, "", Later),
        (502, "", Later),
    ],
)
def test_each_status_has_one_meaning(status, body, kind):
    assert isinstance(read(status, body), kind)


@given(st.integers(100, 599), st.binary(max_size=60), st.text(max_size=20))
def test_no_answer_is_too_odd_to_be_read(status, body, retry_after):
    answers.read(status, {"retry-after": retry_after}, body, now=0.0, asked="http://here")


def test_retry_after_is_obeyed_within_reason():
    assert answers.retry_after_secs("7", now=0) == 7
    assert answers.retry_after_secs("3600", now=0) == 300
    assert answers.retry_after_secs("-5", now=0) == 0
    assert answers.retry_after_secs("nan", now=0) is None
    assert answers.retry_after_secs("soon", now=0) is None
    assert answers.retry_after_secs("Thu, 01 Jan 1970 00:00:30 GMT", now=10) == 20
    assert answers.retry_after_secs("Thu, 01 Jan 1970 00:00:30 GMT", now=100) == 0


@given(st.integers(1, 10_000), st.randoms())
def test_waits_grow_to_a_minute_and_no_further(failures, chance):
    wait = answers.wait_secs(failures, chance)
    assert 0 < wait <= 60
    assert answers.wait_secs(failures, chance, told_secs=100.0) >= 100


def test_an_outage_of_ten_minutes_costs_at_most_25_requests_a_run():
    for seed in range(200):
        chance, at, count = Random(seed), 0.0, 0
        while at < 600:
            count += 1
            at += answers.wait_secs(count, chance)
        assert count <= 25
