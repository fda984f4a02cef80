from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gnomon.model.paths import leaves, look_up, spellings

words = st.sampled_from(["a", "b", "a.b", "c", ""])
trees = st.recursive(st.integers(), lambda inner: st.dictionaries(words, inner, max_size=3), max_leaves=10).filter(
    lambda tree: isinstance(tree, dict)
)


@given(trees)
def test_every_leaf_can_be_looked_up(tree: dict[str, Any]) -> None:
    for path in leaves(tree):
        if path and len(path.split(".")) <= 4:
            assert look_up(tree, path) is not None


def test_a_key_with_dots_comes_before_a_way_through_dicts() -> None:
    assert look_up({"a.b": 1, "a": {"b": 2}}, "a.b") == 1
    assert look_up({"a": {"b": {"c.d": 3}}}, "a.b.c.d") == 3
    assert look_up({"a": 1}, "a.b") is None


def test_long_paths_have_few_spellings() -> None:
    assert len(spellings(".".join("a" * 4))) == 8
    assert len(spellings(".".join("a" * 100))) == 2


def test_media_and_deep_dicts_are_one_value() -> None:
    assert leaves({"m": {"_type": "image-file", "path": "x"}, "e": {}}) == ["m", "e"]
