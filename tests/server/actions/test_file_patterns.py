"""Patterns of SQL's LIKE over paths of files."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.server.actions.files import like


@pytest.mark.parametrize(
    ("pattern", "path", "outcome"),
    [
        ("%.json", "a/b.json", True),
        ("%.json", "a.jsonl", False),
        ("media/%", "media/images/x.png", True),
        ("a_c", "abc", True),
        ("a_c", "ac", False),
        (r"a\_c", "abc", False),
        (r"a\_c", "a_c", True),
        (r"100\%", "100%", True),
        ("A%", "abc", True),
        ("", "", True),
        ("", "a", False),
        ("%", "", True),
        ("_", "", False),
    ],
)
def test_a_pattern_finds_what_sql_would(pattern: str, path: str, outcome: bool) -> None:
    assert like(pattern)(path) is outcome


@given(st.text("ab%_", max_size=8), st.text("abc", max_size=12))
def test_patterns_agree_with_the_expression_they_stand_for(pattern: str, path: str) -> None:
    expression = "".join({"%": ".*", "_": "."}.get(letter) or re.escape(letter) for letter in pattern)
    assert like(pattern)(path) is (re.fullmatch(expression, path, re.DOTALL) is not None)


def test_many_wildcards_cost_little() -> None:
    assert not like("%a" * 400)("a" * 399 + "b" * 600)
