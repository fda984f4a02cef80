"""`gnomon sync --sync-tensorboard`: folders of event files become runs."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from gnomon.cli.root import cli
from gnomon.sdk.tensorboard.records import record
from tests.sdk.conftest import alone, hidden_failures, said
from tests.sdk.tensorboard import messages

__all__ = ["alone", "hidden_failures", "said"]


def sync(*arguments: str) -> Result:
    return CliRunner(env={"GNOMON_MODE": "offline"}).invoke(cli, ["sync", "--sync-tensorboard", *arguments])


def board(folder: Path) -> Path:
    folder.mkdir()
    whole = b"".join(record(messages.event(step, messages.scalar("loss", 1.0))) for step in range(3))
    (folder / "events.out.tfevents.1.host").write_bytes(whole)
    return folder


def test_each_folder_is_a_run(alone: Path, said: list[str]) -> None:
    board(alone / "first")
    board(alone / "second")
    done = sync("first", "second", "-p", "boards")
    assert done.exit_code == 0, done.output
    first, second = done.output.splitlines()
    assert first.startswith("first: 3 rows  ") and "boards/" in first and second.startswith("second: 3 rows")
    assert len(list((alone / "gnomon-runs").glob("run-*"))) == 2


def test_what_came_of_it_as_json(alone: Path) -> None:
    board(alone / "logs")
    done = sync("logs", "--json", "--id", "mine")
    (came,) = json.loads(done.output)
    assert came["rows"] == 3 and came["path"].endswith("/mine") and came["damaged"] == []


def test_what_cannot_be_meant_is_said(alone: Path) -> None:
    board(alone / "first")
    assert "needs the folders of event files" in sync().output
    assert "--id is of one run" in sync("first", "first", "--id", "x").output
    (alone / "empty").mkdir()
    done = sync("empty")
    assert done.exit_code == 2 and "No event files of TensorBoard are below empty" in done.output
