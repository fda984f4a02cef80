"""How a large logged table feels: 100,000 rows of 50 columns, 40 of numbers and 10 of words.

The page reads the whole table, so its first rows wait for tens of megabytes. It is scrolled down, across, and both ways
at once in a headless Chromium that draws with the CPU; then it is sorted, searched and grouped by what a person would
press, and the time is taken from the press to the first frame that shows the answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.browser import ask, frames, others
from benchmarks.harness import Result, folder, run_script, server

ROWS, NUMBERS, WORDS = 100_000, 40, 10
SCRIPT = """
import json, sys
import numpy as np
import gnomon
rows, numbers, words = map(int, sys.argv[1:4])
random = np.random.default_rng(0)
columns = [f"n{k}" for k in range(numbers)] + [f"w{k}" for k in range(words)]
given = [each.tolist() for each in random.standard_normal((numbers, rows)).round(5)]
given += [[f"{'abcdefgh'[n % 8]}{k} {n}" for n in random.integers(0, 10 ** (k % 4 + 1), rows)] for k in range(words)]
order = [place for pair in zip(range(0, numbers, 4), range(numbers, numbers + words)) for place in pair]
order += [place for place in range(numbers + words) if place not in order]
run = gnomon.init(project="explorer", id="one", settings=gnomon.Settings(console="off"))
data = list(map(list, zip(*(given[k] for k in order))))
run.log({"big": gnomon.Table(columns=[columns[k] for k in order], data=data)})
run.finish()
print(json.dumps([len(columns), rows]))
"""


def measure() -> Iterable[Result]:
    with folder() as home, server(home) as running:
        run_script(SCRIPT, running.environment, home, arguments=[str(n) for n in (ROWS, NUMBERS, WORDS)])
        beside = others()
        found = ask(running, "table_explorer", f"/{running.entity}/explorer/runs/one/tables/big", timeout_secs=400)
    what = f"logged table, {ROWS:,} rows × {NUMBERS + WORDS} columns"
    note = f"{found['mb']:.0f} MB of JSON; {found['heap_mb']:.0f} MB of heap; {beside}"
    yield Result(f"{what}, first rows", found["first_ms"], "ms", most=3000, note=note)
    for way, scroll in found["scroll"].items():
        note = f"{frames(scroll)}; {scroll['nodes']:,} nodes at most; {beside}"
        yield Result(f"{what}, scrolled {way}", scroll["fps"], "frames/s", least=50, note=note)
    for asked, took in found["asked"].items():
        yield Result(f"{what}, {asked}", took, "ms", most=500, note=beside)
