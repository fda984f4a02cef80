"""P-S6, P-S9, P-S10: power cuts, disks that fail at any write, and how much a run takes of them."""

from __future__ import annotations

import errno
import json
import os
import random
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import gnomon
from gnomon.protocol import journal as bytes_of
from gnomon.protocol.journal import Kind
from gnomon.sdk import journal as journals
from gnomon.sdk import stopping
from gnomon.sdk.journal import Journal, record
from gnomon.sdk.shipper.durable import Durable
from gnomon.sdk.shipper.sender import Stream
from gnomon.sdk.shipper.tail import Tail

BEGIN = {"format": 1, "journal": "0" * 32, "writer": "main", "run": "r"}


def kept(folder: Path) -> list[int]:
    """The steps of the rows in a journal."""
    found = [bytes_of.decode(frame.payload) for frame in bytes_of.frames((folder / "run.journal").read_bytes())]
    return [one[2] for one in found if one[0] == Kind.ROW]


def row(step: int) -> bytes:
    return record(Kind.ROW, 1, step, 0.0, "x" * 50)


FAULTS = {"ENOSPC": errno.ENOSPC, "EDQUOT": errno.EDQUOT, "EROFS": errno.EROFS, "EIO": errno.EIO}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_disk_that_fails_at_any_write_loses_no_row_once_it_works_again(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    monkeypatch.setattr(journals, "RETRY_SECS", 0.0)
    for number in range(1, 201):  # the n-th write fails, and some after it
        folder = tmp_path / str(number)
        folder.mkdir()
        writes = 0

        def write(descriptor: int, data: bytes) -> int:
            nonlocal writes
            writes += 1
            if number + 1 <= writes < number + 20:  # noqa: B023  # called in this turn alone
                raise OSError(FAULTS[fault], os.strerror(FAULTS[fault]))
            return os.write(descriptor, data)

        journal = Journal(str(folder), BEGIN, write=write)
        for step in range(230):
            journal.append(row(step))
        journal.close()
        assert kept(folder) == list(range(230)), number
        assert journal.lost == {}


def test_writing_goes_on_within_five_seconds_after_there_is_room(tmp_path: Path, said: list[str]) -> None:
    room = False

    def write(descriptor: int, data: bytes) -> int:
        if not room and b"GNOMONJ" not in data:
            raise OSError(errno.ENOSPC, "No space left on device")
        return os.write(descriptor, data)

    journal = Journal(str(tmp_path), BEGIN, write=write)
    journal.append(row(0))
    room = True
    began = time.monotonic()
    step = 0
    while not kept(tmp_path):
        step += 1
        journal.append(row(step))
        assert time.monotonic() - began < 5
        time.sleep(0.01)
    journal.close()
    assert kept(tmp_path) == list(range(step + 1))


def test_a_power_cut_costs_no_more_than_a_second_of_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a disk has after a power cut is what was synced: 50 cuts at random moments of three seconds of logging."""
    journal = Journal(str(tmp_path), BEGIN)
    stream = Stream(Tail(tmp_path / "run.journal"), "0" * 32)
    on_disk = b""

    def sync(tail: Tail) -> None:
        nonlocal on_disk
        time.sleep(0.05)  # a slow disk
        on_disk = tail.path.read_bytes()

    monkeypatch.setattr(Tail, "sync", sync)
    durable = Durable(tmp_path, lambda: [stream], say=pytest.fail)
    durable.start()
    logged: list[float] = []
    over = threading.Event()

    def log() -> None:
        while not over.wait(0.002):
            journal.append(row(len(logged)))
            logged.append(time.monotonic())
            stream.tail.poll()

    training = threading.Thread(target=log)
    training.start()
    chance = random.Random(6)
    try:
        for _ in range(50):
            time.sleep(chance.uniform(0, 0.12))
            now = time.monotonic()
            there = sum(bytes_of.decode(frame.payload)[0] == Kind.ROW for frame in bytes_of.frames(on_disk))
            assert all(at > now - 1.0 for at in logged[there:]), "rows older than a second would be lost"
    finally:
        over.set()
        training.join()
        durable.stop()
        durable.join()
        stream.tail.close()
        journal.close()


def test_what_the_server_has_need_not_be_brought_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(Tail, "sync", lambda tail: synced.append(tail.name))
    journal = Journal(str(tmp_path), BEGIN)
    stream = Stream(Tail(tmp_path / "run.journal"), "0" * 32)
    durable = Durable(tmp_path, lambda: [stream], say=pytest.fail)
    for acked, meant in ((True, 0), (False, 1), (False, 2), (None, 2)):
        if acked is not None:
            journal.append(row(1))
        stream.tail.poll()
        stream.acked = stream.tail.whole if acked else 0
        durable.sync()
        assert len(synced) == meant
    stream.tail.close()
    journal.close()


@pytest.mark.usefixtures("alone")
def test_a_run_takes_no_more_of_the_disk_than_it_may_and_counts_what_it_lets_go_of(
    read: Any, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = gnomon.init(mode="offline", settings={"max_disk_gb": 0.001, "quiet": True, "console": "off"})
    monkeypatch.setattr(run._journal, "_ring_limit", 200_000)
    step = 0
    while not stopping.is_full(run):
        for _ in range(100):
            run.log({"text": "x" * 1000})
            step += 1
    size = os.path.getsize(os.path.join(run.sync_dir, "run.journal"))
    assert 1_000_000 < size < 1_200_000
    run.write_logs("a line that goes first\n")
    for _ in range(1000):
        run.log({"text": "x" * 1000})
    assert os.path.getsize(os.path.join(run.sync_dir, "run.journal")) == size
    run.finish()
    steps = [one["_step"] for one in read.rows(run.sync_dir)]
    lost = {about["what"]: about["count"] for (about,) in read.of_kind(run.sync_dir, Kind.LOST)}
    assert len(steps) + lost["row"] == step + 1000
    assert lost["console"] == 1
    assert steps[-1] == step + 999  # the last rows are kept, and the first
    assert os.path.getsize(os.path.join(run.sync_dir, "run.journal")) < size + 300_000
    assert read.of_kind(run.sync_dir, Kind.EXIT)
    assert sum("all that it may" in line for line in said) == 1


@pytest.mark.crash
def test_ten_minutes_of_an_outage_at_a_thousand_rows_a_second_cost_little_memory(begin: Any) -> None:
    process = begin(
        """
        import json
        import gnomon, psutil
        run = gnomon.init(project="p", settings={"quiet": True, "console": "off"})
        for _ in range(20_000):
            run.log({"loss": 0.5, "accuracy": 0.25})
        both = [psutil.Process(), psutil.Process(run._shipper._process.pid)]
        before = [one.memory_info().rss for one in both]
        for _ in range(600_000):
            run.log({"loss": 0.5, "accuracy": 0.25})
        import time
        time.sleep(1.0)
        print(json.dumps([(one.memory_info().rss - was) / 2**20 for one, was in zip(both, before)]))
        """,
        {"GNOMON_BASE_URL": "http://127.0.0.1:9"},
    )
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert all(grown_mb < 50 for grown_mb in json.loads(out)), out
