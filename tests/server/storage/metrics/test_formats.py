"""Stores written by older versions are read. Run as a module with a folder, this writes one."""

from __future__ import annotations

import asyncio
import math
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from gnomon.server.storage.metrics.embedded import seal
from gnomon.server.storage.metrics.embedded.catalogue import FORMAT
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import Block, RunKey, Source

from .curves import assert_exact

pytestmark = pytest.mark.anyio
RUN, FORK, LONG = RunKey(1), RunKey(4), RunKey(5)
SIZE, FORK_STEP, LONG_SIZE = 1500, 700, 140_000
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


def counter(size: int) -> Block:
    """A key so long that its chunks are packed, and another that rises beside it."""
    steps = np.cumsum(1 + (np.arange(size) % 100 == 0), dtype=np.int64)
    times = np.array(1.7e9 + steps * 0.5, np.float64)
    return Block("history", ("wave", "seen"), steps, times, (np.arange(size) % 64 * 1.0, steps * 32))


async def write(folder: Path) -> None:
    """A store of which half is in segments, and half in the log, as if its process had died."""
    store = EmbeddedMetrics(folder / "living", MetricSettings(idle_secs=3600, seal_rows=10**9, part_bytes=50_000))
    with pytest.MonkeyPatch.context() as small:
        small.setattr(seal, "CHUNK_POINTS", 1024)
        await store.append(LONG, Source("j", 0, 10), [counter(LONG_SIZE)])
        await store.settle()
    await store.append(RUN, Source("j", 0, 10), blocks(0, SIZE))
    await store.append(RunKey(2), Source("j", 0, 10), blocks(0, 10))
    await store.append(RunKey(3), Source("j", 0, 10), blocks(0, 10))
    await store.settle()
    await store.copy(RUN, FORK, last_step=FORK_STEP)
    await store.move(FORK, stream="history", to_stream="history", names={"same": "constant"})
    await store.move(FORK, stream="history", to_stream="removed/1", names={"flag": "flag"}, first_step=100)
    await store.append(RUN, Source("j", 10, 20), blocks(SIZE - 20, 100))
    await store.truncate(RUN, after_step=SIZE + 50)
    await store.delete(RunKey(2))
    store._catalogue.connection.execute("pragma wal_checkpoint(truncate)")
    name = f"format_{FORMAT}"
    shutil.copytree(folder / "living", folder / name, ignore=shutil.ignore_patterns("lock", "*-wal", "*-shm"))
    await store.close()
    shutil.rmtree(folder / "living")


@pytest.fixture(params=range(1, FORMAT + 1))
async def written(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[EmbeddedMetrics]:
    """A store of each format that there was."""
    shutil.copytree(Path(__file__).parent / f"format_{request.param}", tmp_path / "metrics")
    store = EmbeddedMetrics(tmp_path / "metrics", QUIET)
    yield store
    await store.close()


async def test_stores_of_every_format_are_read(written: EmbeddedMetrics) -> None:
    assert await written.offsets(RUN) == {"j": 20}
    assert await written.keys(RunKey(2)) == []
    rows = {row["_step"]: row for row in (await written.rows(RUN, limit=10**9)).rows}
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
    few = (await written.series(RunKey(3), "small")).first[2:].tolist()
    assert few == np.array(blocks(0, 10)[0].columns[1][2:], np.float64).tolist()
    lines = (await written.rows(RUN, stream="console/0", first_step=SIZE + 79)).rows
    assert [line["stdout"] for line in lines] == [f"line {SIZE + 79}"]


async def test_curves_of_every_format_are_exact(written: EmbeddedMetrics) -> None:
    curve = await written.series(RUN, "noise", buckets=100)
    noise = np.concatenate([blocks(0, SIZE)[0].columns[0][: SIZE - 20], blocks(SIZE - 20, 100)[0].columns[0][:71]])
    assert (curve.points, curve.neg_inf.sum()) == (SIZE + 51, (noise == -math.inf).sum())
    raw = await written.series(RUN, "noise", buckets=10**9)
    for buckets in (1, 7, 100, 900):
        assert_exact(await written.series(RUN, "noise", buckets=buckets), raw, buckets)


async def test_the_types_of_every_format_are_known(written: EmbeddedMetrics) -> None:
    types = {"noise": "float", "small": "float", "whole": "int", "flag": "bool", "same": "float", "holes": "string"}
    assert await written.types(RUN) == types


async def test_edits_forks_and_packs_of_format_2_are_read(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parent / "format_2", tmp_path / "metrics")
    store = EmbeddedMetrics(tmp_path / "metrics", QUIET)
    try:
        constant = await store.series(FORK, "constant")
        assert (constant.points, constant.step_last[-1]) == (FORK_STEP + 1, FORK_STEP)
        assert (await store.series(FORK, "flag")).points == 100
        assert (await store.series(FORK, "flag", stream="removed/1")).points == FORK_STEP + 1 - 100
        wave, seen = counter(LONG_SIZE).columns
        for x in ("_step", "_time", "seen"):
            raw = await store.series(LONG, "wave", x=x, buckets=10**9)
            assert raw.points == LONG_SIZE
            assert_exact(await store.series(LONG, "wave", x=x, buckets=500), raw, 500)
        assert raw.x_min.tolist() == np.array(seen, np.float64).tolist()
        assert raw.first.tolist() == np.array(wave, np.float64).tolist()
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1])))
