"""Runs without a server, brought to it afterwards by `wandb sync`; also twice, and also ones that were killed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.e2e.client.running import Client, Reader, newest_only, program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400), newest_only]


@program
def offline(client: Client) -> Any:
    """Synced, and synced once more as if it had not been."""
    told = client.run("offline", {"id": "whole", "mode": "offline", "ends": True}).told
    client.command("sync", told["folder"])
    once = Reader(client.server).rows(["ann", "offline", "whole"], repeats="all")
    for mark in [*Path(told["folder"]).glob("*.synced"), *Path(told["folder"]).glob(".syncstate")]:
        mark.unlink()
    client.command("sync", told["folder"])
    return once


@program
def torn(client: Client) -> Any:
    """A run without a server that was killed in the middle."""
    process = client.start("offline", {"id": "torn", "mode": "offline", "ends": False})
    _kill_when_told(client, process)
    client.command("sync", client.told()["folder"])
    return ["ann", "offline", "torn"]


@program
def again(client: Client) -> Any:
    """A run that was sent as it ran, and synced afterwards all the same."""
    told = client.run("offline", {"id": "again", "mode": "online", "ends": True}).told
    client.command("sync", told["folder"], "--include-online")
    return ["ann", "offline", "again"]


def _kill_when_told(client: Client, process: Any) -> None:
    until = time.monotonic() + 60
    while client.told() is None:
        assert process.poll() is None and time.monotonic() < until, client.output()
        time.sleep(0.1)
    for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
        one.kill()
    process.wait(20)


def test_an_offline_run_is_whole_after_sync(offline: Any, reader: Reader) -> None:
    path = ["ann", "offline", "whole"]
    assert [row["n"] for row in offline if "n" in row] == list(range(30))
    run = reader.run(path)
    assert run["state"] == "finished"
    assert run["config"] == {"lr": 0.1}
    files = reader.files(path)
    assert "words.txt" in files
    assert any(name.startswith("media/images/picture_") for name in files)
    assert "printed offline" in [text for _, text in reader.console(path)]
    query = 'query { project(name: "offline", entityName: "ann") { artifact(name: "offline-data:v0") { state } } }'
    assert reader.server.graphql(query)["project"]["artifact"] == {"state": "COMMITTED"}


def test_syncing_again_changes_nothing(offline: Any, reader: Reader) -> None:
    assert reader.rows(["ann", "offline", "whole"], repeats="all") == offline


def test_a_killed_offline_run_has_what_was_logged(torn: Any, reader: Reader) -> None:
    values = [row["n"] for row in reader.rows(torn, repeats="all")]
    assert len(values) >= 100
    assert values == list(range(len(values)))


def test_an_online_run_that_is_synced_has_nothing_twice(again: Any, reader: Reader) -> None:
    values = [row["n"] for row in reader.rows(again, repeats="all") if "n" in row]
    assert values == list(range(30))
