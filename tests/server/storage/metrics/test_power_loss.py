"""What was acknowledged is there after power loss: only what was synced is taken to be on the disk.

Every write, sync and name change of the store is recorded. The folder is then made again as a disk may have it at a
moment: what was synced before, and of what was not, nothing, all, or a torn part. What SQLite writes is taken as of the
last sync of ours or of the last commit, whichever is later, since SQLite syncs by itself.
"""

from __future__ import annotations

import os
import random
import shutil
import threading
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gnomon.server.storage.metrics.embedded.catalogue import Catalogue
from gnomon.server.storage.metrics.embedded.engine import EmbeddedMetrics, MetricSettings
from gnomon.server.storage.metrics.store import Block, RunKey, Source

pytestmark = pytest.mark.anyio
ROWS = 10
SETTINGS = MetricSettings(seal_rows=60, part_bytes=4_000, file_bytes=8_000, idle_secs=3600, log_parts=2)


@dataclass
class Moment:
    """The disk between two syncs."""

    certain: dict[str, bytes]
    """What is there after power loss, whatever happens."""
    written: dict[str, bytes]
    """What was written to these files, synced or not."""
    removed: set[str]
    """Files that were taken away, for which no sync of their folder answers yet."""
    acknowledged: dict[int, int]
    """What was acknowledged when the moment began."""


@dataclass
class Disk:
    """Files as they are, and as they are for certain: a name is once its folder is synced, its bytes once it is."""

    root: Path
    seen: dict[str, bytearray] = field(default_factory=dict)
    synced: dict[str, bytes] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    moments: list[Moment] = field(default_factory=list)
    acknowledged: dict[int, int] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def wrote(self, file: int, data: memoryview, at: int | None) -> None:
        path = path_of(file)
        if path.parent.name in ("log", "segments"):
            held = self.seen.setdefault(str(path), bytearray())
            place = len(held) if at is None else at
            held[len(held) :] = bytes(max(0, place - len(held)))
            held[place : place + len(data)] = data

    def sync(self, file: int) -> None:
        path = path_of(file)
        if path.is_dir():
            self.names = {name for name in self.names if Path(name).parent != path} | set(map(str, path.iterdir()))
        elif path.parent.name in ("log", "segments"):
            self.synced[str(path)] = bytes(self.seen.get(str(path), b""))
        self.remember()

    def remember(self) -> None:
        """The disk as it may be from now on until something else is synced."""
        certain = {name: self.synced.get(name, b"") for name in self.names}
        written = {name: bytes(self.seen.get(name, b"")) for name in self.names}
        for path in self.root.glob("catalogue.sqlite*"):
            if not path.name.endswith("-shm"):
                certain[str(path)] = path.read_bytes()
        removed = {name for name in self.names if not Path(name).exists()}
        self.moments.append(Moment(certain, written, removed, dict(self.acknowledged)))

    def put(self, moment: Moment, to: Path, torn: random.Random | None) -> None:
        """Makes the folder as it is after power loss: with nothing but what is certain, or by chance with more."""
        shutil.rmtree(to, ignore_errors=True)
        for name, data in moment.certain.items():
            if torn is not None and name in moment.removed and torn.random() < 0.7:
                continue
            path = to / Path(name).relative_to(self.root)
            path.parent.mkdir(parents=True, exist_ok=True)
            rest = moment.written.get(name, data)[len(data) :]
            path.write_bytes(data + (rest[: torn.randint(0, len(rest))] if torn is not None else b""))


