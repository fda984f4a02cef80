"""What scripts of a folder take for granted: `gnomon init`, `online`, `offline`, `enabled`, `disabled`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gnomon.cli.root import cli
from gnomon.sdk import settings


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith(("GNOMON_", "WANDB_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GNOMON_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def gnomon(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=False)


def held() -> settings.Settings:
    return settings.load(os.environ, file="config/settings.json")


def test_what_init_is_told_holds_for_scripts_of_the_folder() -> None:
    assert gnomon("init", "-p", "digits", "-e", "vision").output == (
        "Scripts of this folder: project digits, entity vision\n"
    )
    assert (held().project, held().entity, held().mode) == ("digits", "vision", "online")
    gnomon("init", "--mode", "offline")
    assert (held().project, held().mode) == ("digits", "offline")


def test_init_without_a_word_and_without_a_terminal_says_what_it_takes() -> None:
    answer = gnomon("init")
    assert answer.exit_code == 2
    assert "--project, --entity or --mode" in answer.output


def test_reset_forgets(here: Path) -> None:
    gnomon("init", "-p", "digits", "-m", "offline")
    gnomon("init", "--reset", "-e", "vision")
    assert json.loads((here / ".gnomon.json").read_text()) == {"entity": "vision"}
    assert "nothing for granted" in gnomon("init", "--reset").output
    assert not (here / ".gnomon.json").exists()


@pytest.mark.parametrize(("does", "undoes"), [("offline", "online"), ("disabled", "enabled")])
def test_a_mode_is_set_and_taken_back(here: Path, does: str, undoes: str) -> None:
    gnomon("init", "-p", "digits")
    assert gnomon(does).exit_code == 0
    assert held().mode == does
    assert gnomon(undoes).exit_code == 0
    assert (held().mode, held().project) == ("online", "digits")


def test_the_environment_wins_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_MODE", "online")
    assert "WANDB_MODE is set" in gnomon("offline").output
    assert held().mode == "online"


def test_the_folder_wins_over_the_users_own_file(here: Path) -> None:
    (here / "config").mkdir()
    (here / "config" / "settings.json").write_text('{"project": "mine", "entity": "me"}')
    gnomon("init", "-p", "digits")
    assert (held().project, held().entity) == ("digits", "me")


@pytest.mark.parametrize("name", ["base_url", "api_key", "root_dir"])
def test_a_folder_that_came_with_a_download_cannot_say_where_runs_go(here: Path, name: str) -> None:
    (here / ".gnomon.json").write_text(json.dumps({name: "http://elsewhere"}))
    answer = gnomon("init", "-p", "digits")
    assert answer.exit_code == 1
    assert f"it may say entity, project, mode, and not {name}. .gnomon.json" in answer.output
    assert gnomon("status").exit_code == 1


def test_a_file_that_is_damaged_is_named(here: Path) -> None:
    (here / ".gnomon.json").write_text("{")
    assert ".gnomon.json" in gnomon("offline").output
    assert gnomon("offline").exit_code == 1


def test_at_a_terminal_init_asks_and_offers_what_is_known(here: Path) -> None:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gnomon", "init"], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"}, cwd=here,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    for question, answer in ((b"Project", b"\n"), (b"Team", b"vision\n")):
        while question not in shown:
            shown += os.read(ours, 4096)
        os.write(ours, answer)
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # the other side was closed
        pass
    os.close(ours)
    assert process.wait(30) == 0, shown
    assert json.loads((here / ".gnomon.json").read_text()) == {"entity": "vision", "project": here.name}
