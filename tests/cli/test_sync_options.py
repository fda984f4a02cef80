"""Which runs `gnomon sync` means, under which names it sends them, and what `gnomon clean` removes."""

from __future__ import annotations

import importlib.util
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gnomon.cli.root import cli
from gnomon.protocol.journal import Kind
from gnomon.sdk.shipper import mark

_spec = importlib.util.spec_from_file_location(
    "shipper_doubles", Path(__file__).parents[1] / "sdk" / "shipper" / "conftest.py"
)
assert _spec is not None
assert _spec.loader is not None
doubles = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(doubles)


@pytest.fixture
def server() -> Any:
    double = doubles.Double()
    yield double
    double.stop()


@pytest.fixture
def runs(tmp_path: Path, server: Any, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Two online runs and an offline one, none of them sent, of yesterday but one."""
    for name in [name for name in os.environ if name.startswith(("GNOMON_", "WANDB_"))]:
        monkeypatch.delenv(name)
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"GNOMON_{name}_DIR", str(tmp_path / name.lower()))
    monkeypatch.setenv("GNOMON_API_KEY", doubles.KEY)
    monkeypatch.chdir(tmp_path)
    made = []
    for number, mode in enumerate(("online", "online", "offline")):
        name = f"run-2026010{number + 1}_000000-r{number}"
        script = doubles.Script(
            tmp_path / "gnomon-runs" / name, server.url, pid=2**30, run=f"r{number}", mode=mode, disable_stats=True
        )
        script.write(Kind.RUN, {"tags": ["old"], "job_type": "train"})
        script.write(Kind.CONSOLE, 0, time.time(), 1, "printed")
        script.log(5)
        script.finish()
        script.close()
        made.append(script.path)
    return made


def gnomon(*arguments: str, **more: Any) -> Result:
    return CliRunner().invoke(cli, list(arguments), catch_exceptions=False, **more)


def begun(server: Any) -> set[tuple[str, str]]:
    """Project and run of every journal that arrived."""
    return {(record[1]["project"], record[1]["run"]) for record in server.records(Kind.BEGIN)}


def test_view_shows_what_there_is_and_sends_nothing(runs: list[Path], server: Any) -> None:
    output = gnomon("sync", "--view").output
    assert "3 runs, 0 of them sent" in output
    assert output.count("never sent") == 3
    assert server.requests == []


def test_show_has_the_newest_and_no_more_than_asked(runs: list[Path], server: Any) -> None:
    output = gnomon("sync", "--show", "1").output
    assert "1 runs, 0 of them sent" in output
    assert server.requests == []


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--skip-online"], {"r2"}),
        (["--skip-offline"], {"r0", "r1"}),
        (["--include-globs", "run-20260102*,run-20260103*"], {"r1", "r2"}),
        (["--include-globs", "r*", "--exclude-globs", "run-20260101*"], {"r1", "r2"}),
        (["--exclude-globs", "*"], set()),
    ],
)
def test_the_runs_that_are_meant_are_chosen(runs: list[Path], options: list[str], names: set[str]) -> None:
    shown = json.loads(gnomon("sync", "--view", "--json", *options).output)
    assert {Path(run["folder"]).name[20:] for run in shown} == names


def test_runs_that_were_sent_are_skipped_where_that_is_asked(runs: list[Path], server: Any) -> None:
    assert "3 of 3" in gnomon("sync").output
    assert "Nothing to send" in gnomon("sync", "--skip-synced").output
    assert "3 runs, 3 of them sent" in gnomon("sync", "--view").output


def test_sync_says_what_came_of_each_run_as_json(runs: list[Path], server: Any) -> None:
    said = json.loads(gnomon("sync", "--json").output)
    assert [(run["state"], run["rows_left"], run["sent"]) for run in said] == [("sent", 0, True)] * 3
    assert json.loads(gnomon("sync", "--skip-synced", "--json").output) == []


def test_a_run_is_sent_to_another_project_and_stays_what_it_is(runs: list[Path], server: Any) -> None:
    elsewhere = ["-p", "other", "-e", "team", "--job-type", "eval", "--replace-tags", "old=new"]
    answer = gnomon("sync", *elsewhere, str(runs[0]))
    assert answer.exit_code == 0, answer.output
    assert begun(server) == {("other", "r1")}
    assert server.records(Kind.RUN)[0][1] == {"tags": ["new"], "job_type": "eval"}
    assert not mark.read(runs[0]).complete
    count = len(server.records(Kind.ROW))
    assert gnomon("sync", *elsewhere, str(runs[0])).exit_code == 0
    assert len(server.records(Kind.ROW)) == count == 5


def test_what_was_printed_is_left_out_where_that_is_asked(runs: list[Path], server: Any) -> None:
    assert gnomon("sync", "--skip-console", str(runs[0])).exit_code == 0
    assert server.records(Kind.CONSOLE) == []
    assert len(server.records(Kind.ROW)) == 5


def test_without_a_mark_a_run_counts_as_not_sent(runs: list[Path], server: Any) -> None:
    assert gnomon("sync", "--no-mark-synced", str(runs[0])).exit_code == 0
    assert len(server.records(Kind.ROW)) == 5
    assert not mark.read(runs[0]).complete


def test_append_needs_the_run_it_goes_behind(runs: list[Path]) -> None:
    answer = gnomon("sync", "--append", str(runs[0]))
    assert answer.exit_code == 2
    assert "--id" in answer.output


@pytest.mark.parametrize("said", ["old", "old=", "=new", "a=b,c"])
def test_tags_that_are_not_renamed_are_refused(runs: list[Path], said: str) -> None:
    answer = gnomon("sync", "--replace-tags", said)
    assert answer.exit_code == 2
    assert "OLD=NEW" in answer.output


def test_clean_removes_what_was_sent_and_began_long_ago(runs: list[Path], server: Any) -> None:
    gnomon("sync", str(runs[0]), str(runs[1]))
    assert "Nothing to remove" in gnomon("clean").output  # they began just now, whatever their folders are called
    answer = gnomon("clean", "--min-hours", "0", input="n\n")
    assert (answer.exit_code, [run.exists() for run in runs]) == (1, [True, True, True])
    assert "2 of 2 removed" in gnomon("clean", "--min-hours", "0", "--yes").output
    assert [run.exists() for run in runs] == [False, False, True]


def test_clean_names_what_would_be_lost(runs: list[Path]) -> None:
    answer = gnomon("clean", "--min-hours", "0", "--include-unsynced", input="y\n")
    assert "3 of them are on no server" in answer.output
    assert not any(run.exists() for run in runs)


def test_sync_cleans_afterwards_where_that_is_asked(runs: list[Path], server: Any) -> None:
    assert gnomon("sync", "--clean", "--clean-old-hours", "0", "--clean-force").exit_code == 0
    assert not any(run.exists() for run in runs)


def test_status_says_which_settings_hold_and_who_says_so(runs: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GNOMON_RUN_GROUP", "g")
    gnomon("init", "-p", "digits")
    output = gnomon("status", "--settings", "--host", "http://127.0.0.1:9").output
    assert "project = digits  (.gnomon.json)" in output
    assert "run_group = g  (the environment)" in output
    assert "api_key = ...  (the environment)" in output
    assert doubles.KEY not in output


def test_status_is_there_as_json(runs: list[Path], server: Any) -> None:
    said = json.loads(gnomon("status", "--json", "--host", server.url).output)
    assert (said["server"], said["user"]) == (server.url, "ada")
    assert [run["sent"] for run in said["runs"]] == [False] * 3


def test_login_is_there_as_json(runs: list[Path], server: Any) -> None:
    said = json.loads(gnomon("login", "--json", "--host", server.url).output)
    assert said == {"server": server.url, "user": "ada", "by": "GNOMON_API_KEY"}
