"""What a run is run on."""

from __future__ import annotations

import subprocess

import pytest

from gnomon.model.secrets import MASK, mask_secrets
from gnomon.sdk import stand_in
from gnomon.sdk.system import git, metadata, packages


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")

    def run(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True)

    run("init", "-q", "-b", "trunk")
    run("config", "user.name", "a")
    run("config", "user.email", "a@b")
    run("remote", "add", "origin", "https://me:ghp_secret@example.org/a/b.git")
    (tmp_path / "inner").mkdir()
    (tmp_path / "train.py").write_text("print(1)\n")
    (tmp_path / "inner" / "net.py").write_text("x = 1\n")
    run("add", ".")
    run("commit", "-q", "-m", "one")
    return tmp_path


def test_a_clean_work_tree_has_no_diff(repository):
    state = git.read(str(repository))
    assert state is not None
    assert (state.branch, state.dirty, state.diff) == ("trunk", False, b"")
    assert len(state.commit) == 40


def test_the_remote_is_kept_without_its_secrets(repository):
    state = git.read(str(repository))
    assert state is not None
    assert state.remote == "https://example.org/a/b.git"


def test_the_diff_is_of_the_whole_tree_wherever_the_script_lies_and_can_be_applied(repository):
    (repository / "train.py").write_text("print(2)\n")
    (repository / "inner" / "net.py").write_text("x = 2\n")
    state = git.read(str(repository / "inner"))
    assert state is not None
    assert state.dirty
    subprocess.run(["git", "checkout", "-q", "."], cwd=repository, check=True)
    subprocess.run(["git", "apply"], cwd=repository, input=state.diff, check=True)
    assert (repository / "train.py").read_text() == "print(2)\n"
    assert (repository / "inner" / "net.py").read_text() == "x = 2\n"


def test_no_repository_is_no_trouble(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git.read(str(tmp_path)) is None
    assert git.read(str(tmp_path / "missing")) is None


@pytest.mark.parametrize(
    ("remote", "kept"),
    [
        ("https://u:p@h/x", "https://h/x"),
        ("https://token@h/x?key=1#f", "https://h/x"),
        ("ssh://git@h:22/x", "ssh://h:22/x"),
        ("git@h:x/y.git", "git@h:x/y.git"),
        ("/srv/x", "/srv/x"),
    ],
)
def test_addresses_lose_their_secrets(remote, kept):
    assert git.without_secrets(remote) == kept


def test_values_of_secret_flags_are_masked():
    given = ["--lr", "1", "--api-key", "abc", "--hf-token=def", "-p", "x", "--password", "--lr", "token", "key=abc"]
    assert mask_secrets(given) == [
        "--lr", "1", "--api-key", MASK, f"--hf-token={MASK}", "-p", "x",
        "--password", "--lr", "token", f"key={MASK}",
    ]  # fmt: skip


def test_metadata_tells_where_the_run_ran(repository):
    found = metadata.gather(
        program="inner/net.py",
        argv=["--api-key", "not-for-others"],
        cwd=str(repository),
        started_at=0.0,
        state=git.read(str(repository)),
    )
    assert found["args"] == ["--api-key", MASK]
    assert "not-for-others" not in str(found)
    assert found["git"]["branch"] == "trunk"
    assert found["codePath"] == "inner/net.py"
    assert found["startedAt"] == "1970-01-01T00:00:00+00:00"
    assert found["cpu_count_logical"] >= 1


def test_settings_stand_in_place_of_what_the_machine_says(repository):
    said = {
        "docker": "img:1",
        "gpu_count": 8,
        "gpu": "H100",
        "commit": "abc",
        "remote_url": "https://me:tok@host/a.git",
    }
    found = metadata.gather(program="", argv=[], cwd=str(repository), started_at=0.0, state=None, said=said)
    assert (found["docker"], found["gpu_count"], found["gpu"]) == ("img:1", 8, "H100")
    assert found["git"] == {"commit": "abc", "remote": "https://host/a.git"}
    found = metadata.gather(program="", argv=[], cwd=str(repository), started_at=0.0, state=None, machine=False)
    assert {"host", "os", "cpu_count", "memory", "disk"}.isdisjoint(found)


def test_requirements_are_what_is_installed(tmp_path):
    for name, version in (("Aa_b", "1.0"), ("c", "2")):
        folder = tmp_path / f"{name}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nName: no\n")
    assert packages.requirements([str(tmp_path), str(tmp_path / "missing")]) == "Aa_b==1.0\nc==2\n"
    assert "msgspec==" in packages.requirements()
    assert packages.requirements([stand_in.PATH, str(tmp_path)]) == "Aa_b==1.0\nc==2\n", (
        "what stands in for wandb is none"
    )
