"""How long do `init()` and `finish()` hold up a script?

Each number is the median of 7 fresh processes. `init()` is counted from its call until the first `log()` has returned;
`finish()` after 100 rows. Once with a server that is up, once with an address where nobody listens.
"""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.harness import Result, environment, folder, free_port, median, run_script, server

SCRIPT = """
import json, time
import gnomon
began = time.perf_counter()
run = gnomon.init(project="init-finish")
run.log({"loss": 1.0})
first = time.perf_counter() - began
for i in range(99):
    run.log({"loss": 1.0 / (i + 1)})
    time.sleep(0.005)
began = time.perf_counter()
run.finish()
print(json.dumps([first, time.perf_counter() - began]))
"""


def measure() -> Iterable[Result]:
    with folder() as home, server(home) as running:
        up = [run_script(SCRIPT, running.environment, home) for _ in range(7)]
    with folder() as home:
        env = {**environment(home, f"http://127.0.0.1:{free_port()}"), "GNOMON_API_KEY": "a" * 40}
        down = [run_script(SCRIPT, env, home) for _ in range(7)]
    yield Result("`init()` to first `log()`, server up", 1000 * median([one[0] for one in up]), "ms", most=20)
    yield Result("`init()` to first `log()`, server down", 1000 * median([one[0] for one in down]), "ms", most=20)
    yield Result("`finish()` after 100 rows, server up", median([one[1] for one in up]), "s", most=0.3)
    yield Result("`finish()` after 100 rows, server down", median([one[1] for one in down]), "s", most=1)
