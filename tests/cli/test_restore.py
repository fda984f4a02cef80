"""`gnomon restore`: the commit, the changes and the config that a run had."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .test_server import Machine, machine

__all__ = ["machine"]

TRAIN = """
import gnomon
run = gnomon.init(project="p", id="first", config={"lr": 0.5}, settings=gnomon.Settings(silent=True, save_code=True))
run.log({"loss": 1})
run.finish()
"""


def git(folder: Path, *arguments: str) -> str:
    named = ["-c", "user.name=ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *named, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def work(machine: Machine, tmp_path: Path) -> Path:
    """A repository whose script has logged a run with changes that are not committed; a commit came since."""
    _, printed = machine.start()
    url = next(word for word in printed.split() if word.startswith("http")).partition("/sign-in")[0]
    machine.url = url  # type: ignore[attr-defined]
    repository = tmp_path / "work"
    repository.mkdir()
    git(repository, "init", "-q")
    (repository / "train.py").write_text(TRAIN)
    (repository / "model.py").write_text("size = 1\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "first")
    (repository / "model.py").write_text("size = 2\n")
    environ = {**machine.environ, "GNOMON_BASE_URL": url, "GNOMON_DIR": str(machine.root)}
    subprocess.run([sys.executable, "train.py"], cwd=repository, env=environ, check=True, timeout=60)
    git(repository, "checkout", "-q", "model.py")
    (repository / "model.py").write_text("size = 30\n")
    git(repository, "commit", "-q", "-a", "-m", "second")
    return repository


def restore(machine: Machine, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gnomon", "restore", *arguments, "--host", machine.url]  # type: ignore[attr-defined]
    return subprocess.run(command, cwd=folder, env=machine.environ, capture_output=True, text=True, timeout=60)


def test_the_commit_is_checked_out_on_a_branch_and_its_changes_are_applied(machine: Machine, work: Path) -> None:
    done = restore(machine, work, "ann/p/first")
    assert done.returncode == 0, done.stdout + done.stderr
    assert git(work, "symbolic-ref", "--short", "HEAD") == "gnomon/first"
    assert git(work, "log", "-1", "--format=%s") == "first"
    assert (work / "model.py").read_text() == "size = 2\n"
    kept = work / "gnomon-runs" / "restored-first"
    assert "lr" in (kept / "config.yaml").read_text() and (kept / "diff.patch").stat().st_size > 0
    again = restore(machine, work, "ann/p/first")
    assert again.returncode == 1 and "there is a branch gnomon/first already" in again.stderr


def test_without_a_branch_the_commit_is_checked_out_by_itself(machine: Machine, work: Path) -> None:
    assert restore(machine, work, "ann/p/first", "--no-branch").returncode == 0
    assert git(work, "log", "-1", "--format=%s") == "first"
    assert git(work, "branch", "--list", "gnomon/*") == ""


def test_changes_of_ones_own_are_not_written_over(machine: Machine, work: Path) -> None:
    (work / "model.py").write_text("size = 4  # mine\n")
    done = restore(machine, work, "ann/p/first")
    assert done.returncode == 1 and "git checkout failed" in done.stderr
    assert (work / "model.py").read_text() == "size = 4  # mine\n"


def test_without_git_only_what_was_kept_is_brought_back(machine: Machine, work: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = restore(machine, elsewhere, "ann/p/first", "--no-git")
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "gnomon-runs" / "restored-first" / "config.yaml").exists()
    assert git(work, "log", "-1", "--format=%s") == "second"


def test_a_folder_that_is_no_clone_says_where_to_go(machine: Machine, work: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environ = {"GIT_CEILING_DIRECTORIES": str(tmp_path)}
    os.environ.update(environ)
    try:
        done = restore(machine, elsewhere, "ann/p/first")
    finally:
        del os.environ["GIT_CEILING_DIRECTORIES"]
    assert done.returncode == 1 and "is in no git repository" in done.stderr
    git(elsewhere, "init", "-q")
    done = restore(machine, elsewhere, "ann/p/first")
    assert done.returncode == 1 and "is not in this repository" in done.stderr
