"""The writer of a journal: whole frames in the file, whatever the disk does."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gnomon.protocol import journal as bytes_of
from gnomon.protocol.journal import Kind
from gnomon.sdk import journal as journals
from gnomon.sdk.journal import Journal, record

BEGIN = {"format": 1, "journal": "0" * 32, "writer": "main", "run": "r"}


class Disk:
    """Writes to the real file as long as it has room."""

    def __init__(self) -> None:
        self.room = 10**9
        self.calls = 0

    def write(self, descriptor: int, data: bytes) -> int:
        self.calls += 1
        if self.room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        count = os.write(descriptor, data[: self.room])
        self.room -= count
        return count


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def journal(tmp_path: Path, disk: Disk, said: list[str], monkeypatch: pytest.MonkeyPatch) -> Journal:
    monkeypatch.setattr(journals, "RETRY_SECS", 0.0)
    monkeypatch.setattr("gnomon.sdk.guard._said", set())
    return Journal(str(tmp_path), BEGIN, write=disk.write)


def kept(folder: Path, name: str = "run.journal") -> list[list[Any]]:
    return [bytes_of.decode(frame.payload) for frame in bytes_of.frames((folder / name).read_bytes())]


def steps(folder: Path, name: str = "run.journal") -> list[int]:
    return [found[2] for found in kept(folder, name) if found[0] == Kind.ROW]


def row(step: int, *values: Any) -> bytes:
    return record(Kind.ROW, 1, step, 0.0, *values)


def test_what_was_appended_is_in_the_file_at_once(journal: Journal, tmp_path: Path) -> None:
    journal.append(row(1, 2.5))
    assert kept(tmp_path) == [[1, BEGIN], [6, 1, 1, 0.0, 2.5]]


def test_each_append_is_one_write(journal: Journal, disk: Disk) -> None:
    before = disk.calls
    journal.append(row(1) + row(2) + row(3))
    assert disk.calls == before + 1


@pytest.mark.parametrize("room", range(0, 200, 7))
def test_a_full_disk_loses_nothing_that_fits_into_memory(
    room: int, journal: Journal, disk: Disk, tmp_path: Path, said: list[str]
) -> None:
    disk.room = room
    for step in range(30):
        journal.append(row(step, 0.5) + row(step + 1000))
    disk.room = 10**9
    journal.append(row(99))
    journal.close()
    assert steps(tmp_path) == [found for step in range(30) for found in (step, step + 1000)] + [99]
    assert len(said) == 1
    assert "No space left" in said[0]


def test_room_that_comes_and_goes_loses_and_doubles_nothing(journal: Journal, disk: Disk, tmp_path: Path) -> None:
    for step in range(300):
        disk.room = (step * 37) % 90
        journal.append(row(step, 0.5))
    disk.room = 10**9
    journal.close()
    assert steps(tmp_path) == list(range(300))


def test_what_does_not_fit_into_memory_is_counted_console_first(journal: Journal, disk: Disk, tmp_path: Path) -> None:
    journal._ring_limit = 2_000
    disk.room = 0
    journal.append(record(Kind.SCHEMA, 1, ["x"]) + row(0))
    for line in range(100):
        journal.append(record(Kind.CONSOLE, line, 0.0, 1, "x" * 50))
    assert set(journal.lost) == {"console"}
    for step in range(1, 200):
        journal.append(row(step))
    disk.room = 10**9
    journal.close()
    found = kept(tmp_path)
    lost = {one[1]["what"]: one[1]["count"] for one in found if one[0] == Kind.LOST}
    assert lost == journal.lost
    assert lost["console"] == 100
    assert len(steps(tmp_path)) == 200 - lost["row"]
    assert steps(tmp_path)[-1] == 199
    assert [Kind.SCHEMA, 1, ["x"]] in found


def test_an_append_after_closing_is_nothing(journal: Journal, tmp_path: Path) -> None:
    journal.close()
    journal.append(row(1))
    journal.close()
    assert steps(tmp_path) == []


def test_a_thread_that_is_late_writes_into_no_other_file(tmp_path: Path) -> None:
    looked_up, closed = threading.Event(), threading.Event()

    def write(descriptor: int, data: bytes) -> int:
        if threading.current_thread().name == "late":
            looked_up.set()
            closed.wait(10)
        return os.write(descriptor, data)

    journal = Journal(str(tmp_path), BEGIN, write=write)
    late = threading.Thread(target=journal.append, args=(row(1),), name="late")
    late.start()
    looked_up.wait(10)
    journal.close()
    with open(tmp_path / "checkpoint", "wb") as other:  # gets the lowest number that is free
        closed.set()
        late.join()
        assert os.fstat(other.fileno()).st_size == 0


def test_descriptors_of_closed_journals_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "PARKED_SECS", -1.0)
    before = len(os.listdir("/proc/self/fd"))
    for number in range(50):
        (tmp_path / str(number)).mkdir()
        Journal(str(tmp_path / str(number)), BEGIN).close()
    assert len(os.listdir("/proc/self/fd")) <= before


def test_threads_write_whole_frames(journal: Journal, tmp_path: Path) -> None:
    def write(first: int) -> None:
        for step in range(first, first + 500):
            journal.append(row(step, "x" * (step % 300)))

    threads = [threading.Thread(target=write, args=(first,)) for first in range(0, 2000, 500)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(steps(tmp_path)) == list(range(2000))


def in_a_child(act: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(pid, 0)[1] == 0
    return pid


def test_a_child_writes_into_a_journal_of_its_own(journal: Journal, tmp_path: Path) -> None:
    def child() -> None:
        journal.forked()
        journal.append(row(7))

    journal.append(row(1))
    pid = in_a_child(child)
    journal.append(row(2))
    assert steps(tmp_path) == [1, 2]
    assert steps(tmp_path, f"run-{pid}.journal") == [7]
    begin = kept(tmp_path, f"run-{pid}.journal")[0][1]
    assert begin["writer"] == f"main-{pid}"
    assert begin["pid"] == pid
    assert begin["journal"] != BEGIN["journal"]
    assert begin["run"] == "r"


def test_a_child_that_writes_nothing_leaves_nothing(journal: Journal, tmp_path: Path) -> None:
    in_a_child(journal.forked)
    assert os.listdir(tmp_path) == ["run.journal"]


def test_a_child_does_not_write_what_its_parent_holds(journal: Journal, disk: Disk, tmp_path: Path) -> None:
    def child() -> None:
        journal.forked()
        disk.room = 10**9
        journal.append(row(7))

    disk.room = 0
    journal.append(row(1))
    pid = in_a_child(child)
    disk.room = 10**9
    journal.close()
    assert steps(tmp_path) == [1]
    assert steps(tmp_path, f"run-{pid}.journal") == [7]
