"""`gnomon sweep`, `gnomon agent` and `gnomon controller` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gnomon.cli.root import cli
from gnomon.sdk.service import Service
from tests.sdk.conftest import alone as alone
from tests.sdk.public.conftest import KEYS, Served
from tests.sdk.public.conftest import served as served

CONFIG = "program: train.py\nmethod: grid\nparameters: {a: {values: [1, 2]}}\n"


@pytest.fixture
def service(served: Served, alone: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setenv("GNOMON_BASE_URL", served.url)
    monkeypatch.setenv("GNOMON_API_KEY", KEYS["ann"])
    (alone / "sweep.yaml").write_text(CONFIG)
    return Service(served.url, KEYS["ann"])


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def made(*words: str) -> Any:
    done = typed("sweep", "sweep.yaml", "--json", *words)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_sweep_is_made_and_what_runs_it_is_said(service: Service) -> None:
    done = typed("sweep", "sweep.yaml", "-p", "tuning")
    assert done.exit_code == 0, done.output
    path = done.stdout.split()[1]
    assert path.startswith("ann/tuning/")
    assert f"{service.base_url}/ann/tuning/sweeps/" in done.stdout and f"gnomon agent {path}" in done.stdout
    assert service.get(f"/sweeps/{path}")["config"] == CONFIG


def test_options_win_over_the_config(service: Service) -> None:
    about = made("--name", "mine", "--program", "other.py", "--controller", "-e", "ann", "-p", "q")
    assert [about[key] for key in ("name", "program", "controlled_locally", "project")] == [
        "mine",
        "other.py",
        True,
        "q",
    ]
    done = typed("sweep", "sweep.yaml", "--controller")
    assert "Control it with: gnomon controller ann/uncategorized/" in done.stdout


@pytest.mark.parametrize(
    ("option", "state"),
    [("--pause", "PAUSED"), ("--stop", "FINISHED"), ("--cancel", "CANCELED"), ("--resume", "RUNNING")],
)
def test_a_sweep_is_steered(service: Service, option: str, state: str) -> None:
    id = made("-p", "q")["id"]
    done = typed("sweep", option, f"q/{id}", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["state"] == state


def test_a_sweep_searches_something_else_from_now_on(service: Service, alone: Path) -> None:
    id = made()["id"]
    (alone / "sweep.yaml").write_text("method: random\nparameters: {b: {min: 0.0, max: 1.0}}\ncolour: red\n")
    done = typed("sweep", "--update", id, "sweep.yaml", "--name", "renamed")
    assert done.exit_code == 0, done.output
    assert "colour is no part of a sweep's config" in done.stderr
    detail = service.get(f"/sweeps/ann/uncategorized/{id}")
    assert (detail["sweep"]["method"], detail["sweep"]["name"]) == ("random", "renamed")


def test_runs_of_before_are_named_one_by_one(service: Service) -> None:
    assert made("-R", "one", "--prior_run", "two")["warnings"] == [
        "2 of the prior runs are not in the project, or belong to another sweep"
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["sweep", "nothing.yaml"], "No such file or directory. nothing.yaml"),
        (["sweep", "--pause", "x", "--name", "y"], "--pause and --name make no sense together"),
        (["sweep", "--update", "x", "sweep.yaml", "-R", "y"], "--update and --prior_run make no sense together"),
        (["sweep", "--stop", "00000000"], "There is no "),
        (["sweep", "a/b/c/d", "--stop"], "A sweep is named by"),
        (["agent", "a/b/c/d"], "A sweep is named by"),
        (["agent", "x", "--count", "-1"], "-1"),
        (["controller", "nobody/p/00000000"], "There is no"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_in_one_line(service: Service, words: list[str], says: str) -> None:
    done = typed(*words)
    assert done.exit_code != 0
    assert says in done.stderr and "Traceback" not in done.output


def test_an_agent_says_what_it_did_and_why_it_left(service: Service, alone: Path) -> None:
    (alone / "sweep.yaml").write_text(CONFIG + 'command: ["false"]')
    id = made()["id"]
    done = typed("agent", id, "--max-failures", "2", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {"sweep": id, "why": "2 runs failed one after the other"}


def test_each_command_says_how_it_is_used() -> None:
    for name in ("sweep", "agent", "controller"):
        done = typed(name, "--help")
        assert done.exit_code == 0 and "SWEEP" in done.stdout
