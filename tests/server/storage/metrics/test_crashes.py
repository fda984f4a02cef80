"""What was acknowledged is there after any crash, once; what is damaged is named."""

from __future__ import annotations

import asyncio
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gnomon.model.errors import Unavailable
from gnomon.server.storage.metrics.embedded import catalogue, compaction
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.embedded.log import CommitLog
from gnomon.server.storage.metrics.embedded.records import Kind, Record
from gnomon.server.storage.metrics.open import open_metrics
from gnomon.server.storage.metrics.store import RunKey

from .curves import Logger, a_block
from .small import make_small

pytestmark = pytest.mark.anyio
RUN = RunKey(1)
QUIET = MetricSettings(idle_secs=3600, seal_rows=10**9)
EVERYTHING = 10**9


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[EmbeddedMetrics]:
    metrics = EmbeddedMetrics(tmp_path / "metrics", QUIET)
    yield metrics
    await metrics.close()


async def values_in(store: EmbeddedMetrics, key: str = "loss") -> list[float]:
    values: list[float] = (await store.series(RUN, key, buckets=EVERYTHING)).first.tolist()
    return values


def as_after_a_crash(store_folder: Path, to: Path) -> Path:
    """The folder as another process would find it if this one died now."""
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(store_folder, to))


async def test_a_log_cut_at_any_byte_gives_the_appends_before_the_cut(store: EmbeddedMetrics, tmp_path: Path) -> None:
    logger = Logger(store)
    ends = [0]
    for at in range(5):
        await logger.log(a_block({"loss": [float(at)]}, first=at), size=10)
        ends.append(next((tmp_path / "metrics" / "log").glob("*.log")).stat().st_size)
    for cut in sorted(
        {*range(0, ends[-1], 11), *ends, *(end - 1 for end in ends[1:]), *(end + 1 for end in ends[:-1])}
    ):
        crashed = as_after_a_crash(tmp_path / "metrics", tmp_path / "crashed")
        os.truncate(next((crashed / "log").glob("*.log")), cut)
        again = EmbeddedMetrics(crashed, QUIET)
        whole = sum(end <= cut for end in ends) - 1
        assert await values_in(again) == [float(at) for at in range(whole)]
        assert await again.offsets(RUN) == ({"j": 10 * whole} if whole else {})
        more = Logger(again)
        more.taken = 10 * whole
        await more.log(a_block({"loss": [99.0]}, first=99))
        await again.close()
        again = EmbeddedMetrics(crashed, QUIET)
        assert (await values_in(again))[-1] == 99.0
        await again.close()


async def test_a_flipped_bit_in_the_log_is_named_or_costs_only_the_end(store: EmbeddedMetrics, tmp_path: Path) -> None:
    logger = Logger(store)
    for at in range(4):
        await logger.log(a_block({"loss": [float(at)]}, first=at), size=10)
    size = next((tmp_path / "metrics" / "log").glob("*.log")).stat().st_size
    named = []
    for at in range(0, size, 3):
        crashed = as_after_a_crash(tmp_path / "metrics", tmp_path / "crashed")
        flip(next((crashed / "log").glob("*.log")), at, at % 8)
        try:
            again = EmbeddedMetrics(crashed, QUIET)
        except Unavailable as error:
            named.append(str(error))
            continue
        # The end of a log may have been torn off by the crash itself; the journal's offset says so to the sender.
        assert await values_in(again) == [0.0, 1.0, 2.0]
        assert await again.offsets(RUN) == {"j": 30}
        await again.close()
    assert len(named) > size / 3 / 2
    assert all(".log" in name for name in named)


def flip(path: Path, at: int, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 1 << bit]))


