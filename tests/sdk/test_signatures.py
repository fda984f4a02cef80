"""Everything the official client can be called with can be called here, or the table of differences says why not."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECORDED = max((ROOT / "tests" / "recorded").glob("signatures-*.json"))
DIFFERENCES = json.loads(Path(__file__).with_name("signature_differences.json").read_text("utf-8"))
"""Groups of names (`*` stands for anything) with the reason why they are not, or not so, in ours."""


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("record_signatures", ROOT / "tools" / "record_signatures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


THEIRS: dict[str, Any] = json.loads(RECORDED.read_text("utf-8"))["names"]


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    found: dict[str, Any] = _tool().described("gnomon", theirs=False)
    return found


def difference(name: str, theirs: Any, ours: Any) -> str:
    """What a call that the client takes would meet here; empty where nothing.

    >>> difference("f", [["a", "POSITIONAL_OR_KEYWORD", None]], [["b", "POSITIONAL_OR_KEYWORD", None]])
    'f: parameter 1 is b, not a'
    """
    if ours is None:
        return f"{name} is not there"
    if not isinstance(theirs, list) or not isinstance(ours, list):
        return "" if theirs == ours or theirs == "class" else f"{name} is {_kind(ours)}, not {_kind(theirs)}"
    takes_more = {kind for _, kind, _ in ours if kind.startswith("VAR_")}
    by_name = {parameter: (kind, default) for parameter, kind, default in ours}
    in_order = [parameter for parameter, kind, _ in ours if kind.startswith("POSITIONAL")]
    place = 0
    for parameter, kind, default in theirs:
        if kind.startswith("VAR_"):
            if kind not in takes_more:
                return f"{name}: *{parameter} is not taken"
            continue
        if parameter not in by_name:
            return f"{name}: there is no parameter {parameter}"
        if kind == "POSITIONAL_OR_KEYWORD":
            if place >= len(in_order) or in_order[place] != parameter:
                stands = in_order[place] if place < len(in_order) else "nothing"
                return f"{name}: parameter {place + 1} is {stands}, not {parameter}"
            place += 1
        if not _stands_for(by_name[parameter][1], default):
            return f"{name}: {parameter} is {by_name[parameter][1]} where it is not said, not {default}"
    known = {parameter for parameter, *_ in theirs}
    for parameter, kind, default in ours:
        if parameter not in known and default is None and not kind.startswith("VAR_"):
            return f"{name}: {parameter} has to be said"
    return ""


def _stands_for(ours: str | None, theirs: str | None) -> bool:
    """Whether a call that does not say it means the same: where the client has to be told, any default is right."""
    return theirs is None or ours == theirs or (theirs == "…" and ours is not None)


def _kind(said: Any) -> str:
    return said if isinstance(said, str) else "a function"


def found(ours: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every name that differs, and how."""
    for name, theirs in THEIRS.items():
        holder = name.rpartition(".")[0]
        if holder in THEIRS and holder not in ours:
            continue  # that its class is not there is said once
        said = difference(name, theirs, ours.get(name))
        if said:
            yield name, said


def test_what_the_client_takes_is_taken_here_too(ours: dict[str, Any]) -> None:
    listed = [pattern for group in DIFFERENCES for pattern in group["names"]]
    left = [said for name, said in found(ours) if not any(fnmatchcase(name, pattern) for pattern in listed)]
    assert left == []


def test_every_difference_that_is_listed_is_one(ours: dict[str, Any]) -> None:
    differing = [name for name, _ in found(ours)]
    listed = [pattern for group in DIFFERENCES for pattern in group["names"]]
    assert [pattern for pattern in listed if not any(fnmatchcase(name, pattern) for name in differing)] == []


def test_every_difference_has_a_reason() -> None:
    for group in DIFFERENCES:
        assert group["names"], group
        assert group["reason"].endswith("."), group


def test_the_recording_has_what_it_is_for() -> None:
    assert len(THEIRS) > 300
    assert [each[0] for each in THEIRS["log"]] == ["data", "step", "commit"]


@pytest.mark.parametrize(
    ("theirs", "ours", "said"),
    [
        ([["a", "POSITIONAL_OR_KEYWORD", "1"]], [["a", "POSITIONAL_OR_KEYWORD", "1"]], ""),
        ([["a", "POSITIONAL_OR_KEYWORD", "1"]], [["a", "KEYWORD_ONLY", "1"]], "f: parameter 1 is nothing, not a"),
        ([["a", "KEYWORD_ONLY", "1"]], [["a", "POSITIONAL_OR_KEYWORD", "1"]], ""),
        ([["a", "KEYWORD_ONLY", "1"]], [["a", "KEYWORD_ONLY", "2"]], "f: a is 2 where it is not said, not 1"),
        ([], [["a", "KEYWORD_ONLY", None]], "f: a has to be said"),
        ([], [["a", "KEYWORD_ONLY", "None"]], ""),
        ([["a", "VAR_POSITIONAL", None]], [], "f: *a is not taken"),
        ("property", [], "f is a function, not property"),
        ("property", None, "f is not there"),
    ],
)
def test_a_difference_is_what_a_caller_would_meet(theirs: Any, ours: Any, said: str) -> None:
    assert difference("f", theirs, ours) == said
