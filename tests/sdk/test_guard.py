"""Faults of ours stop at the door, and are said once."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import pytest

from gnomon.sdk import guard as guards


@pytest.fixture
def guard(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module itself, without the test suite's own `report`."""
    fresh = importlib.util.module_from_spec(guards.__spec__)  # type: ignore[arg-type]
    guards.__spec__.loader.exec_module(fresh)  # type: ignore[union-attr]
    return fresh


def test_a_fault_is_reported_once_with_its_place_and_goes_no_further(
    guard: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        with guard.guarded("do a thing"):
            raise RuntimeError("oops")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "could not do a thing: RuntimeError: oops (test_guard.py:" in said


def test_leaving_the_program_is_no_fault(guard: Any) -> None:
    with pytest.raises(KeyboardInterrupt), guard.guarded("do a thing"):
        raise KeyboardInterrupt


def test_a_broken_terminal_is_no_reason_to_stop(guard: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def write(self, text: str) -> int:
            raise OSError("gone")

    monkeypatch.setattr(sys, "stderr", Broken())
    guard.warn("x")
    monkeypatch.setattr(sys, "stderr", None)
    guard.warn("x")


def test_silence_is_kept(guard: Any, capsys: pytest.CaptureFixture[str]) -> None:
    guard.quiet = True
    guard.warn("x")
    assert capsys.readouterr().err == ""


def test_what_is_remembered_has_a_bound(guard: Any, capsys: pytest.CaptureFixture[str]) -> None:
    guard.MAX_REMEMBERED = 5
    for number in range(100):
        guard.warn_once(f"topic {number}", "x")
    assert capsys.readouterr().err.count("\n") == 6
