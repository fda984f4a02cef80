"""`gnomon artifact` where no server is asked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gnomon.cli.root import cli


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in list(os.environ):
        if name.startswith(("GNOMON_", "WANDB_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GNOMON_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ask(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["artifact", *arguments])


def test_what_it_can_do_is_told() -> None:
    told = ask("--help").output
    for name in ("put", "get", "ls", "cache"):
        assert name in told
    for flag in ("--name", "--description", "--type", "--alias", "--id", "--resume", "--skip_cache", "--policy"):
        assert flag in ask("put", "--help").output


@pytest.mark.parametrize(
    "arguments",
    [("ls", "a/b/c"), ("ls", "/p"), ("cache", "cleanup", "lots"), ("put", "gone"), ("put", "here", "-n", "a/b/c/d"),
     ("put", "here", "--policy", "odd")],
    ids=lambda given: " ".join(given),
)  # fmt: skip
def test_what_makes_no_sense_is_said_in_one_line(own_home: Path, arguments: tuple[str, ...]) -> None:
    (own_home / "here").write_text("x")
    done = ask(*arguments)
    assert done.exit_code == 2
    assert "Error: " in done.output


def test_who_is_not_signed_in_is_told_how_to(own_home: Path) -> None:
    for arguments in (("get", "p/a:v0"), ("ls", "p")):
        done = ask(*arguments, "--host", "localhost:1")
        assert done.exit_code == 1
        assert "gnomon login --host http://localhost:1" in done.output


def test_the_cache_is_tidied(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GNOMON_CACHE_DIR", str(own_home / "cache"))
    held = own_home / "cache" / "artifacts"
    for name, size in (("md5/aa/aa", 1000), ("md5/bb/bb", 500), ("incoming/x", 70)):
        (held / name).parent.mkdir(parents=True, exist_ok=True)
        (held / name).write_bytes(bytes(size))
    os.utime(held / "md5/aa/aa", ns=(1, 1))
    done = ask("cache", "cleanup", "1kB", "--json")
    assert json.loads(done.output) == {"folder": str(held), "freed_bytes": 1000, "left_bytes": 500}
    done = ask("cache", "cleanup", "1kB", "--remove-temp", "--json")
    assert json.loads(done.output) == {"folder": str(held), "freed_bytes": 70, "left_bytes": 500}
    assert "Freed 0 B; 500 B are left" in ask("cache", "cleanup", "1GB").output
