from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.model.errors import Rejected
from gnomon.model.patterns import SHORTEST_TEXT, pattern

HARMLESS = [r"^resnet\d+$", ".*foo.*bar", "(ab)*c", "a(18|50|101)", "(?i)ABC.?", r"\bv[0-9]{1,3}\b", "[^x]+", "^$", ""]
HARMFUL = [
    "(a+)+b", "(a|a)*b", "(a*)*", "a?" * 30 + "a" * 30, "a*a*a*a*a*b", "(?=a)b", "(?<!a)b", r"(a)\1", "(a|b|ab)+c",
    "(.*)*x", "(x?){50}", "(a{1,9}){1,9}b", "(ab|cd)" * 30, "x" * 300, "(", "[a", "*", r"\8", "a{99999}",
    "(?P<n>a)(?(n)b|c)",
]  # fmt: skip


@pytest.mark.parametrize("source", HARMLESS)
def test_patterns_people_write_are_taken(source: str) -> None:
    for text in ("resnet50", "a foo bar", "ababc", "a50", "xabcd", "v12", ""):
        assert pattern(source).found_in(text) == (re.search(source, text) is not None)


@pytest.mark.parametrize("source", HARMFUL)
def test_patterns_that_could_take_for_ever_are_refused(source: str) -> None:
    with pytest.raises(Rejected):
        pattern(source)


@given(st.text(alphabet="ab.*+?()|[]{}1,\\^$", max_size=25))
def test_any_pattern_that_is_taken_ends_soon(source: str) -> None:
    try:
        known = pattern(source)
    except Rejected:
        return
    assert known.longest >= SHORTEST_TEXT
    known.found_in("a" * 5000)
    known.found_in("ab" * 2500 + "!")
