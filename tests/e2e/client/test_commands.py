"""The commands of `wandb`, as they are typed."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.e2e.client.running import Client, newest_only, program

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


@program
def logged_in(client: Client) -> Any:
    """A login whose key is on the command line, and a run whose key is in the file that it wrote."""
    keyless = {"WANDB_API_KEY": None, "WANDB_BASE_URL": None}
    login = client.command("login", "--host", client.server.url, client.key, **keyless)
    run = client.run("rows", {"init": {"project": "logged-in"}, "rows": [{"n": 1}]}, **keyless).told
    wrong = client.command("login", "--relogin", "--host", client.server.url, "f" * 40, succeeds=False, **keyless)
    return login.output, run, wrong


@program
def shelved(client: Client) -> Any:
    """An artifact put, listed and fetched with commands."""
    (client.base / "up").mkdir()
    (client.base / "up" / "words.txt").write_text("words")
    put = client.command("artifact", "put", "up", "--name", "ann/shelves/words", "--type", "dataset", "--alias", "best")
    listed = client.command("artifact", "ls", "ann/shelves")
    client.command("artifact", "get", "ann/shelves/words:best", "--root", "down")
    return put.output, listed.output, (client.base / "down" / "words.txt").read_text()


@program
def restored(client: Client) -> Any:
    """A file of a run, brought back by `wandb restore` and `wandb.restore`."""
    (client.base / "model.bin").write_text("weights")
    run = client.run("saves").told
    return run, client.run("restores", run).told


@program
def verified(client: Client) -> Any:
    return client.command("verify", "--host", client.server.url, succeeds=False)


def test_login_stores_a_key_that_scripts_use(logged_in: Any) -> None:
    output, run, _ = logged_in
    assert "ann" in output or "key is configured" in output  # older ones do not ask who it is
    assert run["path"][:2] == ["ann", "logged-in"]


@newest_only
def test_login_refuses_a_key_that_nobody_has(logged_in: Any) -> None:
    *_, wrong = logged_in
    assert wrong.code != 0


def test_artifacts_are_put_listed_and_fetched(shelved: Any) -> None:
    put, listed, down = shelved
    assert "words" in put
    assert "words:v0" in listed
    assert down == "words"


def test_files_of_a_run_are_restored(restored: Any) -> None:
    _, told = restored
    assert told == "weights"


@pytest.mark.skipif("CLIENT_VERSION" not in os.environ, reason="takes long; `make test-clients` runs it")
def test_verify_finds_nothing_but_that_it_is_not_https(verified: Any) -> None:
    failed = [line.partition("..")[0] for line in verified.output.splitlines() if line.endswith("❌")]
    assert failed == [
        "Checking requests to base url",
        "Checking requests made over signed URLs",
        "Checking CORs configuration of the bucket",
    ]
