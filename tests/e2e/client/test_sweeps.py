"""Sweeps: function agents and command agents, each point of a grid once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.e2e.client.running import PROGRAMS, Client, Reader, program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

SWEEP = """
program: {train}
project: commands
method: grid
metric: {{name: loss, goal: minimize}}
parameters:
  lr: {{values: [0.5, 0.25]}}
  optimizer: {{value: sgd}}
command: ["${{env}}", "{python}", "${{program}}", "${{args}}"]
"""


@program
def two_agents(client: Client) -> Any:
    return client.run("sweeps").told


@program
def command_agent(client: Client) -> Any:
    python = client.python
    (client.base / "sweep.yaml").write_text(SWEEP.format(train=PROGRAMS / "train.py", python=python))
    made = client.command("sweep", "sweep.yaml")
    found = re.search(r"wandb agent (\S+)", made.output)
    assert found, made.output
    path = found[1]
    client.command("agent", "--count", "1", path)
    client.command("sweep", "--pause", path)
    paused = _state(client, path)
    client.command("sweep", "--resume", path)
    return path, paused, client.command("agent", path).output


def _state(client: Client, path: str) -> str:
    entity, project, sweep = path.split("/")
    query = """query($e: String!, $p: String!, $s: String!) {
        project(name: $p, entityName: $e) { sweep(sweepName: $s) { state } } }"""
    return str(client.server.graphql(query, e=entity, p=project, s=sweep)["project"]["sweep"]["state"])


def test_two_agents_visit_every_point_once(two_agents: Any) -> None:
    assert two_agents["codes"] == [0, 0]
    visited = [(lr, net["width"], fixed) for agent in two_agents["runs"] for _, lr, net, fixed in agent]
    assert sorted(visited) == [(0.25, 1, "yes"), (0.25, 2, "yes"), (0.5, 1, "yes"), (0.5, 2, "yes")]


def test_both_agents_had_something_to_do(two_agents: Any) -> None:
    assert all(two_agents["runs"])


def test_the_sweep_knows_its_runs_and_the_best_of_them(two_agents: Any) -> None:
    assert two_agents["state"] == "FINISHED"
    assert [state for _, state, _, _ in two_agents["seen"]] == ["finished"] * 4
    assert {id for id, *_ in two_agents["seen"]} == {id for agent in two_agents["runs"] for id, *_ in agent}
    assert two_agents["best"] == 0.25
    assert two_agents["name"] == "two agents"


def test_a_command_agent_runs_the_program_for_every_point(command_agent: Any, reader: Reader) -> None:
    path, paused, output = command_agent
    assert paused == "PAUSED"
    asked = {"mongo": {"sweep": path.split("/")[-1]}}
    runs = reader.server.ask("POST", "/api/projects/ann/commands/runs", asked)["runs"]
    assert sorted((run["config"]["lr"], run["config"]["optimizer"]) for run in runs) == [(0.25, "sgd"), (0.5, "sgd")]
    assert {run["state"] for run in runs} == {"finished"}, output
