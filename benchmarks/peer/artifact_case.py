"""A case for the suite's worker: a folder of small files, or one large file, as an artifact."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from typing import Any


def measure(tracker: Any, asked: Any, out: dict[str, Any], worker: Any, content: str) -> None:
    """Begin a run, keep files with it and finish; the files lie in `content`, and are made where they are not.

    They are `asked.calls` small files of 1,000 bytes, or where `asked.steps` is given one file of that many MB. Raises
    NotImplementedError for a tracker that has nothing of the kind.
    """
    if not hasattr(tracker, "artifact"):
        raise NotImplementedError
    folder = Path(content, f"one-{asked.steps}" if asked.steps else f"many-{asked.calls}")
    if not folder.exists():
        _make(folder, asked.calls, asked.steps)
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


def _make(folder: Path, count: int, megabytes: int) -> None:
    """The files, whole and on the disk."""
    draft = folder.with_name(f"{folder.name}.draft")
    draft.mkdir(parents=True)
    chance = random.Random(1)
    if megabytes:
        block = chance.randbytes(1 << 20)
        with (draft / "one.bin").open("wb") as file:
            for number in range(megabytes):
                file.write(number.to_bytes(8, "little") + block[8:])
    else:
        for number in range(count):
            inner = draft / f"{number % 100:02}"
            inner.mkdir(exist_ok=True)
            (inner / f"{number}.bin").write_bytes(chance.randbytes(1000))
    draft.rename(folder)
    os.sync()
