"""The words of a command, the path of a sweep, and when it makes no sense to go on."""

from __future__ import annotations

from typing import Any

import pytest

from gnomon.sdk.agents import place
from gnomon.sdk.agents.failures import Failures, limits, number
from gnomon.sdk.agents.macros import DEFAULT, words
from gnomon.sdk.agents.place import SweepPath
from gnomon.sdk.errors import UsageError
from gnomon.sdk.settings import Settings

ARGS = {"lr": 0.1, "fast": True, "slow": False, "name": "a b", "net": {"w": 3}}


def made(*command: Any, args: Any = ARGS, environ: Any = None, program: str = "train.py") -> list[str]:
    given = {"json_file": "/x.json", "environ": environ or {}}
    return words(command, args, program=program, interpreter="python", **given)


def test_a_command_that_says_nothing_runs_the_program_with_every_parameter() -> None:
    assert made(*DEFAULT) == [
        "/usr/bin/env", "python", "train.py", "--lr=0.1", "--fast=True", "--slow=False", "--name=a b",
        "--net={'w': 3}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("macro", "becomes"),
    [
        ("${args_no_hyphens}", ["lr=0.1", "fast=True", "slow=False"]),
        ("${args_no_equals}", ["--lr", "0.1", "--fast", "True", "--slow", "False"]),
        ("${args_no_boolean_flags}", ["--lr=0.1", "--fast"]),
        ("${args_json}", ['{"lr": 0.1, "fast": true, "slow": false}']),
        ("${args_json_file}", ["/x.json"]),
        ("${args_append_hydra}", ["+lr=0.1", "+fast=True", "+slow=False"]),
        ("${args_override_hydra}", ["++lr=0.1", "++fast=True", "++slow=False"]),
        ("${envvar:PLACE}", ["there"]),
        ("--to=${envvar:PLACE}/x-${envvar:PLACE}", ["--to=there/x-there"]),
        ("costs $5 {a}", ["costs $5 {a}"]),
    ],
)
def test_each_macro_becomes_words(macro: str, becomes: list[str]) -> None:
    assert made(macro, args={"lr": 0.1, "fast": True, "slow": False}, environ={"PLACE": "there"}) == becomes


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["${arguments}"], r"there is no macro \$\{arguments\}; there are .*\$\{args\}"),
        (["run", "${envvar:NOT_SET}"], "asks for the variable NOT_SET, which is not set"),
        (["${env}", "${program}"], "names no program"),
        (["${args}"], "nothing in it to run"),
    ],
    ids=str,
)
def test_a_command_that_means_nothing_is_refused(command: list[str], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        made(*command, args={}, program="")


@pytest.mark.parametrize(
    ("said", "entity", "project", "found"),
    [
        ("s", None, None, ("", "mine", "s")),
        ("s", "lab", "q", ("lab", "q", "s")),
        ("q/s", None, "other", ("", "q", "s")),
        ("lab/q/s", "other", "other", ("lab", "q", "s")),
    ],
)
def test_a_sweep_is_named_by_its_path(said: str, entity: Any, project: Any, found: tuple[str, str, str]) -> None:
    assert place.read(said, entity, project, Settings(project="mine")) == found


def test_a_sweep_made_here_is_known_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "_made", {})
    place.remember(SweepPath("lab", "q", "s9"))
    assert place.read("s9", None, None, Settings(project="mine")) == ("lab", "q", "s9")
    assert place.read("s9", None, "other", Settings()) == ("", "other", "s9")


@pytest.mark.parametrize("said", ["", "a//b", "a/b/c/d", 7], ids=str)
def test_what_is_no_path_of_a_sweep_is_refused(said: Any) -> None:
    with pytest.raises(UsageError, match="A sweep is named by"):
        place.read(said, None, None, Settings())


def test_runs_that_fail_at_once_stop_an_agent() -> None:
    failures = Failures(0.0)
    assert [failures.note(True, at) for at in (1.0, 2.0)] == ["", ""]
    assert "3 runs failed in the first 60 seconds" in failures.note(True, 3.0)


def test_failures_with_nothing_else_stop_an_agent_later_too_and_a_success_clears_it() -> None:
    failures = Failures(0.0)
    assert [failures.note(True, 100.0 + at) for at in range(4)] == [""] * 4
    assert "all of the first 5 runs failed" in failures.note(True, 200.0)
    mixed = Failures(0.0)
    assert [mixed.note(at != 0, 100.0) for at in range(20)] == [""] * 20


def test_failures_in_a_row_stop_an_agent_where_that_was_asked_for() -> None:
    failures = limits(0.0, {"WANDB_AGENT_DISABLE_FLAPPING": "true"}, 2)
    assert [failures.note(failed, 1.0) for failed in (True, False, True)] == ["", "", ""]
    assert "2 runs failed one after the other" in failures.note(True, 1.0)


def test_variables_say_how_many_failures_there_may_be() -> None:
    assert limits(0.0, {}).flapping == 3
    held = limits(0.0, {"WANDB_AGENT_DISABLE_FLAPPING": "true", "GNOMON_AGENT_MAX_INITIAL_FAILURES": "2"})
    assert (held.flapping, held.initial) == (None, 2)
    assert limits(0.0, {"GNOMON_AGENT_MAX_INITIAL_FAILURES": "0"}).initial is None
    with pytest.raises(UsageError, match="AGENT_KILL_DELAY in the environment is 'soon'"):
        number("AGENT_KILL_DELAY", 30, {"GNOMON_AGENT_KILL_DELAY": "soon"})
    with pytest.raises(UsageError, match="max_consecutive_failed_runs is 0"):
        limits(0.0, {}, 0)