@pytest.mark.parametrize("what", ["segments/00000001.seg", "catalogue.sqlite"])
async def test_a_flipped_bit_in_what_is_sealed_is_named_or_changes_nothing(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(monkeypatch)
    store = EmbeddedMetrics(tmp_path / "metrics", QUIET)
    noise = np.random.default_rng(0).standard_normal(400)
    notes = [f'"{at}"' for at in range(400)]
    await Logger(store).log(a_block({"loss": noise, "note": notes, "whole": np.arange(400), "same": np.ones(400)}))
    await store.close()
    store = EmbeddedMetrics(tmp_path / "metrics", QUIET)
    right = await everything_in(store)
    await store.close()
    generator = random.Random(0)
    size = (tmp_path / "metrics" / what).stat().st_size
    named = []
    for _ in range(100):
        damaged = as_after_a_crash(tmp_path / "metrics", tmp_path / "damaged")
        flip(damaged / what, generator.randrange(size), generator.randrange(8))
        try:
            again = EmbeddedMetrics(damaged, QUIET)
        except Unavailable as error:
            named.append(str(error))
            continue
        try:
            assert await everything_in(again) == right
        except Unavailable as error:
            named.append(str(error))
        finally:
            await again.close()
    assert len(named) > 5
    assert all("catalogue" in name or ".seg" in name for name in named)


async def everything_in(store: EmbeddedMetrics) -> str:
    rows = (await store.rows(RUN, limit=EVERYTHING)).rows
    curves = [
        [getattr(curve, name).tolist() for name in ("x_min", "x_max", "low", "high", "first", "last", "mean", "count")]
        for buckets in (3, 20, 90)
        for x in ("_step", "_time")
        for curve in [await store.series(RUN, "loss", x=x, buckets=buckets)]
    ]
    return repr((rows, curves, await store.keys(RUN), await store.offsets(RUN)))


async def test_nothing_is_acknowledged_or_seen_before_it_is_synced(
    store: EmbeddedMetrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Logger(store).log(a_block({"loss": [1.0]}), size=10)
    synced, reached = threading.Event(), threading.Event()
    really = os.fdatasync

    def slowly(file: int) -> None:
        reached.set()
        synced.wait()
        really(file)

    monkeypatch.setattr(os, "fdatasync", slowly)
    logger = Logger(store)
    logger.taken = 10
    logging = asyncio.ensure_future(logger.log(a_block({"loss": [2.0]}, first=1), size=10))
    await asyncio.get_running_loop().run_in_executor(None, reached.wait)
    assert not logging.done()
    assert await values_in(store) == [1.0]
    assert await store.offsets(RUN) == {"j": 10}
    synced.set()
    await logging
    assert await values_in(store) == [1.0, 2.0]


async def test_all_that_wait_are_synced_together(store: EmbeddedMetrics, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    first, release = threading.Event(), threading.Event()
    really = os.fdatasync

    def counted(file: int) -> None:
        syncs.append(file)
        first.set()
        release.wait()
        really(file)

    monkeypatch.setattr(os, "fdatasync", counted)
    ahead = asyncio.ensure_future(Logger(store, run=99).log(a_block({"loss": [1.0]})))
    await asyncio.get_running_loop().run_in_executor(None, first.wait)
    others = [asyncio.ensure_future(Logger(store, run=run).log(a_block({"loss": [1.0]}))) for run in range(50)]
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(ahead, *others)
    assert len(syncs) == 2


async def test_a_full_disk_refuses_and_goes_on_when_there_is_room(
    store: EmbeddedMetrics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = Logger(store)
    await logger.log(a_block({"loss": [1.0]}))
    really = os.write

    def half(file: int, data: memoryview) -> int:
        if len(data) > 50:
            return really(file, data[:50])
        raise OSError(errno.ENOSPC, "no space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "write", half)
        with pytest.raises(Unavailable) as refused:
            await logger.log(a_block({"loss": [2.0]}, first=1))
        assert refused.value.retry_after_secs > 0
        assert await values_in(store) == [1.0]
    await logger.log(a_block({"loss": [3.0]}, first=1))
    crashed = EmbeddedMetrics(as_after_a_crash(tmp_path / "metrics", tmp_path / "crashed"), QUIET)
    assert await values_in(crashed) == await values_in(store) == [1.0, 3.0]
    await crashed.close()


async def test_after_a_failed_sync_nothing_is_written_until_a_new_start(
    store: EmbeddedMetrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = Logger(store)
    await logger.log(a_block({"loss": [1.0]}))

    def broken(file: int) -> None:
        raise OSError(errno.EIO, "input/output error")

    with monkeypatch.context() as failing:
        failing.setattr(os, "fdatasync", broken)
        with pytest.raises(Unavailable, match="synced"):
            await logger.log(a_block({"loss": [2.0]}, first=1))
    with pytest.raises(Unavailable, match="started anew"):
        await logger.log(a_block({"loss": [2.0]}, first=1))
    assert await values_in(store) == [1.0]


async def test_a_store_that_is_behind_says_so_and_catches_up(tmp_path: Path) -> None:
    small = MetricSettings(memory_bytes=200_000, idle_secs=3600, seal_rows=10**9)
    store = EmbeddedMetrics(tmp_path / "metrics", small)
    logger = Logger(store)
    refused = 0
    for at in range(60):
        while True:
            try:
                await logger.log(a_block({"loss": np.full(1000, float(at))}, first=1000 * at))
                break
            except Unavailable:
                refused += 1
                await store.settle()
    assert refused
    assert (await store.series(RUN, "loss")).points == 60_000
    await store.close()


async def test_a_second_process_is_refused(store: EmbeddedMetrics, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="another process"):
        open_metrics("embedded", tmp_path / "metrics")


async def test_sealed_parts_of_the_log_go_away(tmp_path: Path) -> None:
    store = EmbeddedMetrics(tmp_path / "metrics", MetricSettings(idle_secs=3600, seal_rows=10**9, part_bytes=20_000))
    logger = Logger(store)
    for at in range(20):
        await logger.log(a_block({"loss": np.arange(1000.0)}, first=1000 * at))
    assert len(list((tmp_path / "metrics" / "log").iterdir())) > 10
    await store.settle()
    assert len(list((tmp_path / "metrics" / "log").iterdir())) == 1
    await store.close()
    assert not list((tmp_path / "metrics" / "log").iterdir())


def test_a_part_of_the_log_is_not_retired_while_it_is_opened_to_be_written_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = CommitLog(tmp_path / "log")
    first.write([Record(1, RUN, 0, Kind.TRUNCATE, b"")])
    first.close()
    again = CommitLog(tmp_path / "log")
    assert len(list(again.replay())) == 1
    retiring = threading.Thread(target=again.retire, args=({}, 1))
    really = os.open

    def opens(path: Any, flags: int, *mode: int) -> int:
        file = really(path, flags, *mode)
        if flags & os.O_APPEND:
            retiring.start()
            retiring.join(0.2)
        return file

    with monkeypatch.context() as opening:
        opening.setattr(os, "open", opens)
        again.write([Record(2, RUN, 0, Kind.TRUNCATE, b"")])
    retiring.join()
    again.close()
    assert [record.lsn for record in CommitLog(tmp_path / "log").replay()][-1:] == [2]


async def test_bytes_of_deleted_runs_are_given_back_while_others_are_read(tmp_path: Path) -> None:
    store = EmbeddedMetrics(tmp_path / "metrics", MetricSettings(idle_secs=3600, seal_rows=10**9, file_bytes=300_000))
    noise = np.random.default_rng(0).standard_normal(5000)
    for run in range(1, 11):
        await Logger(store, run=run).log(a_block({"loss": noise, "acc": noise}))
        await store.settle()
    before = sum(file.stat().st_size for file in (tmp_path / "metrics" / "segments").iterdir())
    curve = await store.series(RunKey(3), "loss")
    for run in (1, 2, 4, 5, 7, 8, 9, 10):
        await store.delete(RunKey(run))
    await store.settle()
    await store.settle()
    after = sum(file.stat().st_size for file in (tmp_path / "metrics" / "segments").iterdir())
    assert after < before / 2
    assert (await store.series(RunKey(3), "loss")).low.tolist() == curve.low.tolist()
    assert (await store.series(RunKey(6), "acc", buckets=EVERYTHING)).first.tolist() == noise.tolist()
    await store.close()


async def test_compaction_keeps_the_bytes_of_each_chunk_together_and_rows_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(monkeypatch)
    monkeypatch.setattr(compaction, "CHUNKS_TOGETHER", 2000)
    store = EmbeddedMetrics(tmp_path / "metrics", QUIET)
    noise = np.random.default_rng(0).standard_normal((4, 3000))
    await Logger(store, run=2).log(a_block(dict(zip("abcd", noise, strict=True))))
    await Logger(store).log(a_block({"a": noise[0][:1000], "b": noise[1][:1000]}))
    await store.settle()
    await store.delete(RunKey(2))
    monkeypatch.setattr(store._segments, "_file_bytes", 15_000)
    await Logger(store, run=3).log(a_block({"a": noise[3]}))
    for _ in range(2):
        await store.settle()
    chunks = [chunk for file in range(9) for _, chunk in catalogue.chunks_in(store._catalogue.connection, file, 999)]
    assert store._segments.numbers() == sorted({chunk.file for chunk in chunks})
    assert len({chunk.rows for chunk in chunks}) == (1000 + 3000) / 50
    assert await values_in(store, "a") == noise[0][:1000].tolist()
    assert await values_in(store, "b") == noise[1][:1000].tolist()
    await store.close()


async def test_a_run_that_cannot_be_sealed_does_not_keep_others_from_it(
    store: EmbeddedMetrics, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sick, well = Logger(store), Logger(store, run=2)
    await sick.log(a_block({"loss": [1.0, 2.0]}))
    await store.settle()
    flip(tmp_path / "metrics" / "segments" / "00000001.seg", 14, 3)
    await sick.log(a_block({"loss": [3.0]}, first=1))
    await well.log(a_block({"loss": [5.0]}))
    await store.settle()
    assert "run 1 cannot be sealed" in caplog.text
    crashed = EmbeddedMetrics(as_after_a_crash(tmp_path / "metrics", tmp_path / "crashed"), QUIET)
    assert (await crashed.series(RunKey(2), "loss")).first.tolist() == [5.0]
    with pytest.raises(Unavailable, match="00000001.seg"):
        await crashed.series(RUN, "loss")
    assert (await crashed.offsets(RUN)) == {"j": 200}
    await crashed.close()


WRITER = """
import asyncio, sys
from pathlib import Path
import numpy as np
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import Block, RunKey, Source

def block(at, rows):
    steps = np.arange(at * rows, at * rows + rows)
    return Block("history", ("a", "b"), steps, steps * 1.0, (steps * 0.5, steps * 2))

async def main():
    settings = MetricSettings(seal_rows=150, part_bytes=20_000, file_bytes=50_000, idle_secs=0.05)
    store = EmbeddedMetrics(Path(sys.argv[1]), settings)
    found = []
    for run in (1, 2):
        taken = (await store.offsets(RunKey(run))).get("j", 0)
        rows = (await store.rows(RunKey(run), limit=10**9, repeats="all")).rows
        wanted = [{"_step": at, "_time": float(at), "a": at * 0.5, "b": at * 2} for at in range(taken * 10)]
        assert rows == wanted, (run, taken, len(rows))
        found.append(taken)
    print("found", *found, flush=True)
    while True:
        for run in (1, 2):
            taken = found[run - 1]
            await store.append(RunKey(run), Source("j", taken, taken + 1), [block(taken, 10)])
            found[run - 1] = taken + 1
            print("kept", run, taken + 1, flush=True)

asyncio.run(main())
"""


def test_a_store_killed_at_any_moment_has_every_acknowledged_row_once(tmp_path: Path) -> None:
    generator = random.Random(1)
    kept = {1: 0, 2: 0}
    for _ in range(30):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "metrics")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None and writer.stderr is not None
        left = generator.randrange(0, 120)
        opening = writer.stdout.readline().split()
        assert opening[:1] == ["found"], writer.stderr.read()
        assert int(opening[1]) >= kept[1] and int(opening[2]) >= kept[2]
        for line in writer.stdout:
            note_kept(kept, line)
            left -= 1
            if left <= 0:
                break
        os.kill(writer.pid, signal.SIGKILL)
        rest, _ = writer.communicate()
        for line in rest.splitlines():
            note_kept(kept, line)
    assert min(kept.values()) > 100


def note_kept(kept: dict[int, int], line: str) -> None:
    words: list[Any] = line.split()
    if len(words) == 3 and line.startswith("kept"):
        kept[int(words[1])] = max(kept[int(words[1])], int(words[2]))
