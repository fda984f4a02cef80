"""How many rows a second does the official client's file stream bring in, durably?

Requests as the client makes them (JSON lines inside JSON, 1,000 rows of 10 scalars, keys in any order, the summary with
each) are made beforehand. One client sends them one after the other; then 50 runs send at once, each on a connection of
its own, the next request when the last was answered, which means on disk. The senders share the machine's cores with
the server. Last, a script with the real client logs as fast as it can: that counts from its first `log()` to the end of
`finish()`, and is mostly the client's own time.
"""

from __future__ import annotations

import base64
import http.client
import json
import random
import subprocess
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import psutil

from benchmarks.harness import Result, Server, folder, percentile, server
from tools import clients

ROWS, WIDTH = 1000, 10
ALONE, AT_ONCE, EACH = 60, 50, 4
"""Requests of one client; clients at once, and requests of each."""

LOGGED = 20_000
SCRIPT = """
import json, time
import wandb
run = wandb.init(project="bench", id="real")
rows = [{f"group/metric_{k}": (i * 7919 % 1000) * 0.001 + k for k in range(10)} for i in range(1000)]
began = time.perf_counter()
for i in range(COUNT):
    run.log(rows[i % 1000])
run.finish()
print(json.dumps(time.perf_counter() - began))
"""

UPSERT = """mutation UpsertBucket($name: String!, $project: String!) {
  upsertBucket(input: {name: $name, modelName: $project, config: "{}"}) { bucket { id } inserted }
}"""


def body(number: int, chance: random.Random) -> bytes:
    """The request with the rows from `number * ROWS` on."""
    keys = [f"group/metric_{k}" for k in range(WIDTH)]
    lines = []
    for step in range(number * ROWS, (number + 1) * ROWS):
        chance.shuffle(keys)
        values = {
            "_step": step,
            **{key: chance.gauss(0, 1) for key in keys},
            "_timestamp": 1.7e9 + step,
            "_runtime": step,
        }
        lines.append(json.dumps(values, separators=(",", ":")))
    files = {
        "wandb-history.jsonl": {"offset": number * ROWS, "content": lines},
        "wandb-summary.json": {"offset": 0, "content": [lines[-1]]},
    }
    return json.dumps({"files": files}, separators=(",", ":")).encode()


class Stream:
    """The file stream of one run, on one connection."""

    def __init__(self, running: Server, run: str) -> None:
        self._connection: http.client.HTTPConnection = running.connect()
        self._signed_in = {"Authorization": "Basic " + base64.b64encode(f"api:{running.key}".encode()).decode()}
        asked = {"query": UPSERT, "variables": {"name": run, "project": "bench"}}
        self._post("/graphql", json.dumps(asked).encode())
        self._path = f"/files/{running.entity}/bench/{run}/file_stream"
        self.waits: list[float] = []

    def send(self, sent: bytes) -> None:
        """One request; returns when it was answered. Raises RuntimeError for anything but success."""
        began = time.perf_counter()
        self._post(self._path, sent)
        self.waits.append(time.perf_counter() - began)

    def close(self) -> None:
        self._connection.close()

    def _post(self, path: str, sent: bytes) -> None:
        self._connection.request("POST", path, sent, {"Content-Type": "application/json", **self._signed_in})
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != 200 or b'"errors"' in said:
            raise RuntimeError(f"{path} was answered {answer.status}: {said[:500]!r}")


def seconds_of(streams: Sequence[Stream], bodies: Sequence[bytes]) -> float:
    """How long it takes until every stream has had every body answered, all at the same time."""
    failures: list[BaseException] = []

    def send(stream: Stream) -> None:
        try:
            for sent in bodies:
                stream.send(sent)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=send, args=(stream,)) for stream in streams]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    secs = time.perf_counter() - began
    for stream in streams:
        stream.close()
    if failures:
        raise failures[0]
    return secs


def seconds_of_the_client(running: Server, home: Path) -> float:
    """How long the newest official client takes for `LOGGED` rows."""
    python = clients.install(clients.versions()[-1])
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "WANDB_BASE_URL": f"http://127.0.0.1:{running.port}",
        "WANDB_API_KEY": running.key,
        "WANDB_DIR": str(home),
        "WANDB_SILENT": "true",
        "WANDB__DISABLE_STATS": "true",
        "WANDB__DISABLE_MACHINE_INFO": "true",
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(
        [str(python), "-c", SCRIPT.replace("COUNT", str(LOGGED))],
        env=environment, cwd=home, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the client's script failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    found = running.ask("GET", f"/api/runs/{running.entity}/bench/real")
    if found["last_step"] != LOGGED - 1:
        raise RuntimeError(f"the client's run ended at step {found['last_step']}, not {LOGGED - 1}")
    return float(json.loads(done.stdout.strip().splitlines()[-1]))


class Meter:
    """The CPU that the server takes for rows."""

    def __init__(self, running: Server) -> None:
        self._process = psutil.Process(running.process.pid)
        self._secs = self._now()

    def _now(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system

    def us_per(self, rows: int) -> float:
        """Microseconds a row since the last time this was asked."""
        before, self._secs = self._secs, self._now()
        return 1e6 * (self._secs - before) / rows


def measure() -> Iterable[Result]:
    chance = random.Random(0)
    bodies = [body(number, chance) for number in range(ALONE)]
    with folder() as home, server(home) as running:
        alone = Stream(running, "alone")
        meter = Meter(running)
        secs = seconds_of([alone], bodies)
        yield Result(
            "file stream of the official client, one run", ALONE * ROWS / secs, "rows/s", least=50_000,
            note=f"rows of {WIDTH} scalars, {ROWS:,} a request of {1e3 * percentile(alone.waits, 0.5):.0f} ms; "
            f"server's CPU {meter.us_per(ALONE * ROWS):.1f} µs a row",
        )  # fmt: skip
        many = [Stream(running, f"run{number}") for number in range(AT_ONCE)]
        meter.us_per(1)
        secs = seconds_of(many, bodies[:EACH])
        waits = [wait for stream in many for wait in stream.waits]
        rows = AT_ONCE * EACH * ROWS
        yield Result(
            f"file stream of the official client, {AT_ONCE} runs at once", rows / secs, "rows/s", least=50_000,
            note=f"a request waits {1e3 * percentile(waits, 0.5):.0f} ms, at most {max(waits):.1f} s; server's CPU "
            f"{meter.us_per(rows):.1f} µs a row, {running.memory_mb():.0f} MB afterwards",
        )  # fmt: skip
        secs = seconds_of_the_client(running, home)
        yield Result(
            "official client, newest version, `finish()` included", LOGGED / secs, "rows/s", note=f"{LOGGED:,} rows"
        )
