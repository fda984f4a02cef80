"""Edits of history in the embedded store: few bytes are written, and a crash finds them done or not begun."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded import catalogue as cat
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import RunKey

from .curves import Logger, a_block
from .small import make_small

pytestmark = pytest.mark.anyio
RUN, FORK = RunKey(1), RunKey(2)
SETTINGS = MetricSettings(idle_secs=3600, seal_rows=10**9, file_bytes=200_000)
EVERYTHING = 10**9
NOISE = np.random.default_rng(0).standard_normal(20_000)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[EmbeddedMetrics]:
    metrics = EmbeddedMetrics(tmp_path / "metrics", SETTINGS)
    yield metrics
    await metrics.close()


def segment_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in (folder / "metrics" / "segments").iterdir())


async def values(store: EmbeddedMetrics, run: RunKey = RUN, key: str = "a", stream: str = "history") -> list[float]:
    found: list[float] = (await store.series(run, key, stream=stream, buckets=EVERYTHING)).first.tolist()
    return found


async def test_whole_keys_change_hands_without_a_byte_written(store: EmbeddedMetrics, tmp_path: Path) -> None:
    await Logger(store).log(a_block({"a": NOISE, "b": NOISE}))
    await store.settle()
    before = segment_bytes(tmp_path)
    await store.move(RUN, stream="history", to_stream="history", names={"a": "c"})
    await store.move(RUN, stream="history", to_stream="removed/1")
    await store.copy(RUN, FORK, streams=("removed/1",))
    await store.move(RUN, stream="removed/1", to_stream="history")
    assert segment_bytes(tmp_path) == before
    assert await values(store, key="c") == await values(store, FORK, "c", "removed/1") == NOISE.tolist()


async def test_only_chunks_that_are_cut_are_written_anew(tmp_path: Path) -> None:
    store = EmbeddedMetrics(tmp_path / "metrics", MetricSettings(idle_secs=3600))
    await Logger(store).log(a_block(dict.fromkeys("abcdefgh", NOISE)))
    await store.settle()
    before = segment_bytes(tmp_path)
    await store.move(RUN, stream="history", to_stream="removed/1", first_step=19_999)
    grown = segment_bytes(tmp_path) - before
    assert grown < before / 2
    rows = {chunk.rows for key in "abcdefgh" for chunk in chunks(store, RUN, key)}
    assert len(rows) == len(chunks(store, RUN, "a"))
    await store.close()


def chunks(store: EmbeddedMetrics, run: RunKey, key: str, stream: str = "history") -> list[cat.Chunk]:
    found = cat.find_series(store._catalogue.connection, run, stream, key)
    return [] if found is None else cat.chunks_of(store._catalogue.connection, found[0])


async def test_cut_chunks_are_mended_when_the_cut_is_undone(store: EmbeddedMetrics) -> None:
    await Logger(store).log(a_block({"a": NOISE}))
    await store.settle()
    whole = len(chunks(store, RUN, "a"))
    for at in range(20):
        asked: dict[str, Any] = {"first_step": 50 + 900 * at, "last_step": 60 + 900 * at}
        await store.move(RUN, stream="history", to_stream="removed/1", **asked)
        await store.move(RUN, stream="removed/1", to_stream="history")
    assert await values(store) == NOISE.tolist()
    assert len(chunks(store, RUN, "a")) < 4 * whole


async def test_a_merge_of_long_keys_takes_little_memory_at_a_time(
    store: EmbeddedMetrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(monkeypatch)
    logger = Logger(store)
    await logger.log(a_block({"a": NOISE}, steps=range(0, 40_000, 2)))
    await store.move(RUN, stream="history", to_stream="removed/1")
    since = range(51, 40_000, 2)
    await logger.log(a_block({"a": -NOISE[: len(since)]}, steps=since))
    await store.settle()
    held: list[int] = []
    really = store._editor._rewriter._write

    def noted(points: Any) -> Any:
        held.append(len(points))
        return really(points)

    monkeypatch.setattr(store._editor._rewriter, "_write", noted)
    await store.move(RUN, stream="removed/1", to_stream="history")
    assert max(held) < 200
    wanted = dict(zip(range(0, 40_000, 2), NOISE.tolist(), strict=True))
    wanted |= dict(zip(since, (-NOISE[: len(since)]).tolist(), strict=True))
    assert await values(store) == [wanted[step] for step in sorted(wanted)]


async def test_bytes_that_a_fork_has_are_kept_until_both_are_gone(store: EmbeddedMetrics, tmp_path: Path) -> None:
    await Logger(store).log(a_block({"a": NOISE, "b": NOISE}))
    await store.copy(RUN, FORK)
    await Logger(store, run=3).log(a_block({"a": NOISE, "b": -NOISE}))
    await store.settle()
    both = segment_bytes(tmp_path)
    await store.delete(RUN)
    await store.settle()
    assert cat.dead_bytes(store._catalogue.connection) == {}
    assert segment_bytes(tmp_path) == both
    assert await values(store, FORK) == NOISE.tolist()
    await store.delete(FORK)
    await store.settle()
    await store.settle()
    assert segment_bytes(tmp_path) < both * 0.7
    assert await values(store, RunKey(3), "b") == (-NOISE).tolist()


async def test_compaction_moves_what_a_run_and_its_fork_share_once(tmp_path: Path) -> None:
    store = EmbeddedMetrics(tmp_path / "metrics", MetricSettings(idle_secs=3600, seal_rows=10**9, file_bytes=165_000))
    noise = NOISE[:4000]
    await Logger(store, run=3).log(a_block(dict.fromkeys("abcde", noise)))
    await Logger(store).log(a_block({"a": noise}))
    await store.settle()
    await store.copy(RUN, FORK)
    await store.delete(RunKey(3))
    await store.settle()
    first = {chunk.values for chunk in chunks(store, RUN, "a")}
    await Logger(store, run=4).log(a_block({"a": noise}))
    await store.settle()
    shared = {chunk.values for chunk in chunks(store, RUN, "a")}
    assert shared != first
    assert shared == {chunk.values for chunk in chunks(store, FORK, "a")}
    assert await values(store) == await values(store, FORK) == noise.tolist()
    await store.close()


async def test_an_edit_that_fails_changes_nothing(
    store: EmbeddedMetrics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Logger(store).log(a_block({"a": NOISE, "b": NOISE}))
    await store.settle()

    def full(*_: Any) -> None:
        raise OSError(28, "no space left on device")

    def broken(*_: Any) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    for where, what, how in ((store._segments, "put", full), (cat, "put_series", broken), (cat, "put_run", broken)):
        with monkeypatch.context() as failing:
            failing.setattr(where, what, how)
            if what != "put_run":
                with pytest.raises(Unavailable, match="cannot be edited now"):
                    await store.move(RUN, stream="history", to_stream="removed/1", first_step=10)
            with pytest.raises(Unavailable, match="cannot be edited now"):
                await store.copy(RUN, FORK, last_step=10)
        assert await values(store) == await values(store, key="b") == NOISE.tolist()
        assert await store.keys(RUN, "removed/1") == await store.keys(FORK) == []
    assert await store.copy(RUN, FORK, last_step=9) == 20


EDITOR = """
import asyncio, random, sys
from pathlib import Path
import numpy as np
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import Block, RunKey, Source

