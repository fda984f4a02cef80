"""What does logging an image cost the caller?

CPU time of the calling thread for `log({"image": Image(array)})` with a 256 x 256 x 3 array of bytes, median of 100.
"""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.harness import Result, folder, median, run_script, server

SCRIPT = """
import json, time
import numpy as np
import gnomon
run = gnomon.init(project="media", settings=gnomon.Settings(console="off"))
pixels = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
run.log({"image": gnomon.Image(pixels)})
took = []
for i in range(100):
    began = time.thread_time()
    run.log({"image": gnomon.Image(pixels)})
    took.append(time.thread_time() - began)
    time.sleep(0.005)
print(json.dumps(took), flush=True)
run.finish()
"""


def measure() -> Iterable[Result]:
    with folder() as home, server(home) as running:
        took = run_script(SCRIPT, running.environment, home)
    yield Result("image 256×256×3, caller's CPU", 1000 * median(took), "ms", most=0.1, note="median of 100")
