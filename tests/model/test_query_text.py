from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.model.errors import Rejected
from gnomon.model.query import Every, Not, Some, Where
from gnomon.model.query_text import parse, simplified, spelled

names = st.one_of(
    st.sampled_from(
        ["state", "config.lr", "summary.val/loss", "config.a b", "config.`", "config.\\", "not", "config.é", "1"]
    ),
    st.text(min_size=1, max_size=10),
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=10)
)
comparisons = st.one_of(
    st.builds(Where, names, st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "contains", "matches"]), scalars),
    st.builds(Where, names, st.sampled_from(["in", "not in"]), st.lists(scalars, max_size=3)),
    st.builds(Where, names, st.just("exists"), st.sampled_from([None, False])),
)
filters = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda parts: Every(tuple(parts)), st.lists(inner, max_size=3)),
        st.builds(lambda parts: Some(tuple(parts)), st.lists(inner, max_size=3)),
    ),
    max_leaves=8,
)


def outcome(text: str) -> Any:
    try:
        return parse(text)
    except Rejected as error:
        return error


@given(filters)
def test_what_is_spelled_reads_the_same(filter: Any) -> None:
    assert parse(spelled(filter)) == simplified(filter)


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_rejected_with_its_position(text: str) -> None:
    found = outcome(text)
    assert not isinstance(found, Rejected) or "At position " in str(found)


@given(
    st.lists(
        st.sampled_from(
            [
                "a.b",
                "1",
                '"x"',
                "and",
                "or",
                "not",
                "in",
                "exists",
                "(",
                ")",
                "[",
                ",",
                "]",
                "=",
                "!=",
                "<",
                "state",
                "null",
                "\\",
                "`",
                "contains",
            ]
        ),
        max_size=12,
    )
)
def test_any_order_of_words_is_a_filter_or_rejected(words: list[str]) -> None:
    found = outcome(" ".join(words))
    assert not isinstance(found, Rejected) or found.field == "query"


@pytest.mark.parametrize(
    ("text", "filter"),
    [
        ("", Every()),
        ("()", Every()),
        ("config.lr < 0.1", Where("config.lr", "<", 0.1)),
        ("config.lr<.1", Where("config.lr", "<", 0.1)),
        ("config.n == -3", Where("config.n", "=", -3)),
        ("state = running", Where("state", "=", "running")),
        ("state != 'running'", Where("state", "!=", "running")),
        ("config.x = null", Where("config.x", "=", None)),
        ("config.x = TRUE", Where("config.x", "=", True)),
        ('tags contains "best"', Where("tags", "contains", "best")),
        (r'name matches "^a\d+\b"', Where("name", "matches", r"^a\d+\b")),
        (r'name = "a\"b\\"', Where("name", "=", 'a"b\\')),
        ("state in (running, failed)", Where("state", "in", ["running", "failed"])),
        ("config.x not in [1, 2.5]", Where("config.x", "not in", [1, 2.5])),
        ("config.x exists", Where("config.x", "exists")),
        ("config.x not exists", Where("config.x", "exists", False)),
        ("`config.my key` > 1e3", Where("config.my key", ">", 1000.0)),
        ("summary.val/loss >= 2", Where("summary.val/loss", ">=", 2)),
        ("resnet-50", Where("name", "contains", "resnet-50")),
        ('"two words"', Where("name", "contains", "two words")),
        ("50", Where("name", "contains", "50")),
        ("not a1", Not(Where("name", "contains", "a1"))),
        (
            "state = a or state = b and state = c",
            Some((Where("state", "=", "a"), Every((Where("state", "=", "b"), Where("state", "=", "c"))))),
        ),
        (
            "(state = a OR state = b) AND NOT state = c",
            Every((Some((Where("state", "=", "a"), Where("state", "=", "b"))), Not(Where("state", "=", "c")))),
        ),
    ],
)
def test_queries_read_as_people_mean_them(text: str, filter: Any) -> None:
    assert parse(text) == filter


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("state =", "At position 8 of the query: a value is expected, not the end"),
        ("state = a b", "At position 11 of the query: `and` or `or` is missing before `b`"),
        ("(state = a", "At position 11 of the query: `)` is expected, not the end"),
        ("state = a)", "At position 10 of the query: there is one too many: `)`"),
        ('name = "a', 'At position 8 of the query: a quote is not closed: `"`'),
        ("and", "At position 1 of the query: a comparison such as state = running is expected, not `and`"),
        ("x not y", "At position 7 of the query: `in` or `exists` is expected after `not`, not `y`"),
        ("x in 3", "At position 6 of the query: a list such as (1, 2) is expected, not `3`"),
        ("x = 1e999", "At position 5 of the query: there is no number as large as `1e999`"),
    ],
)
def test_a_mistake_is_told_with_its_position(text: str, message: str) -> None:
    with pytest.raises(Rejected) as caught:
        parse(text)
    assert str(caught.value) == message


def test_deep_and_long_queries_are_refused() -> None:
    with pytest.raises(Rejected, match="too deep"):
        parse("(" * 1000 + "a" + ")" * 1000)
    with pytest.raises(Rejected, match="too deep"):
        parse("not " * 1000 + "a")
    with pytest.raises(Rejected, match="at most"):
        parse("a or " * 10_000 + "a")