async def main():
    settings = MetricSettings(seal_rows=5000, part_bytes=50_000, file_bytes=100_000, idle_secs=0.05)
    store = EmbeddedMetrics(Path(sys.argv[1]), settings)
    run, size = RunKey(1), 12_000
    steps = np.arange(size)
    block = Block("history", ("a", "b"), steps, steps * 1.0, (np.sin(steps), steps * 2))
    await store.append(run, Source("j", 0, 1), [block])
    wanted = {"a": np.sin(steps).tolist(), "b": (steps * 2.0).tolist()}
    async def found(run, streams):
        parts = {}
        for stream in streams:
            for known in await store.keys(run, stream):
                curve = await store.series(run, known.key, stream=stream, buckets=10**9)
                assert curve.points == known.points
                parts.setdefault(known.key, []).append((curve.step_first, curve.first))
        out = {}
        for key, some in parts.items():
            at, values = (np.concatenate(column) for column in zip(*some))
            assert len(set(at.tolist())) == len(at)
            out[key] = values[np.argsort(at)].tolist()
        return out
    async def check():
        both = await found(run, ("history", "removed/1"))
        assert both == wanted, {key: len(some) for key, some in both.items()}
        fork = await found(RunKey(2), ("history",))
        assert fork in ({}, {key: some[:7001] for key, some in wanted.items()}), fork.keys()
        assert len({known.points for known in await store.keys(run, "removed/1")}) <= 1
    await check()
    print("whole", flush=True)
    generator = random.Random(int(sys.argv[2]))
    while True:
        await store.delete(RunKey(2))
        first = generator.randrange(size)
        await store.move(run, stream="history", to_stream="removed/1", first_step=first)
        print("moved", flush=True)
        await store.copy(run, RunKey(2), last_step=7000) if first > 7000 else None
        print("copied", flush=True)
        await store.move(run, stream="removed/1", to_stream="history", last_step=generator.randrange(size))
        await store.move(run, stream="removed/1", to_stream="history")
        print("back", flush=True)

