"""What does a row cost until the server has it?

A script logs rows of 10 scalars as fast as it can and calls `finish()`. Rows a second count from the first `log()` to
the end of `finish()`, after which the server is asked whether it has them all. CPU is that of the script, its shipper
and whatever else it started, minus that of the same script with 100 rows, per row. Memory is the peak of the same tree,
as proportional shares.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from benchmarks.harness import Result, folder, run_tree, server, wait_for_rows

ROWS = 100_000
SCRIPT = """
import json, time
import gnomon
run = gnomon.init(project="{project}", settings=gnomon.Settings(console="off"))
rows = [{{f"group/metric_{{k}}": (i * 7919 % 1000) * 0.001 + k for k in range(10)}} for i in range(1000)]
began = time.perf_counter()
for i in range({count}):
    run.log(rows[i % 1000])
run.finish()
print(json.dumps(time.perf_counter() - began), flush=True)
"""


def measure() -> Iterable[Result]:
    with folder() as home, server(home) as running:
        _, few = run_tree(SCRIPT.format(project="few", count=100), running.environment, home)
        secs, many = run_tree(SCRIPT.format(project="many", count=ROWS), running.environment, home)
        wait_for_rows(running, "many", ROWS - 1)
        journal_bytes = sum(path.stat().st_size for path in Path(home).glob("gnomon-runs/*/run.journal"))
    cpu_us = 1e6 * (many["cpu_secs"] - few["cpu_secs"]) / ROWS
    yield Result("rows of 10 scalars, `finish()` included", ROWS / secs, "rows/s", least=50_000, note=f"{ROWS:,} rows")
    yield Result("process tree's CPU per row of 10 scalars", cpu_us, "µs", most=15, note="script and shipper")
    yield Result("process tree's memory while logging, peak", many["peak_mb"], "MB", most=70)
    yield Result("journal on disk, per scalar", journal_bytes / (ROWS + 100) / 10, "bytes", most=12)
