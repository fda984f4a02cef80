"""What is done in the background is done part by part, and a crash between two parts changes nothing."""

from __future__ import annotations

import asyncio
import gc
import shutil
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded import chores, compaction, tail
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.embedded.seal import Load
from gnomon.server.storage.metrics.store import RunKey

from .curves import Logger, a_block

pytestmark = pytest.mark.anyio
RUN = RunKey(1)
QUIET = MetricSettings(idle_secs=3600, seal_rows=10**9, file_bytes=100_000)
EVERYTHING = 10**9
NOISE = np.random.default_rng(0).standard_normal(2000)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[EmbeddedMetrics]:
    metrics = EmbeddedMetrics(tmp_path / "metrics", QUIET)
    yield metrics
    await metrics.close()


async def after_a_crash(tmp_path: Path) -> EmbeddedMetrics:
    """The store as another process would find it if this one died now."""
    shutil.rmtree(tmp_path / "crashed", ignore_errors=True)
    return EmbeddedMetrics(Path(shutil.copytree(tmp_path / "metrics", tmp_path / "crashed")), QUIET)


async def values_in(store: EmbeddedMetrics, run: int = 1, key: str = "loss") -> list[float]:
    values: list[float] = (await store.series(RunKey(run), key, buckets=EVERYTHING)).first.tolist()
    return values


