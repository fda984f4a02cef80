"""A real server with two runs of ten million points, in each of which one point stands out; see `spike.spec.ts`.

    python web/e2e/planted.py --port 9710 [--page web/dist] [--points 10000000]

The points are put into the server's metric store while no server runs, which takes seconds. One spike lies within a
block of points that the store summarises; the other is the first point of such a block. Prints one JSON line when it
is ready: that of `serve.py`, and `spikes`: metric, step and height of each, and where NaN and an infinity are.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from serve import LAUNCH, PROJECT, Script, Sender

from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import Block, RunKey, Source

HEIGHT = 9.0
TOGETHER = 250_000
SETTLED_BY_HAND = MetricSettings(memory_bytes=1 << 40, seal_rows=1 << 40, seal_bytes=1 << 40, log_parts=1000)
"""So that the second run is cut into blocks where the first one is."""


class Server:
    """A server process on a data folder."""

    def __init__(self, data: Path, port: int, page: str) -> None:
        command = [sys.executable, "-c", LAUNCH, page, "--port", str(port), "--data", str(data), "--no-login-here"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.link = ""
        assert self.process.stdout
        for line in self.process.stdout:
            if found := re.search(r"http\S+/sign-in\?link=\S+", line):
                self.link = found[0]
            if "/api/docs" in line:
                break
        threading.Thread(target=lambda: [None for _ in self.process.stdout or ()], daemon=True).start()
        self.sender = Sender(f"http://127.0.0.1:{port}", (data / "keys" / "local-admin.key").read_text().strip())
        for _ in range(200):
            try:
                self.entity: str = self.sender.call("GET", "/api/viewer")["user"]["name"]
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the server does not answer")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


async def plant(data: Path, run: int, metric: str, points: int, spike: int, odd: dict[int, float]) -> list[int]:
    """Noise about 1 with a spike; the first steps of the blocks that the whole curve is made of."""
    store = EmbeddedMetrics(data / "metrics", SETTLED_BY_HAND)
    values = 1 + 0.05 * np.random.default_rng(run).standard_normal(points)
    values[spike] = HEIGHT
    for step, value in odd.items():
        values[step] = value
    journal = "planted"
    for at in range(0, points, TOGETHER):
        steps = np.arange(at, min(points, at + TOGETHER))
        block = Block("history", (metric,), steps, 1.7e9 + steps * 0.05, (values[steps],))
        await store.append(RunKey(run), Source(journal, at, at + len(steps)), [block])
    await store.settle()
    curve = await store.series(RunKey(run), metric)
    await store.close()
    return [int(step) for step in curve.step_first]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, default=9710)
    options.add_argument("--page", default="")
    options.add_argument("--points", type=int, default=10_000_000)
    given = options.parse_args()
    page = given.page and str(Path(given.page).resolve())
    data = Path(tempfile.mkdtemp(prefix="gnomon-e2e-"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = Server(data, given.port, page)
    try:
        runs = [Script(at, name, "finished", 1e-4, "mlp", at, 1) for at, name in enumerate(("within", "at-an-edge"))]
        for run in runs:
            server.sender.send(run, [*run.opening(), *run.ending()])
        server.stop()
        with sqlite3.connect(data / "gnomon.db") as tables:
            keys = [tables.execute("select key from runs where id = ?", (run.id,)).fetchone()[0] for run in runs]
        points = given.points
        spikes: list[dict[str, Any]] = [{"metric": "within", "step": points * 37 // 100 + 11, "height": HEIGHT}]
        edges = asyncio.run(plant(data, keys[0], "within", points, spikes[0]["step"], {}))
        edge = edges[len(edges) * 61 // 100]
        odd = {edge - points // 5: float("nan"), edge + points // 5: float("inf")}
        asyncio.run(plant(data, keys[1], "at-an-edge", points, edge, odd))
        spikes.append({"metric": "at-an-edge", "step": edge, "height": HEIGHT, "odd": list(odd)})
        server = Server(data, given.port, page)
        ready = {
            "url": server.sender.url, "link": server.link, "key": server.sender.key, "entity": server.entity,
            "project": PROJECT, "points": points, "spikes": spikes,
        }  # fmt: skip
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        server.process.wait()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
