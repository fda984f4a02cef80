"""What a request of the official client's file stream says."""

from __future__ import annotations

import json
import math

import pytest

from gnomon.protocol import filestream
from gnomon.protocol.filestream import NONE, ConsoleLine, Lines, Post, console_line, read, rows, summary_of


def body(**said: object) -> bytes:
    return json.dumps(said).encode()


def test_an_empty_request_is_a_sign_of_life() -> None:
    assert read(b"{}") == Post()
    assert read(b"") == Post()
    assert read(b'{"complete": false, "failed": false, "dropped": 3}') == Post()


def test_each_file_has_its_lines_and_the_number_of_the_first() -> None:
    post = read(body(files={"wandb-history.jsonl": {"offset": 4, "content": ["{}", "{}"]}}))
    assert post.history == Lines(4, ["{}", "{}"])
    assert post.history.end == 6
    assert post.events is NONE


def test_the_end_comes_with_an_exit_code() -> None:
    post = read(body(uploaded=["config.yaml", 3], complete=True, exitcode=255, preempting=True))
    assert (post.complete, post.exit_code, post.preempting, post.uploaded) == (True, 255, True, ("config.yaml",))


@pytest.mark.parametrize("said", [b"[]", b"nonsense", b'"text"', b"\xff\xfe"])
def test_a_body_that_is_no_object_says_nothing_and_is_counted(said: bytes) -> None:
    assert read(said) == Post(odd=("the body is not a JSON object",))


def test_what_is_odd_is_left_out_and_the_rest_is_kept() -> None:
    post = read(
        body(
            files={
                "wandb-history.jsonl": {"offset": -1, "content": ["{}"]},
                "wandb-events.jsonl": {"content": ["{}", 7]},
                "output.log": "text",
            },
            exitcode="0",
        )
    )
    assert post.history == NONE
    assert post.events == Lines(0, ["{}"])
    assert post.console == NONE
    assert post.exit_code is None
    assert len(post.odd) == 3


def test_numbers_that_json_lacks_may_stand_bare() -> None:
    found, odd = rows(['{"a": NaN, "b": -Infinity}', '{"a": 1.5}'])
    assert odd == 0
    assert found[0] is not None
    assert math.isnan(found[0]["a"]) and found[0]["b"] == -math.inf
    assert found[1] == {"a": 1.5}


def test_a_line_that_is_no_object_is_none_and_its_neighbours_stay() -> None:
    assert rows(['{"a":1}', "[1]", "{", '{"a":2}']) == ([{"a": 1}, None, None, {"a": 2}], 2)


def test_two_objects_on_a_line_are_not_two_rows() -> None:
    found, odd = rows(['{"a":1},{"a":2}'])
    assert (found, odd) == ([None], 1)


@pytest.mark.parametrize("levels", [150, 900, 5_000, 200_000])
def test_a_value_that_is_nested_too_deep_costs_no_other(levels: int) -> None:
    deep = '{"a": 1, "deep": ' + "[" * levels + "]" * levels + "}"
    found, odd = rows(['{"a": 0}', deep, '{"a": NaN}'])
    assert found[0] == {"a": 0}
    assert found[1] in ({"a": 1}, None)
    assert odd == 1
    assert summary_of(Lines(0, [deep])) in ({"a": 1}, None)


def test_of_the_summary_the_last_line_counts() -> None:
    assert summary_of(Lines(0, ['{"a":1}', '{"a":2,"n":NaN}'])) is not None
    assert summary_of(Lines(3, ["broken"])) is None
    assert summary_of(NONE) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2026-01-31T12:00:00.500000 hello", ConsoleLine(1769860800.5, False, "", "hello")),
        ("ERROR 2026-01-31T12:00:00 no", ConsoleLine(1769860800.0, True, "", "no")),
        ("2026-01-31T12:00:00.5 [node 1] hi [x]", ConsoleLine(1769860800.5, False, "node 1", "hi [x]")),
        ('{"level":"error","ts":"2026-01-31T12:00:00.5","content":"x"}', ConsoleLine(1769860800.5, True, "", "x")),
        ('{"ts":"2026-01-31T12:00:00Z","label":"a","content":""}', ConsoleLine(1769860800.0, False, "a", "")),
        ("just text", ConsoleLine(None, False, "", "just text")),
        ('{"loss": 1}', ConsoleLine(None, False, "", '{"loss": 1}')),
        ("2026-01-31T12:00:00.5 of old clients\n", ConsoleLine(1769860800.5, False, "", "of old clients")),
        ("2026-01-31T12:00:00.5 ", ConsoleLine(1769860800.5, False, "", "")),
        ("2026-99-31T12:00:00.5 odd", ConsoleLine(None, False, "", "odd")),
    ],
)
def test_console_lines_come_in_two_forms(line: str, said: ConsoleLine) -> None:
    assert console_line(line) == said


def test_the_names_of_the_files_are_those_of_the_client() -> None:
    assert (filestream.HISTORY, filestream.EVENTS) == ("wandb-history.jsonl", "wandb-events.jsonl")
