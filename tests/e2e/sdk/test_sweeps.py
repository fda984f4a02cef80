"""A sweep from its making to its end: two agents at once, of which one is killed in the middle of a trial."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.wandb_clients.serving import Served, serving

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
LEASE_SECS = 6

TRAIN = """
import os, time
import gnomon as wandb
run = wandb.init(config={"lr": "mine", "seed": 3})
wandb.config.update({"lr": "still mine"})
print("TRIAL", run.id, os.getpid(), flush=True)
for step in range(4):
    wandb.log({"loss": wandb.config.lr * wandb.config["net"]["width"] + step})
    time.sleep(float(os.environ.get("NAP", 0)))
"""
FUNCTION = """
import sys
import gnomon as wandb
def train():
    exec(open("train.py").read(), {})
wandb.agent(sys.argv[1], function=train)
"""
CONFIG = """
program: train.py
method: grid
metric: {name: loss}
parameters:
  lr: {values: [1, 2, 3]}
  net: {parameters: {width: {values: [10, 20]}}}
"""


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that gives runs of silent agents away after a few seconds."""
    before = os.environ.get("GNOMON_SERVER_SWEEP_LEASE_SECS")
    os.environ["GNOMON_SERVER_SWEEP_LEASE_SECS"] = str(LEASE_SECS)
    try:
        with serving(tmp_path_factory.mktemp("patient")) as server:
            yield server
    finally:
        if before is None:
            del os.environ["GNOMON_SERVER_SWEEP_LEASE_SECS"]


class Lab:
    """A folder with a script and a config, and commands in it."""

    def __init__(self, server: Served, base: Path) -> None:
        self.server, self.base = server, base
        (base / "train.py").write_text(TRAIN)
        (base / "function.py").write_text(FUNCTION)
        command = f'command: ["{sys.executable}", "${{program}}", "${{args_no_boolean_flags}}"]'
        (base / "sweep.yaml").write_text(CONFIG + command)

    def environ(self, **more: str) -> dict[str, str]:
        home = {"HOME": str(self.base), "GNOMON_STATE_DIR": str(self.base / "state"), "GNOMON_QUIET": "true"}
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        return {**kept, **home, "GNOMON_BASE_URL": self.server.url, "GNOMON_API_KEY": self.server.key, **more}

    def gnomon(self, *words: str, **more: str) -> Any:
        """A command to its end; the JSON it printed, after what runs did."""
        done = subprocess.run(
            [sys.executable, "-m", "gnomon", *words], cwd=self.base, env=self.environ(**more), capture_output=True,
            text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout[done.stdout.index("{") :])

    def start(self, log: str, *words: str, **more: str) -> subprocess.Popen[bytes]:
        with (self.base / log).open("wb") as output:
            return subprocess.Popen(
                [sys.executable, *words], cwd=self.base, env=self.environ(**more), stdout=output, stderr=output
            )

    def trials(self, log: str) -> list[tuple[str, int]]:
        """The runs that an agent has begun, and the processes they were in."""
        said = [line.split() for line in (self.base / log).read_text().splitlines() if line.startswith("TRIAL")]
        return [(id, int(pid)) for _, id, pid in said]

    def sweep(self, path: str) -> Any:
        return self.server.ask("GET", f"/api/sweeps/{path}")


@pytest.fixture
def lab(patient: Served, tmp_path: Path) -> Lab:
    return Lab(patient, tmp_path)


def made(lab: Lab, project: str) -> str:
    about = lab.gnomon("sweep", "sweep.yaml", "-p", project, "--json")
    return f"{about['entity']}/{about['project']}/{about['id']}"


POINTS = sorted((lr, width) for lr in (1, 2, 3) for width in (10, 20))


def check_each_point_once(lab: Lab, sweep: str) -> None:
    detail = lab.sweep(sweep)
    assert detail["sweep"]["state"] == "FINISHED"
    assert sorted((run["params"]["lr"], run["params"]["net.width"]) for run in detail["runs"]) == POINTS
    for run in detail["runs"]:
        assert run["state"] == "finished"
        assert run["value"] == run["params"]["lr"] * run["params"]["net.width"]
        config = lab.server.run(sweep.split("/")[1], run["id"])["config"]
        assert config == {"lr": run["params"]["lr"], "net": {"width": run["params"]["net.width"]}, "seed": 3}


def test_what_an_agent_had_that_was_killed_is_tried_again_and_every_point_is_tried_once(lab: Lab) -> None:
    sweep = made(lab, "killed")
    agent = ("-m", "gnomon", "agent", sweep)
    victim, other = lab.start("victim.log", *agent, NAP="30"), lab.start("other.log", *agent, NAP="0.3")
    until = time.monotonic() + 60
    while not lab.trials("victim.log") and time.monotonic() < until:
        time.sleep(0.05)
    ((lost, pid),) = lab.trials("victim.log")
    victim.kill()
    os.kill(pid, signal.SIGKILL)
    assert victim.wait(20) == -signal.SIGKILL
    assert other.wait(120) == 0, (lab.base / "other.log").read_text()
    assert lost in [id for id, _ in lab.trials("other.log")]
    check_each_point_once(lab, sweep)
    (late,) = (agent for agent in lab.sweep(sweep)["agents"] if agent["state"] == "LOST")
    assert late["runs"] == 0


def test_two_agents_that_call_a_function_share_the_work_and_a_third_has_nothing_to_do(lab: Lab) -> None:
    sweep = made(lab, "shared")
    agents = [lab.start(f"{at}.log", "function.py", sweep, NAP="0.2") for at in range(2)]
    assert [agent.wait(120) for agent in agents] == [0, 0]
    begun = [{id for id, _ in lab.trials(f"{at}.log")} for at in range(2)]
    assert all(begun) and not begun[0] & begun[1] and len(begun[0] | begun[1]) == len(POINTS)
    check_each_point_once(lab, sweep)
    assert lab.start("late.log", "function.py", sweep).wait(60) == 0
    assert lab.trials("late.log") == []


def test_a_grid_goes_on_where_it_was_and_a_sweep_that_is_canceled_stops_its_run(lab: Lab) -> None:
    sweep = made(lab, "steered")
    assert lab.gnomon("agent", sweep, "--count", "4", "--json") == {"sweep": sweep, "why": ""}
    agent = lab.start("last.log", "function.py", sweep, NAP="30")
    until = time.monotonic() + 60
    while not lab.trials("last.log") and time.monotonic() < until:
        time.sleep(0.05)
    assert lab.gnomon("sweep", "--cancel", sweep, "--json")["state"] == "CANCELED"
    assert agent.wait(60) == 0
    states = sorted(run["state"] for run in lab.sweep(sweep)["runs"])
    assert states == ["finished"] * 4 + ["killed"]
    assert lab.gnomon("sweep", "--resume", sweep, "--json")["state"] == "RUNNING"
    assert lab.gnomon("agent", sweep, "--json")["why"] == ""
    points = [(run["params"]["lr"], run["params"]["net.width"]) for run in lab.sweep(sweep)["runs"]]
    assert sorted(points) == POINTS
