"""What belongs to somebody else answers the client as what is not there."""

from __future__ import annotations

import urllib.error
from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader, program
from tests.wandb_clients.serving import Served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

SECRET = {"init": {"project": "secret", "id": "hidden"}, "rows": [{"n": 1}]}
PATH = ["ann", "secret", "hidden"]
BEN = "b" * 40


@program
def intrusion(client: Client) -> Any:
    client.server.ask("POST", "/api/users", {"name": "ben", "api_key": BEN})
    client.run("rows", SECRET)
    return Client(client.server, client.base / "ben", key=BEN).run("intrudes", {"path": PATH}).told


def answer(told: Any, name: str) -> Any:
    kind, text = told[name]
    return kind, text.replace("no-such-project", "secret")


@pytest.mark.parametrize("what", ["read a run", "list runs", "read an artifact", "read a sweep"])
def test_it_is_answered_as_what_is_not_there(intrusion: Any, what: str) -> None:
    assert intrusion[f"{what}, there"][0] != "done"
    assert answer(intrusion, f"{what}, there") == answer(intrusion, f"{what}, not there")


def test_nothing_can_be_logged_into_it(intrusion: Any, reader: Reader) -> None:
    assert intrusion["log into it"][0] != "done"
    assert intrusion["resume it"][0] != "done"
    assert [row["n"] for row in reader.rows(PATH, repeats="all")] == [1]


def test_a_project_of_the_same_name_of_ones_own_is_another(intrusion: Any, served: Served) -> None:
    assert intrusion["own project of that name"] == ["done", "ben/secret/hidden"]
    assert served.ask("GET", "/api/runs/ben/secret/hidden", key=BEN)["state"] == "finished"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        served.ask("GET", "/api/runs/ann/secret/hidden", key=BEN)
