"""Stores written by older versions are read. Run as a module with a folder, this writes one."""

from __future__ import annotations

import asyncio
import math
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import Block, RunKey, Source

RUN = RunKey(1)
SIZE = 1500
QUIET = MetricSettings(idle_secs=3600, seal_rows=10**9)


def blocks(first: int, size: int) -> list[Block]:
    """Every kind of column, and every level."""
    steps = np.arange(first, first + size, dtype=np.int64)
    times = np.array(1.7e9 + steps * 0.25, np.float64)
    noise = np.random.default_rng(first).standard_normal(size)
    noise[::97] = math.nan
    noise[1::97] = -math.inf
    texts: list[str | None] = [f'"line {step}"' for step in steps]
    numbers = {
        "noise": noise,
        "small": noise.astype(np.float32).astype(np.float64),
        "whole": steps**3,
        "flag": steps % 2 == 0,
        "same": np.zeros(size),
    }
    return [
        Block("history", tuple(numbers), steps, times, tuple(numbers.values())),
        Block("history", ("holes",), steps, times, ([text if at % 3 else None for at, text in enumerate(texts)],)),
        Block("console/0", ("stdout",), steps, times, (texts,)),
    ]


async def write(folder: Path) -> None:
    """A store of which half is in segments, and half in the log, as if its process had died."""
    store = EmbeddedMetrics(folder / "living", MetricSettings(idle_secs=3600, seal_rows=10**9, part_bytes=50_000))
    await store.append(RUN, Source("j", 0, 10), blocks(0, SIZE))
    await store.append(RunKey(2), Source("j", 0, 10), blocks(0, 10))
    await store.append(RunKey(3), Source("j", 0, 10), blocks(0, 10))
    await store.settle()
    await store.append(RUN, Source("j", 10, 20), blocks(SIZE - 20, 100))
    await store.truncate(RUN, after_step=SIZE + 50)
    await store.delete(RunKey(2))
    store._catalogue.connection.execute("pragma wal_checkpoint(truncate)")
    shutil.copytree(folder / "living", folder / "format_1", ignore=shutil.ignore_patterns("lock", "*-wal", "*-shm"))
    await store.close()
    shutil.rmtree(folder / "living")


@pytest.mark.anyio
async def test_a_store_of_format_1_is_read(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parent / "format_1", tmp_path / "metrics")
    store = EmbeddedMetrics(tmp_path / "metrics", QUIET)
    try:
        assert await store.offsets(RUN) == {"j": 20}
        assert await store.keys(RunKey(2)) == []
        rows = {row["_step"]: row for row in (await store.rows(RUN, limit=10**9)).rows}
        assert sorted(rows) == list(range(SIZE + 51))
        for part, end in ((blocks(0, SIZE), SIZE - 20), (blocks(SIZE - 20, 100), SIZE + 51)):
            for block in part[:2]:
                for key, column in zip(block.keys, block.columns, strict=True):
                    for step, value in zip(block.steps.tolist(), np.array(column, object).tolist(), strict=True):
                        if step >= end or value is None:
                            continue
                        wanted = value.strip('"') if isinstance(value, str) else value
                        assert repr(rows[step].get(key)) == repr(wanted)
        assert [rows[step]["_time"] for step in (0, SIZE)] == [1.7e9, 1.7e9 + SIZE * 0.25]
        few = (await store.series(RunKey(3), "small")).first[2:].tolist()
        assert few == np.array(blocks(0, 10)[0].columns[1][2:], np.float64).tolist()
        curve = await store.series(RUN, "noise", buckets=100)
        noise = np.concatenate([blocks(0, SIZE)[0].columns[0][: SIZE - 20], blocks(SIZE - 20, 100)[0].columns[0][:71]])
        assert (curve.points, curve.neg_inf.sum()) == (SIZE + 51, (noise == -math.inf).sum())
        assert curve.high.max() == np.nanmax(noise)
        lines = (await store.rows(RUN, stream="console/0", first_step=SIZE + 79)).rows
        assert [line["stdout"] for line in lines] == [f"line {SIZE + 79}"]
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1])))
