"""A case for the suite's worker: a folder of small files, or one large file, as an artifact."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from typing import Any


def measure(tracker: Any, asked: Any, out: dict[str, Any], worker: Any) -> None:
    """Make the files, begin a run, keep them with it and finish.

    `asked.calls` small files of 1,000 bytes, or where `asked.steps` is given one file of that many MB. Raises
    NotImplementedError for a tracker that has nothing of the kind.
    """
    if not hasattr(tracker, "artifact"):
        raise NotImplementedError
    folder = Path(tracker.root).parent / "content"
    chance = random.Random(1)
    folder.mkdir()
    if asked.steps:
        block = chance.randbytes(1 << 20)
        with (folder / "one.bin").open("wb") as file:
            for number in range(asked.steps):
                file.write(number.to_bytes(8, "little") + block[8:])
    else:
        for number in range(asked.calls):
            inner = folder / f"{number % 100:02}"
            inner.mkdir(exist_ok=True)
            (inner / f"{number}.bin").write_bytes(chance.randbytes(1000))
    os.sync()
    worker.start(tracker, out)
    tracker.init(worker.CONFIG)
    cpu_before, began = worker.live_tree_cpu(), time.perf_counter()
    tracker.artifact(str(folder))
    called = time.perf_counter()
    tracker.finish()
    ended = time.perf_counter()
    out.update(
        call_s=called - began,
        finish_s=ended - called,
        artifact_s=ended - began,
        live_cpu_s=worker.live_tree_cpu() - cpu_before,
        vmhwm_mb=worker.hwm_mb(),
    )
