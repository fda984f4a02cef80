"""Numbered lines: taken once each, whatever is sent again, and none of another sender's is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gnomon.protocol.filestream import Lines, rows
from gnomon.server.actions.ingest.turns import Turns


def kept(turns: Turns, offset: int, *content: str) -> list[str]:
    """The lines of a request that are kept; the request is taken."""
    turn = turns.sort(Lines(offset, content))
    turns.take(turn, rows(turn.due.content)[0], rows(turn.odd.content)[0])
    return [*turn.odd.content, *turn.due.content]


def test_a_line_that_was_taken_is_not_due_again() -> None:
    turns = Turns()
    assert kept(turns, 0, "a", "b") == ["a", "b"]
    assert kept(turns, 1, "b", "c") == ["c"]
    assert kept(turns, 0, "a") == []


def test_asking_takes_nothing() -> None:
    turns = Turns()
    assert turns.sort(Lines(0, ["a"])) == turns.sort(Lines(0, ["a"]))
    assert turns.next == 0


def test_another_line_of_the_same_number_is_kept_once() -> None:
    turns = Turns()
    kept(turns, 0, "a0", "a1")
    assert kept(turns, 0, "b0", "b1", "b2") == ["b0", "b1", "b2"]
    assert kept(turns, 0, "b0", "b1", "b2") == []
    assert kept(turns, 0, "a0", "a1") == []
    assert kept(turns, 2, "a2", "a3") == ["a2", "a3"]


def test_a_line_in_a_gap_is_kept_once() -> None:
    turns = Turns()
    kept(turns, 100, "late")
    assert kept(turns, 0, "first") == ["first"]
    assert kept(turns, 0, "first") == []


def test_a_row_that_is_spelled_in_another_way_is_the_same_row() -> None:
    turns = Turns()
    kept(turns, 0, '{"a":1.0,"_step":0,"_timestamp":1.7e9}', '{"a":2,"_step":1,"_timestamp":1700000001.5}')
    assert kept(turns, 0, '{"_timestamp": 1700000000.0, "_step": 0, "a": 1.0}') == []
    assert kept(turns, 1, '{"_timestamp": 1700000001.25, "_step": 1, "a": 2}') != []


def test_what_was_taken_before_a_start_is_taken_for_the_same() -> None:
    assert kept(Turns(5), 3, "x", "y", "z") == ["z"]


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=8),
    st.lists(st.integers(0, 7), max_size=8),
)
def test_however_requests_are_repeated_each_line_of_a_sender_is_kept_once(sizes: list[int], again: list[int]) -> None:
    requests, at = [], 0
    for size in sizes:
        requests.append((at, [f"line {number}" for number in range(at, at + size)]))
        at += size
    turns, found = Turns(), []
    for number, request in enumerate(requests):
        found += kept(turns, request[0], *request[1])
        for back in again:
            offset, content = requests[max(0, number - back)]
            found += kept(turns, offset, *content)
    assert found == [f"line {number}" for number in range(at)]


@given(st.lists(st.sampled_from(["a", "b"]), max_size=30), st.integers(1, 4))
def test_two_senders_who_number_alike_lose_nothing(order: list[str], size: int) -> None:
    turns, sent, found = Turns(), {"a": 0, "b": 0}, []
    for who in order:
        content = [f"{who}{number}" for number in range(sent[who], sent[who] + size)]
        found += kept(turns, sent[who], *content)
        sent[who] += size
    wanted = [f"{who}{number}" for who in "ab" for number in range(sent[who])]
    assert sorted(found) == sorted(wanted)