asyncio.run(main())
"""


def test_a_store_killed_while_history_is_edited_has_every_point_once(tmp_path: Path) -> None:
    generator = random.Random(2)
    done = 0
    for at in range(20):
        editor = subprocess.Popen(
            [sys.executable, "-c", EDITOR, str(tmp_path / "metrics"), str(at)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert editor.stdout is not None and editor.stderr is not None
        assert editor.stdout.readline() == "whole\n", editor.stderr.read()
        for _ in range(generator.randrange(12)):
            assert editor.stdout.readline(), editor.stderr.read()
            done += 1
        os.kill(editor.pid, signal.SIGKILL)
        editor.communicate()
    assert done > 50


async def test_a_crash_at_any_sync_of_an_edit_leaves_the_old_or_the_new_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(monkeypatch)
    store = EmbeddedMetrics(tmp_path / "metrics", SETTINGS)
    await Logger(store).log(a_block({"a": NOISE[:500], "b": NOISE[:500]}))
    await store.settle()
    moments: list[Path] = []
    really, committed = os.fdatasync, cat.Catalogue.writing

    def remembered() -> None:
        to = tmp_path / f"after{len(moments)}"
        shutil.copytree(tmp_path / "metrics", to)
        moments.append(to)

    def syncs(file: int) -> None:
        remembered()
        really(file)
        remembered()

    def commits(catalogue: Any) -> Any:
        remembered()
        return committed(catalogue)

    monkeypatch.setattr(os, "fdatasync", syncs)
    monkeypatch.setattr(cat.Catalogue, "writing", commits)
    await store.move(RUN, stream="history", to_stream="removed/1", first_step=123, last_step=321)
    remembered()
    await store.close()
    monkeypatch.undo()
    seen = set()
    for moment in moments:
        after = EmbeddedMetrics(moment, SETTINGS)
        history, removed = await values(after), await values(after, stream="removed/1")
        assert (history, removed) in (
            (NOISE[:500].tolist(), []),
            (NOISE[:123].tolist() + NOISE[322:500].tolist(), NOISE[123:322].tolist()),
        )
        assert (await values(after, key="b"), await values(after, key="b", stream="removed/1")) == (history, removed)
        seen.add(len(removed))
        await after.close()
    assert seen == {0, 199}


async def test_appends_go_on_while_history_is_edited(store: EmbeddedMetrics) -> None:
    logger = Logger(store)
    await logger.log(a_block({"a": NOISE}))

    async def log() -> None:
        for at in range(50):
            await logger.log(a_block({"a": [float(at)]}, first=20_000 + at))

    async def edit() -> None:
        for at in range(10):
            await store.move(RUN, stream="history", to_stream="removed/1", first_step=1000 * at)
            await store.move(RUN, stream="removed/1", to_stream="history")

    await asyncio.gather(log(), edit())
    assert await values(store) == [*NOISE.tolist(), *map(float, range(50))]
