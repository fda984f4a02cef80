"""Commands that work on runs, as a person types them, with a real server."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.sdk.programs import Program, run
from tests.wandb_clients.serving import Served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

SCRIPT = """
import sys
import gnomon
with gnomon.init(project=sys.argv[1], id=sys.argv[2] or None, mode=sys.argv[3] or None, config={"lr": 0.1}) as run:
    for step in range(5):
        run.log({"loss": step / 2, "text": "word", "nan": float("nan")})
    print("printed")
    if len(sys.argv) > 4:
        artifact = gnomon.Artifact("kept", type="dataset")
        with artifact.new_file("inside.txt") as file:
            file.write("inside")
        run.log_artifact(artifact)
        run.log({"table": gnomon.Table(columns=["x"], data=[[1], [2]])})
"""


@pytest.fixture
def script(program: Program) -> Any:
    path = program.base / "script.py"
    path.write_text(SCRIPT)

    def runs(project: str = "", id: str = "", mode: str = "", *more: str) -> None:
        run(program.server, program.base, [sys.executable, str(path), project or "p", id, mode, *more])

    return runs


@pytest.fixture
def gnomon(program: Program) -> Any:
    def types(*arguments: str, succeeds: bool = True) -> str:
        command = [sys.executable, "-m", "gnomon", *arguments]
        done = run(program.server, program.base, command, succeeds=succeeds)
        return done.stdout + done.stderr

    return types


def losses(api: Any, path: str) -> list[tuple[int, float]]:
    return [(row["_step"], row["loss"]) for row in api.run(path).scan_history(keys=["_step", "loss"])]


def test_verify_finds_everything_well(gnomon: Any, program: Program) -> None:
    output = gnomon("verify")
    assert "all is well" in output and output.count("ok  ") == 7, output
    assert list(program.api.runs(f"{program.server.entity}/gnomon-verify")) == []


def test_verify_says_what_fails(program: Program, gnomon: Any) -> None:
    said = json.loads(gnomon("verify", "--json", "--host", "http://127.0.0.1:9", succeeds=False))
    (check,) = said["checks"]
    assert check["what"] == "signing in"
    assert "127.0.0.1:9" in check["trouble"]


def test_a_folder_that_is_offline_is_sent_later(script: Any, gnomon: Any, program: Program) -> None:
    gnomon("offline")
    script("later", "off")
    assert "1 runs, 0 of them sent" in gnomon("sync", "--view")
    gnomon("online")
    assert "1 of 1 runs are complete" in gnomon("sync")
    assert len(losses(program.api, f"{program.server.entity}/later/off")) == 5


def test_the_project_of_a_folder_is_that_of_its_scripts(gnomon: Any, program: Program) -> None:
    gnomon("init", "-p", "of-the-folder")
    code = "import gnomon; run = gnomon.init(id='here'); run.log({'x': 1}); run.finish()"
    run(program.server, program.base, [sys.executable, "-c", code])
    assert program.api.run(f"{program.server.entity}/of-the-folder/here").summary["x"] == 1


def test_a_run_is_sent_to_another_project_with_its_tables_and_artifacts(
    script: Any, gnomon: Any, program: Program
) -> None:
    script("first-place", "moved", "offline", "artifacts")
    assert "1 of 1" in gnomon("sync", "-p", "second-place", "--job-type", "eval")
    entity = program.server.entity
    there = program.api.run(f"{entity}/second-place/moved")
    assert (there.state, there.job_type, there.config["lr"]) == ("finished", "eval", 0.1)
    assert sorted(each.type for each in there.logged_artifacts()) == ["dataset", "run_table"]
    assert there.summary["table"]["nrows"] == 2
    assert "1 of 1" in gnomon("sync", "--include-globs", "run-????????_??????-moved")
    first = program.api.run(f"{entity}/first-place/moved")
    assert sorted(each.type for each in first.logged_artifacts()) == ["dataset", "run_table"]
    assert len(losses(program.api, f"{entity}/first-place/moved")) == 5


def test_runs_are_put_behind_each_other(script: Any, gnomon: Any, program: Program) -> None:
    script("appended", "one", "offline")
    script("appended", "two", "offline")
    folders = {folder.name[20:]: folder for folder in program.base.glob("gnomon-runs/run-*")}
    assert "1 of 1" in gnomon("sync", str(folders["one"]))
    for _ in range(2):  # doing it again changes nothing
        assert "1 of 1" in gnomon("sync", "--id", "one", "--append", str(folders["two"]))
    path = f"{program.server.entity}/appended/one"
    assert losses(program.api, path) == [(step, (step % 5) / 2) for step in range(10)]


def test_sync_of_a_server_that_is_away_leaves_with_1(script: Any, gnomon: Any, served: Served) -> None:
    script("away", "a", "offline")
    output = gnomon("sync", "--host", "http://127.0.0.1:9", succeeds=False)
    assert "their data stays on this disk" in output


def test_clean_leaves_what_is_not_sent(script: Any, gnomon: Any, program: Program) -> None:
    script("cleaned", "sent")
    script("cleaned", "kept", "offline")
    assert "1 of 1 removed" in gnomon("clean", "--min-hours", "0", "-y")
    assert [folder.name[20:] for folder in Path(program.base, "gnomon-runs").glob("run-*")] == ["kept"]
