"""How long does `log()` hold up its caller?

A script with a server that is up calls `log()` of 10 and of 100 scalars in a loop, with system metrics and the shipper
running beside it; the dictionaries are made before, and every 1,000 calls the script sleeps for 20 ms. Time is wall
time around each call. *Unpreempted* leaves out the calls during which the kernel took the CPU away from the thread.
"""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.harness import Result, folder, percentile, run_script, server

SCRIPT = """
import json, resource, sys, time
import gnomon

run = gnomon.init(project="log-cost", settings=gnomon.Settings(console="off"))
clock, usage, thread = time.perf_counter_ns, resource.getrusage, resource.RUSAGE_THREAD

def loop(width, calls, pause):
    rows = [{f"group/metric_{k}": i * 0.001 + k for k in range(width)} for i in range(1000)]
    took, clean = [], []
    log = run.log
    for i in range(calls):
        row = rows[i % 1000]
        before = usage(thread).ru_nivcsw
        began = clock()
        log(row)
        ended = clock()
        took.append(ended - began)
        if usage(thread).ru_nivcsw == before:
            clean.append(ended - began)
        if pause and i % 1000 == 999:
            time.sleep(pause)
    return took, clean

loop(10, 2000, 0)
ten = loop(10, 50_000, 0.02)
hundred = loop(100, 5_000, 0.02)
print(json.dumps({"ten": ten[0], "ten_clean": ten[1], "hundred": hundred[0]}))
sys.stdout.flush()
run.finish()
"""


def measure() -> Iterable[Result]:
    with folder() as home, server(home) as running:
        said = run_script(SCRIPT, running.environment, home)
    ten, clean, hundred = ([ns / 1000 for ns in said[name]] for name in ("ten", "ten_clean", "hundred"))
    note = f"{len(ten):,} calls, {len(clean) / len(ten):.1%} unpreempted"
    yield Result("`log()` of 10 scalars, median", percentile(ten, 0.5), "µs", most=4, note=note)
    yield Result("`log()` of 10 scalars, p99", percentile(ten, 0.99), "µs", most=15)
    yield Result("`log()` of 10 scalars, p99.9, unpreempted", percentile(clean, 0.999), "µs", most=100)
    yield Result(
        "`log()` of 100 scalars, median", percentile(hundred, 0.5), "µs", most=20, note=f"{len(hundred):,} calls"
    )
