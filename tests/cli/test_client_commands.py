"""Commands and options of the official client are taken by ours, or a table says why not."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from gnomon.cli.root import ALIASES, COMMANDS, LEFT_OUT, cli

ROOT = Path(__file__).resolve().parents[2]
RECORDED = max((ROOT / "tests" / "recorded").glob("signatures-*.json"))
THEIRS: dict[str, list[str]] = json.loads(RECORDED.read_text("utf-8"))["commands"]
DIFFERENCES = json.loads(Path(__file__).with_name("command_differences.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def ours() -> dict[str, list[str]]:
    spec = importlib.util.spec_from_file_location("record_signatures", ROOT / "tools" / "record_signatures.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    found: dict[str, list[str]] = tool.commands(cli)
    return {**found, **{other: found[name] for other, name in ALIASES.items()}}


def missing(ours: dict[str, list[str]]) -> Iterator[str]:
    """Commands and options that are not there, but for those that say themselves that they are left out."""
    for command, options in THEIRS.items():
        if command in LEFT_OUT:
            continue
        if command not in ours:
            yield command
            continue
        yield from (f"{command} {option}" for option in options if option not in ours[command])


def listed() -> list[str]:
    return [pattern for group in DIFFERENCES for pattern in group["names"]]


def test_what_the_client_takes_is_taken_here_too(ours: dict[str, list[str]]) -> None:
    assert [one for one in missing(ours) if not any(fnmatchcase(one, pattern) for pattern in listed())] == []


def test_every_difference_that_is_listed_is_one(ours: dict[str, list[str]]) -> None:
    there = list(missing(ours))
    assert [pattern for pattern in listed() if not any(fnmatchcase(one, pattern) for one in there)] == []
    assert all(group["reason"].endswith(".") for group in DIFFERENCES)


def test_what_is_left_out_is_not_there_and_aliases_are_no_commands_themselves() -> None:
    names = {command.name for command in COMMANDS}
    assert not names & LEFT_OUT.keys()
    assert not names & ALIASES.keys() and set(ALIASES.values()) <= names