def path_of(file: int) -> Path:
    return Path(os.readlink(f"/proc/self/fd/{file}"))


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Records what is done to files in the folder `metrics`."""
    recorded = Disk(tmp_path / "metrics")
    write, pwrite, fdatasync, fsync, ftruncate = os.write, os.pwrite, os.fdatasync, os.fsync, os.ftruncate

    def writes(file: int, data: Any) -> int:
        with recorded.lock:
            done = write(file, data)
            recorded.wrote(file, memoryview(data)[:done], None)
            return done

    def pwrites(file: int, data: Any, at: int) -> int:
        with recorded.lock:
            done = pwrite(file, data, at)
            recorded.wrote(file, memoryview(data)[:done], at)
            return done

    def syncs(file: int) -> None:
        with recorded.lock:
            fdatasync(file)
            recorded.sync(file)

    def syncs_all(file: int) -> None:
        with recorded.lock:
            fsync(file)
            recorded.sync(file)

    def cuts(file: int, size: int) -> None:
        with recorded.lock:
            ftruncate(file, size)
            del recorded.seen[str(path_of(file))][size:]

    committed = Catalogue.writing

    def commits(self: Catalogue) -> Any:
        class Recorded:
            def __enter__(self) -> Any:
                recorded.lock.acquire()
                self.work = committed(catalogue)
                return self.work.__enter__()

            def __exit__(self, *error: Any) -> Any:
                try:
                    done = self.work.__exit__(*error)
                    recorded.remember()
                    return done
                finally:
                    recorded.lock.release()

        catalogue = self
        return Recorded()

    for name, instead in (("write", writes), ("pwrite", pwrites), ("fdatasync", syncs), ("fsync", syncs_all)):
        monkeypatch.setattr(os, name, instead)
    monkeypatch.setattr(os, "ftruncate", cuts)
    monkeypatch.setattr(Catalogue, "writing", commits)
    return recorded


def block(at: int) -> Block:
    steps = np.arange(at * ROWS, at * ROWS + ROWS)
    times = np.array(steps, np.float64)
    return Block("history", ("a", "b"), steps, times, (np.sin(times), steps * 2))


async def assert_whole(folder: Path, acknowledged: dict[int, int]) -> None:
    """The store has what was acknowledged, and perhaps more, every row once."""
    store = EmbeddedMetrics(folder, MetricSettings(idle_secs=3600))
    for run in (1, 2):
        taken = (await store.offsets(RunKey(run))).get("j", 0)
        assert taken >= acknowledged.get(run, 0)
        rows = (await store.rows(RunKey(run), limit=10**9, repeats="all")).rows
        steps = np.arange(taken * ROWS)
        wanted = [
            {"_step": step, "_time": float(step), "a": value, "b": 2 * step}
            for step, value in zip(steps.tolist(), np.sin(steps * 1.0).tolist(), strict=True)
        ]
        assert rows == wanted
        assert (await store.series(RunKey(run), "a", buckets=10**9)).points == len(steps)
        known = await store.keys(RunKey(run))
        assert [key.points for key in known] == ([len(steps)] * 2 if taken else [])
    await store.close()


async def test_what_was_acknowledged_survives_power_loss_at_every_sync(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EmbeddedMetrics(disk.root, SETTINGS)
    doomed = 0
    for at in range(30):
        for run in (1, 2, 3):
            if run == 3 and at % 10 == 9:
                await store.delete(RunKey(3))
                doomed = 0
                continue
            start = doomed if run == 3 else at
            await store.append(RunKey(run), Source("j", start, start + 1), [block(start)])
            doomed += run == 3
            with disk.lock:
                disk.acknowledged[run] = start + 1
    await store.settle()
    with disk.lock:
        disk.remember()
    await store.close()
    monkeypatch.undo()
    assert len(disk.moments) > 100
    assert any(name.endswith("00000002.seg") for name in disk.moments[-1].certain)
    assert sum(name.endswith(".log") for name in disk.moments[-1].certain) <= 2
    generator = random.Random(0)
    for moment, following in pairwise(disk.moments):
        for torn in (None, generator):
            disk.put(moment, tmp_path / "after", torn)
            await assert_whole(tmp_path / "after", following.acknowledged)


async def test_history_that_is_edited_survives_power_loss_at_every_sync(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EmbeddedMetrics(disk.root, SETTINGS)
    run, fork = RunKey(1), RunKey(2)
    rows = 0
    for at in range(8):
        for _ in range(4):
            await store.append(run, Source("j", rows, rows + 1), [block(rows)])
            rows += 1
        first = rows * ROWS // 2 + at
        await store.move(run, stream="history", to_stream="removed/1", first_step=first, last_step=first + 40 * at)
        if at == 4:
            await store.copy(run, fork, last_step=99)
        await store.move(run, stream="removed/1", to_stream="history", last_step=first + 13 * at)
        with disk.lock:
            disk.acknowledged[1] = rows
    await store.settle()
    await store.close()
    monkeypatch.undo()
    assert len(disk.moments) > 60
    generator = random.Random(0)
    forks = set()
    for moment, following in pairwise(disk.moments):
        for torn in (None, generator):
            disk.put(moment, tmp_path / "after", torn)
            forks.add(await assert_all_there(tmp_path / "after", following.acknowledged.get(1, 0)))
    assert forks == {0, 200}


async def assert_all_there(folder: Path, acknowledged: int) -> int:
    """Every point of run 1 is there once, in the history or taken away; how many points its fork has."""
    store = EmbeddedMetrics(folder, MetricSettings(idle_secs=3600))
    taken = (await store.offsets(RunKey(1))).get("j", 0)
    assert taken >= acknowledged
    for key, value in (("a", np.sin), ("b", lambda steps: steps * 2)):
        steps, values = [], []
        for stream in ("history", "removed/1"):
            curve = await store.series(RunKey(1), key, stream=stream, buckets=10**9)
            known = [one.points for one in await store.keys(RunKey(1), stream) if one.key == key]
            assert known == ([curve.points] if curve.points else [])
            steps += curve.step_first.tolist()
            values += curve.first.tolist()
        assert sorted(steps) == list(range(taken * ROWS))
        assert values == value(np.array(steps, np.float64)).tolist()
    fork = await store.keys(RunKey(2))
    assert [(one.key, one.points, one.last_step) for one in fork] in ([], [("a", 100, 99), ("b", 100, 99)])
    assert (await store.series(RunKey(2), "a", buckets=10**9)).points in (0, 100)
    await store.close()
    return sum(one.points for one in fork)
