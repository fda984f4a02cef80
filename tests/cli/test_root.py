"""The group of commands: help that teaches, completion, and what is left out."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module

import click
import pytest
from click.testing import CliRunner

from gnomon.cli.root import COMMANDS, LEFT_OUT, cli


def gnomon(*arguments: str) -> click.testing.Result:
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=False)


def completed(words: str, at: int) -> list[str]:
    told = {"COMP_WORDS": words, "COMP_CWORD": str(at), "_GNOMON_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-c", "import gnomon.cli.root as root; root.main([])"],
        env={**os.environ, **told}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_help_shows_the_first_steps() -> None:
    output = gnomon("--help").output
    assert "gnomon server" in output and "gnomon completion bash" in output


@pytest.mark.parametrize("command", ["login", "init", "offline", "status", "sync", "clean", "verify", "completion"])
def test_help_of_a_command_has_examples(command: str) -> None:
    output = gnomon(command, "--help").output
    assert f"gnomon {command}" in output.partition("Examples:")[2], output


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_that_is_listed_is_there(command: str) -> None:
    assert gnomon(command, "--help").exit_code == 0


@pytest.mark.parametrize("name", sorted(LEFT_OUT))
def test_a_command_that_is_left_out_says_what_to_do_instead(name: str) -> None:
    answer = gnomon(name)
    assert answer.exit_code == 2
    assert f"There is no `gnomon {name}`" in answer.output


def test_what_is_left_out_points_to_commands_that_are_there() -> None:
    import re

    names = {command.name for command in COMMANDS}
    for said in LEFT_OUT.values():
        assert {found.split()[0] for found in re.findall(r"`gnomon ([a-z-]+)", said)} <= names, said


def test_the_tab_key_completes_commands_and_options() -> None:
    assert {"status", "sync", "server", "sql"} <= set(completed("gnomon s", 1))
    assert completed("gnomon sync --skip-s", 2) == ["--skip-synced"]
    assert completed("gnomon completion ", 2) == ["bash", "zsh", "fish"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_each_shell(shell: str) -> None:
    output = gnomon("completion", shell).output
    assert f"_GNOMON_COMPLETE={shell}_complete" in output


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "gnomon", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"gnomon {import_module('gnomon').__version__}\n"