async def test_a_run_of_which_much_waits_is_sealed_in_parts_and_each_part_is_whole(
    store: EmbeddedMetrics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (tail, chores):
        monkeypatch.setattr(module, "SLICE_BYTES", 20_000)
    logger = Logger(store)
    for at in range(10):
        await logger.log(a_block({"loss": NOISE[200 * at : 200 * at + 200]}, first=200 * at), size=10)
        await logger.log(a_block({"note": [f'"{at}"']}, first=200 * at), size=1)
    parts = 0
    while store._chores._seal_together([RUN]):
        parts += 1
        crashed = await after_a_crash(tmp_path)
        for one in (store, crashed):
            assert await values_in(one) == NOISE.tolist()
            assert await one.offsets(RUN) == {"j": 110}
            assert {key.key: key.points for key in await one.keys(RUN)} == {"loss": 2000, "note": 10}
        await crashed.close()
    assert parts >= 2
    await logger.log(a_block({"loss": [1.0]}, first=2000))
    assert await values_in(store) == [*NOISE.tolist(), 1.0]


async def test_a_rewind_after_parts_were_marked_holds_for_all_of_them(
    store: EmbeddedMetrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (tail, chores):
        monkeypatch.setattr(module, "SLICE_BYTES", 10_000)
    logger = Logger(store)
    for at in range(10):
        await logger.log(a_block({"loss": NOISE[200 * at : 200 * at + 200]}, first=200 * at))
    store._chores._seal_together([RUN])
    await store.truncate(RUN, after_step=99)
    await logger.log(a_block({"loss": [7.0]}, first=100))
    for _ in range(2):
        assert await values_in(store) == [*NOISE[:100].tolist(), 7.0]
        await store.settle()


async def test_files_are_made_smaller_part_by_part_and_can_be_read_between_two_parts(
    store: EmbeddedMetrics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "CHUNKS_TOGETHER", 3)
    for run in range(1, 41):
        await Logger(store, run=run).log(a_block({"loss": NOISE[run : run + 500], "acc": NOISE[:500]}))
    await store.settle()
    before = sum(file.stat().st_size for file in (tmp_path / "metrics" / "segments").iterdir())
    kept = (3, 13, 23, 33)
    for run in set(range(1, 41)) - set(kept):
        await store.delete(RunKey(run))
    store._chores._seal([RunKey(run) for run in range(1, 41)])
    parts = 0
    while store._chores._compactor.compact():
        parts += 1
        crashed = await after_a_crash(tmp_path)
        for run in kept:
            assert await values_in(store, run) == await values_in(crashed, run) == NOISE[run : run + 500].tolist()
        await crashed.close()
    assert parts >= 2
    assert sum(file.stat().st_size for file in (tmp_path / "metrics" / "segments").iterdir()) < before / 4


async def test_a_file_that_is_damaged_does_not_keep_others_from_being_made_smaller(
    store: EmbeddedMetrics, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for run in range(1, 41):
        await Logger(store, run=run).log(a_block({"loss": np.random.default_rng(run).standard_normal(1000)}))
        await store.settle()
    first, *_ = sorted((tmp_path / "metrics" / "segments").iterdir())
    (chunk, *_) = store._reader.view(
        RunKey(2), "history", "loss", tail.waiting_of(None, "history"), (0, 0)
    ).sealed.chunks
    with first.open("r+b") as file:
        file.seek(chunk.values_at + 40)
        file.write(b"\xff" * 8)
    for run in range(1, 41):
        if run % 10 != 2:
            await store.delete(RunKey(run))
    await store.settle()
    await store.settle()
    assert first.exists()
    assert len(list((tmp_path / "metrics" / "segments").iterdir())) <= 3
    assert f"{first.name}" in caplog.text
    assert caplog.text.count("cannot be read") == 1
    assert len(await values_in(store, 12)) == 1000


async def test_what_many_short_runs_take_counts_against_the_memory_that_may_wait(tmp_path: Path) -> None:
    few = MetricSettings(memory_bytes=1_000_000, idle_secs=3600, seal_rows=10**9)
    store = EmbeddedMetrics(tmp_path / "metrics", few)
    store._chores._stopping = True  # nobody seals
    taken = 0
    try:
        for run in range(1, 1000):
            await Logger(store, run=run).log(a_block({"loss": [1.0]}))
            taken += 1
    except Unavailable:  # it is behind
        pass
    assert 100 < taken < 900
    await store.close()


async def test_what_waits_is_not_looked_at_by_the_collector_of_garbage(store: EmbeddedMetrics) -> None:
    await Logger(store).log(a_block({"loss": [1.0]}))
    state = store._runs[RUN]
    (stream,) = state.streams.values()
    (lane,) = stream.lanes.values()
    (piece,) = lane.pieces
    assert not any(map(gc.is_tracked, (state, stream, lane, piece, piece.part)))


async def test_the_log_gets_shorter_while_there_is_always_more_to_seal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (tail, chores):
        monkeypatch.setattr(module, "SLICE_BYTES", 10_000)
    monkeypatch.setattr(chores, "RETIRE_SECS", 0.0)
    settings = MetricSettings(idle_secs=3600, seal_rows=10**9, part_bytes=10_000)
    store = EmbeddedMetrics(tmp_path / "metrics", settings)
    logger = Logger(store)
    for at in range(20):
        await logger.log(a_block({"loss": NOISE[:400]}, first=400 * at))
    parts = len(list((tmp_path / "metrics" / "log").iterdir()))
    really = store._chores._sealer.seal
    left: list[int] = []

    def sealed(loads: Sequence[Load]) -> None:
        left.append(len(list((tmp_path / "metrics" / "log").iterdir())))
        really(loads)

    monkeypatch.setattr(store._chores._sealer, "seal", sealed)
    store._chores._seal([RUN], float("inf"))
    assert len(left) > 5
    assert left[0] == parts > left[len(left) // 2] > left[-1]
    await store.close()


async def test_what_comes_while_the_log_is_made_shorter_stays_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EmbeddedMetrics(tmp_path / "metrics", MetricSettings(idle_secs=3600, seal_rows=10**9, part_bytes=100))
    logger, loop = Logger(store), asyncio.get_running_loop()
    await logger.log(a_block({"loss": [0.0]}))
    await store.settle()
    really = store._log.retire

    async def log_more() -> None:
        for at in (1, 2):  # each begins a part of its own
            await logger.log(a_block({"loss": [float(at)]}, first=at))

    def late(sealed: Mapping[RunKey, int], seen: int) -> None:
        asyncio.run_coroutine_threadsafe(log_more(), loop).result()
        really(sealed, seen)

    monkeypatch.setattr(store._log, "retire", late)
    await loop.run_in_executor(None, store._chores._retire)
    monkeypatch.undo()
    crashed = await after_a_crash(tmp_path)
    assert await values_in(crashed) == [0.0, 1.0, 2.0]
    await crashed.close()
    await store.close()


async def test_the_files_close_only_when_nobody_seals_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = EmbeddedMetrics(tmp_path / "metrics", MetricSettings(idle_secs=3600))
    entered, go_on = threading.Event(), threading.Event()

    def compact() -> bool:
        entered.set()
        assert go_on.wait(20)
        assert store._catalogue.connection.execute("select 1").fetchone()
        return True

    monkeypatch.setattr(store._chores._compactor, "compact", compact)
    settling = asyncio.create_task(store.settle())
    await asyncio.to_thread(entered.wait, 20)
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0.2)
    assert not closing.done()
    monkeypatch.setattr(store._chores._compactor, "compact", lambda: False)
    go_on.set()
    await asyncio.wait_for(asyncio.gather(settling, closing), 20)
    await store.settle()  # nothing is done any more, and nothing breaks
