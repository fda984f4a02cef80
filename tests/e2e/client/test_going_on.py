"""Runs that are gone on with: killed ones, resumed ones, rewound and forked ones, and one that two processes write."""

from __future__ import annotations

import time
from typing import Any

import psutil
import pytest

from tests.e2e.client.running import Client, Reader, program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

OFTEN = {"WANDB__FILE_STREAM_TRANSMIT_INTERVAL": "0.3"}


@program
def branches(client: Client) -> Any:
    return client.run("branches").told


@program
def writers(client: Client) -> Any:
    return client.run("writers").told


@program
def killed(client: Client) -> Any:
    """A script that was killed once the server had some of its rows, and the one that went on."""
    reader = Reader(client.server)
    path = ["ann", "killed", "goes-on"]
    init = {"project": path[1], "id": path[2], "config": {"kept": True}}
    process = client.start("loop", {"init": init, "rows": 100_000, "pause_secs": 0.005}, **OFTEN)
    until = time.monotonic() + 60
    while client.told() is None or len(reader.rows(path)) < 50:
        assert process.poll() is None and time.monotonic() < until, client.output()
        time.sleep(0.1)
    helpers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait(20)
    for helper in helpers:
        helper.kill()
    psutil.wait_procs(helpers, 20)
    logged = [int(line) for line in (client.base / "logged").read_text().split()]
    before = reader.rows(path)
    plan = {"init": {**init, "resume": "must", "config": {}}, "first": 1_000_000, "rows": 20}
    return path, logged, before, client.run("loop", plan).told


def test_a_killed_script_is_gone_on_with_where_the_server_has_got_to(killed: Any, reader: Reader) -> None:
    path, logged, before, _ = killed
    rows = reader.rows(path, repeats="all")
    assert [row["_step"] for row in rows] == list(range(len(rows)))
    assert [row["n"] for row in rows] == [*range(len(before)), *range(1_000_000, 1_000_020)]
    assert len(before) <= len(logged) + 1
    run = reader.run(path)
    assert run["state"] == "finished"
    assert run["config"] == {"kept": True}


def test_resume_must_goes_on_with_steps_config_and_summary(branches: Any, reader: Reader) -> None:
    assert branches["must"]["starts at"] == 6
    assert branches["must"]["resumed"]
    assert branches["must"]["config"] == {"lr": 0.2, "depth": 3}
    assert branches["must"]["summary"] == {"n": 5, "kept": "yes"}
    rows = reader.rows(branches["base"]["path"], repeats="all")
    assert [(row["_step"], row["n"]) for row in rows] == [(step, step) for step in range(9)]


def test_resume_allow_goes_on_or_begins(branches: Any) -> None:
    assert branches["allow"]["starts at"] == 8
    assert branches["allow of nothing"]["starts at"] == 0
    assert not branches["allow of nothing"]["resumed"]


def test_resume_never_and_must_refuse_what_they_should(branches: Any) -> None:
    assert "resume" in branches["never"]["refused"]
    assert "resume" in branches["must of nothing"]["refused"]
    assert branches["never of nothing"]["starts at"] == 0
    assert branches["auto"]["starts at"] == 0


def test_a_rewound_run_has_its_rows_up_to_the_step_and_the_new_ones(branches: Any, reader: Reader) -> None:
    assert branches["rewind"]["path"] == branches["before rewind"]["path"]
    assert branches["rewind"]["starts at"] == 4
    rows = reader.rows(branches["rewind"]["path"])
    assert [(row["_step"], row["n"]) for row in rows] == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 40), (5, 50)]


def test_a_fork_has_its_parents_rows_before_its_own(branches: Any, reader: Reader) -> None:
    assert branches["fork"]["starts at"] == 3
    rows = reader.rows(branches["fork"]["path"])
    assert [(row["_step"], row["n"]) for row in rows] == [(0, 0), (1, 1), (2, 2), (3, 30)]
    assert [row["n"] for row in reader.rows(branches["base"]["path"])] == list(range(9))


def test_two_processes_write_one_run_in_shared_mode(writers: Any, reader: Reader) -> None:
    assert writers["codes"] == [0, 0]
    rows = reader.rows(writers["path"], repeats="all")
    for label in ("one", "two"):
        assert [row[f"of/{label}"] for row in rows if f"of/{label}" in row] == [0, 1, 2, 3, 4]
    run = reader.run(writers["path"])
    assert run["state"] == "finished"
    assert (run["summary"]["last of one"], run["summary"]["last of two"]) == ("one", "two")
    printed = {text for _, text in reader.console(writers["path"])}
    assert {"printed by one", "printed by two"} <= printed
