"""A server that dies under a run, a run that is told to stop, and many that send at once."""

from __future__ import annotations

import base64
import http.client
import json
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client.running import Client, Reader, program
from tests.wandb_clients.serving import Served, serving

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

OFTEN = {"WANDB__FILE_STREAM_TRANSMIT_INTERVAL": "0.2"}
PATIENT = {"WANDB__FILE_STREAM_RETRY_MAX": "100", "WANDB__GRAPHQL_RETRY_MAX": "100"}


@program
def stopped(client: Client) -> Any:
    """A script that is asked to stop as soon as it runs; the client asks whether it should every 15 seconds."""
    reader, path = Reader(client.server), ["ann", "stopped", "endless"]
    plan = {"init": {"project": path[1], "id": path[2]}, "rows": 10_000, "pause_secs": 0.05}
    process = client.start("loop", plan, **OFTEN)
    until = time.monotonic() + 60
    while client.told() is None or not reader.rows(path):
        assert process.poll() is None and time.monotonic() < until, client.output()
        time.sleep(0.1)
    client.server.ask("POST", f"/api/runs/{'/'.join(path)}/stop")
    code = process.wait(90)
    return path, code, client.told()


@program
def server_killed(client: Client) -> Any:
    """A script whose server is killed twice while it logs."""
    with serving(client.base / "server") as server:
        own = Client(server, client.base / "script")
        path = ["ann", "killed-server", "goes-on"]
        plan = {"init": {"project": path[1], "id": path[2]}, "rows": 400, "pause_secs": 0.01}
        reader = Reader(server)
        process = own.start("loop", plan, **OFTEN, **PATIENT)
        for least in (40, 120):
            until = time.monotonic() + 60
            while own.told() is None or len(reader.rows(path)) < least:
                assert process.poll() is None and time.monotonic() < until, own.output()
                time.sleep(0.05)
            server.kill()
            time.sleep(0.5)
            server.start()
        assert process.wait(120) == 0, own.output()
        return reader.rows(path, repeats="all"), reader.run(path), sorted(reader.files(path))


def test_a_run_that_is_asked_to_stop_gets_a_keyboard_interrupt(stopped: Any, reader: Reader) -> None:
    path, code, told = stopped
    assert told == {"path": path, "ended": "stopped"}
    assert code == 0
    assert reader.run(path)["state"] in ("killed", "failed")


def test_a_killed_server_loses_nothing_and_has_nothing_twice(server_killed: Any) -> None:
    rows, run, files = server_killed
    assert [(row["_step"], row["n"]) for row in rows] == [(step, step) for step in range(400)]
    assert run["state"] == "finished"
    assert {"config.yaml", "wandb-summary.json"} <= set(files)


def test_fifty_clients_send_at_once_and_every_row_is_there(served: Served) -> None:
    """Fifty file streams, as the client sends them; each post is repeated once, as after a lost answer."""
    runs, posts, lines = 50, 4, 50
    basic = base64.b64encode(f"api:{served.key}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}
    host = urllib.parse.urlsplit(served.url).netloc
    make = """mutation($name: String!) { upsertBucket(input: {name: $name, modelName: "many", entityName: "ann"}) {
        bucket { name } inserted } }"""

    def send(number: int) -> None:
        connection = http.client.HTTPConnection(host, timeout=60)

        def post(path: str, body: Any) -> Any:
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 200, text
            return json.loads(text)

        name = f"run-{number}"
        assert "errors" not in post("/graphql", {"query": make, "variables": {"name": name}})
        for first in range(0, posts * lines, lines):
            content = [json.dumps({"_step": step, "loss": step / 8 + number}) for step in range(first, first + lines)]
            body: dict[str, Any] = {"files": {"wandb-history.jsonl": {"offset": first, "content": content}}}
            if first == (posts - 1) * lines:
                body |= {"complete": True, "exitcode": 0}
            for _ in range(2):
                post(f"/files/ann/many/{name}/file_stream", body)
        connection.close()

    with ThreadPoolExecutor(runs) as pool:
        list(pool.map(send, range(runs)))
    reader = Reader(served)
    for number in range(runs):
        path = ["ann", "many", f"run-{number}"]
        rows = reader.rows(path, repeats="all")
        assert [row["loss"] for row in rows] == [step / 8 + number for step in range(posts * lines)]
        assert reader.run(path)["state"] == "finished"


def test_four_real_clients_log_at_once(served: Served, tmp_path: Path) -> None:
    def logs(number: int) -> list[str]:
        plan = {"init": {"project": "four"}, "rows": [{"n": step, "of": number} for step in range(100)]}
        return list(Client(served, tmp_path / str(number)).run("rows", plan).told["path"])

    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(logs, range(4)))
    reader = Reader(served)
    for number, path in enumerate(paths):
        assert [(row["n"], row["of"]) for row in reader.rows(path)] == [(step, number) for step in range(100)]
