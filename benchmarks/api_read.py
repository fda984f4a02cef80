"""What it costs a script to read back what was logged, with `gnomon.Api()`.

    python -m benchmarks api_read

One metric of ten, of one run of 100,000 rows, and of 20 runs of 10,000 rows each: the data of the peers' figures, which
stand in the notes (their own query API, the best of several reads). CPU is that of the reading process, with all of its
threads, and without imports; the server's stands beside it. Every answer is checked against what was logged.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from benchmarks.harness import Result, Server, folder, run_script, server
from benchmarks.journals import Feed, rows

KEYS = [f"m{number}" for number in range(10)]
ROWS_A_POST = 10_000

READER = """
import json, resource, sys, time
import gnomon
{before}
api = gnomon.Api()
run = api.run("{entity}/one/r0")
runs = api.runs("{entity}/many")
len(runs), list(runs)
def read():
    {read}
costs, walls = [], []
for _ in range({times}):
    wall, cpu = time.perf_counter(), time.process_time()
    found = read()
    costs.append(time.process_time() - cpu)
    walls.append(time.perf_counter() - wall)
{check}
print(json.dumps([min(costs), min(walls), costs[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""
ONE_ROWS = 'assert len(found) == 100_000 and [row["_step"] for row in found] == list(range(100_000))'
ONE_TABLE = 'assert len(found) == 100_000 and list(found["_step"]) == list(range(100_000))'
MANY_ROWS = "assert len(found) == 200_000 and len({row['run_id'] for row in found}) == 20"
PEERS_ONE = "peers: trackio 652, aim 477, MLflow 3,286, TensorBoard 7,075"
PEERS_MANY = "peers: trackio 1,960, aim 1,029, MLflow 7,796, TensorBoard 14,189"

READS: list[tuple[str, str, str, str, float | None, str]] = [
    ("1 × 100,000 rows, history(), dicts", "",
     'return run.history(samples=100_000, keys=["m3"], pandas=False)', ONE_ROWS, 30, PEERS_ONE),
    ("1 × 100,000 rows, scan_history()", "", 'return list(run.scan_history(keys=["m3"], page_size=100_000))', ONE_ROWS,
     30, PEERS_ONE),
    ("1 × 100,000 rows, scan_history() with pages of 1,000", "", 'return list(run.scan_history(keys=["m3"]))', ONE_ROWS,
     None, ""),
    ("20 × 10,000 rows, histories(), dicts", "", 'return runs.histories(samples=10_000, keys=["m3"])', MANY_ROWS, 50,
     PEERS_MANY),
    ("20 × 10,000 rows, run by run", "",
     'return [row for one in runs for row in one.history(samples=10_000, keys=["m3"], pandas=False)]',
     "assert len(found) == 200_000", None, PEERS_MANY),
]  # fmt: skip


def fill(running: Server, project: str, run: str, count: int) -> None:
    """A run of ten metrics of noise."""
    feed = Feed(running, project, run, KEYS)
    draw = np.random.default_rng(7)
    feed.send(feed.first)
    for at in range(0, count, ROWS_A_POST):
        feed.send(rows(at, draw.standard_normal((ROWS_A_POST, len(KEYS)))))
    feed.finish()


def cpu_secs(pid: int) -> float:
    """What a process has computed so far."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / 100


def measure(times: int = 9) -> Iterable[Result]:
    """What `make bench` asks for."""
    with folder() as home, server(home) as running:
        fill(running, "one", "r0", 100_000)
        for number in range(20):
            fill(running, "many", f"r{number}", 10_000)
        time.sleep(3)  # until the server has put the rows in their final place
        for what, before, read, check, most, peers in READS:
            code = READER.format(entity=running.entity, before=before, read=read, check=check, times=times)
            theirs = cpu_secs(running.process.pid)
            best, wall, first, memory = run_script(code, running.environment, home)
            theirs = (cpu_secs(running.process.pid) - theirs) / times
            note = f"{wall * 1e3:.0f} ms until it is here, first {first * 1e3:.0f} ms, server {theirs * 1e3:.0f} ms"
            note += f", {memory:.0f} MB; {peers} ms" if peers else f", {memory:.0f} MB"
            yield Result(f"Api: {what}", best * 1e3, "ms CPU", most=most, note=note)
