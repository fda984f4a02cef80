"""How much slower is training that logs every step?

Steps of about 1 ms of matrix products, in blocks of 250 with and without `log()` of 10 scalars, in the order A B B A so
that a drift of the machine cancels; a server is up and the shipper sends meanwhile. The ratio is of the medians of the
blocks' CPU time of the training thread, which other processes on the machine disturb least; wall time is beside it.
"""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.harness import Result, folder, median, run_script, server

SCRIPT = """
import json, os, time
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import gnomon

def steps_of(secs):
    a = np.random.default_rng(0).standard_normal((64, 64))
    def step(repeats):
        out = a
        for _ in range(repeats):
            out = out @ a
            out /= np.abs(out).max()
        return float(out[0, 0])
    repeats = 1
    while True:
        began = time.thread_time()
        for _ in range(20):
            step(repeats)
        if time.thread_time() - began >= 20 * secs:
            return lambda: step(repeats)
        repeats += 1

step = steps_of(0.001)
run = gnomon.init(project="train-overhead", settings=gnomon.Settings(console="off"))

def block(logging):
    wall, cpu = time.perf_counter(), time.thread_time()
    for i in range(250):
        value = step()
        if logging:
            run.log({"train/loss": value, "train/accuracy": 0.5, "lr": 0.1, "a/1": 1.0, "a/2": 2.0, "a/3": 3.0,
                     "a/4": 4.0, "a/5": 5.0, "a/6": 6.0, "a/7": 7.0})
    return time.perf_counter() - wall, time.thread_time() - cpu

block(True)
plain, logged = [], []
for _ in range(10):
    for logging in (False, True, True, False):
        (logged if logging else plain).append(block(logging))
print(json.dumps({"plain": plain, "logged": logged}), flush=True)
run.finish()
"""


def measure() -> Iterable[Result]:
    with folder() as home, server(home) as running:
        said = run_script(SCRIPT, running.environment, home)
    wall, cpu = (
        100 * (median([block[i] for block in said["logged"]]) / median([block[i] for block in said["plain"]]) - 1)
        for i in (0, 1)
    )
    step_ms = 1000 * median([block[1] for block in said["plain"]]) / 250
    yield Result(
        "training steps of 1 ms, logging each of them", cpu, "%", most=3,
        note=f"step {step_ms:.2f} ms; by wall time {wall:.1f} %",
    )  # fmt: skip
