"""Levels of lines: what loggers write, and what only sounds like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.model.console_level import Levels, level_of, plain


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("2026-11-26 10:00:00,123 - root - WARNING - slow", "warn"),
        ("\x1b[31mERROR\x1b[0m data: truncated", "error"),
        ("[E1126 10:00:00.123 a.cpp:12] no", "error"),
        ("I1126 10:00:00.123 a.cpp:12] yes", "info"),
        ("time=10:00 level=debug msg=x", "debug"),
        ("torch.cuda.OutOfMemoryError: CUDA out of memory", "error"),
        ("/lib/x.py:12: UserWarning: old", "warn"),
        ("val/error 0.12", ""),
        ("mean absolute error: 0.12", ""),
        ("step 5 loss 0.1", ""),
    ],
)
def test_a_level_is_told_as_loggers_tell_it(text: str, level: str) -> None:
    assert level_of(plain(text)) == level


def test_a_traceback_goes_on_over_the_lines_of_the_other_stream() -> None:
    levels = Levels()
    lines = [
        ("stderr", "Traceback (most recent call last):", "error"),
        ("stdout", "step 5", ""),
        ("stderr", "  File x", "error"),
        ("stderr", "KeyError: 'a'", "error"),
        ("stderr", "going on", ""),
    ]
    assert [levels.of(stream, text) for stream, text, _ in lines] == [level for *_, level in lines]


@given(st.text())
def test_what_has_no_escape_is_plain_already(text: str) -> None:
    text = text.replace("\x1b", "")
    assert plain(text) == text
    assert plain(f"\x1b[1;38;5;200m{text}\x1b[0m") == text
