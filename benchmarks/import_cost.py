"""What does `import gnomon` cost, and what does it bring along?

CPU time of a fresh interpreter that imports it, minus that of one that imports nothing, medians of 15 each, taken in
turn. The count is of modules the SDK must not load: numpy and network libraries.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable

from benchmarks.harness import Result, environment, folder, median, run_script

UNWANTED = ("numpy", "http.client", "ssl", "socket", "asyncio", "psutil", "pynvml", "click", "PIL", "torch")


def cpu_secs(code: str, env: dict[str, str]) -> float:
    before = os.times()
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def measure() -> Iterable[Result]:
    with folder() as home:
        env = environment(home, "http://localhost:9")
        cpu_secs("import gnomon", env)
        pairs = [(cpu_secs("import gnomon", env), cpu_secs("pass", env)) for _ in range(15)]
        loaded = run_script("import gnomon, json, sys; print(json.dumps(sorted(sys.modules)))", env, home)
        bare = run_script("import json, sys; print(json.dumps(sorted(sys.modules)))", env, home)
    there = [name for name in UNWANTED if name in loaded and name not in bare]
    cpu_ms = 1000 * (median([with_it for with_it, _ in pairs]) - median([without for _, without in pairs]))
    yield Result("`import gnomon`, CPU", cpu_ms, "ms", most=50, note=f"{len(loaded) - len(bare)} modules")
    yield Result("`import gnomon`, unwanted modules", len(there), "modules", most=0, note=" ".join(there))
