"""`gnomon pull`: files of a run, fetched once."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from .test_export import call, served
from .test_server import Machine, machine

__all__ = ["machine", "served"]


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def whole(served: Machine, tmp_path: Path) -> None:
    """The shipper has sent all files: it outlives the script."""
    until = time.monotonic() + 60
    while "requirements.txt" not in call(served, "pull", "ann/p/first", "--root", str(tmp_path / "scratch")).stdout:
        assert time.monotonic() < until
        shutil.rmtree(tmp_path / "scratch", ignore_errors=True)


def test_files_are_fetched_and_those_that_are_here_are_not_fetched_again(served: Machine, tmp_path: Path) -> None:
    out = tmp_path / "got"
    done = call(served, "pull", "ann/p/first", "--root", str(out))
    assert done.returncode == 0, done.stderr
    assert {"wandb-metadata.json", "requirements.txt"} <= names(out) == set(done.stdout.split())
    assert f"{len(names(out))} files fetched" in done.stderr
    (out / "requirements.txt").write_text("changed")
    again = call(served, "pull", "ann/p/first", "--root", str(out))
    assert again.stdout.split() == ["requirements.txt"] and "were here already" in again.stderr
    assert (out / "requirements.txt").read_text() != "changed"


def test_a_run_may_be_named_by_parts_and_files_by_a_pattern(served: Machine, tmp_path: Path) -> None:
    out = tmp_path / "got"
    said = call(served, "pull", "-p", "p", "-e", "ann", "first", "--like", "REQ%", "--root", str(out), "--json")
    assert said.returncode == 0, said.stderr
    assert [(Path(one["path"]).name, one["fetched"]) for one in json.loads(said.stdout)] == [("requirements.txt", True)]


def test_files_of_a_run_folder_need_no_server(served: Machine, tmp_path: Path) -> None:
    (folder,) = (served.root / "gnomon-runs").glob("run-*")
    done = call(served, "pull", str(folder), "--root", str(tmp_path / "got"))
    assert done.returncode == 0, done.stderr
    assert "requirements.txt" in done.stdout


@pytest.mark.parametrize(
    ("run", "says"),
    [("ann/p/nope", "Could not find run ann/p/nope"), ("a/b/c/d/e", "Invalid path"), ("./nowhere", "no such folder")],
)
def test_what_is_not_there_is_said_in_one_line(served: Machine, run: str, says: str) -> None:
    done = call(served, "pull", run)
    assert done.returncode == 1 and says in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_pattern_that_nothing_is_like_is_said(served: Machine) -> None:
    done: subprocess.CompletedProcess[str] = call(served, "pull", "ann/p/first", "--like", "%.png")
    assert done.returncode == 1 and "has no files like '%.png'" in done.stderr


def test_json_of_an_export_and_of_a_query(served: Machine, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    done = call(served, "export", "ann/p/first", "--format", "csv", "-o", str(file), "--json")
    assert json.loads(done.stdout) == {"path": str(file), "bytes": file.stat().st_size}
    assert call(served, "export", "ann/p/first", "-o", "-", "--json").returncode == 2
    done = call(served, "sql", "select count(*) as n from runs", "--project", "p", "--json")
    assert json.loads(done.stdout)["rows"] == [[1]]
    assert call(served, "sql", "select 1", "--project", "p", "--json", "--format", "csv").returncode == 2
