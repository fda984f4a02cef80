"""`gnomon view`: run folders as pages, and nothing of them changed."""

from __future__ import annotations

import hashlib
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from .test_server import Machine, machine

__all__ = ["machine"]

LOG = """
import sys, gnomon
quiet = gnomon.Settings(silent=True)
run = gnomon.init(project="p", id="first", entity="lab", mode="offline", config={"lr": 0.5}, settings=quiet)
for step in range(20):
    run.log({"loss": step})
if sys.argv[1:] == ["on"]:
    print("ready", flush=True)
    sys.stdin.readline()
    run.log({"loss": 99})
    print("more", flush=True)
    sys.stdin.readline()
run.finish()
"""


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class Viewed:
    """What `gnomon view` shows, asked like a page asks."""

    def __init__(self, machine: Machine, *arguments: str) -> None:
        temporary = machine.root / "tmp"
        temporary.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gnomon", "view", "--no-open", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**machine.environ, "TMPDIR": str(temporary)},
        )  # fmt: skip
        assert self.process.stdout is not None
        printed = ""
        for line in self.process.stdout:
            printed += line
            if "Ctrl-C" in line:
                break
        found = re.search(r"(\S+)/sign-in\?link=(\S+)", printed)
        if found is None:
            _, errors = self.process.communicate(timeout=20)
            raise AssertionError(printed + errors)
        self.printed = printed
        self.client = httpx.Client(base_url=found[1], headers={"X-Gnomon-Page": "1"})
        self.client.post("/api/session", json={"link": found[2]}).raise_for_status()

    def get(self, path: str) -> Any:
        return self.client.get(f"/api{path}").raise_for_status().json()

    def end(self) -> int:
        self.client.close()
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=30)
        return self.process.returncode


@pytest.fixture
def runs(machine: Machine) -> Path:
    environ = {**machine.environ, "GNOMON_DIR": str(machine.root), "GNOMON_NO_SHIPPER": "1"}
    subprocess.run([sys.executable, "-c", LOG], env=environ, check=True, timeout=60)
    return machine.root / "gnomon-runs"


def test_a_run_folder_is_shown_with_no_account_and_stays_as_it_is(machine: Machine, runs: Path, tmp_path: Path) -> None:
    before = contents(runs)
    viewed = Viewed(machine, str(runs))
    assert "1 run at" in viewed.printed
    (project,) = viewed.get("/projects")
    run = viewed.get(f"/runs/{project['entity']}/p/first")
    assert run["state"] == "finished" and run["config"] == {"lr": 0.5}
    assert len(viewed.get(f"/runs/{project['entity']}/p/first/rows")["rows"]) == 20
    (home,) = (tmp_path / "tmp").glob("gnomon-view-*")
    assert viewed.end() == 0
    assert contents(runs) == before and not home.exists()


def test_a_run_that_goes_on_is_followed(machine: Machine, tmp_path: Path) -> None:
    environ = {**machine.environ, "GNOMON_DIR": str(machine.root), "GNOMON_NO_SHIPPER": "1"}
    script = subprocess.Popen(
        [sys.executable, "-c", LOG, "on"], env=environ, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert script.stdin is not None and script.stdout is not None
    assert script.stdout.readline() == "ready\n"
    viewed = Viewed(machine, str(machine.root / "gnomon-runs"))
    (project,) = viewed.get("/projects")
    path = f"/runs/{project['entity']}/p/first"
    assert viewed.get(path)["state"] == "running"
    assert len(viewed.get(path + "/rows")["rows"]) == 20
    script.stdin.write("\n")
    script.stdin.flush()
    assert script.stdout.readline() == "more\n"
    until = time.monotonic() + 30
    while viewed.get(path)["summary"].get("loss") != 99:
        assert time.monotonic() < until
        time.sleep(0.1)
    script.communicate("\n", timeout=30)
    while viewed.get(path)["state"] != "finished":
        assert time.monotonic() < until
        time.sleep(0.1)
    assert viewed.end() == 0


def test_a_folder_without_runs_is_said(machine: Machine, tmp_path: Path) -> None:
    done = machine.call("view", str(tmp_path / "nothing"))
    assert done.returncode == 1 and "No run folder is in" in done.stderr
