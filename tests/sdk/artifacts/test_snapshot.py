"""Files as they are at one moment, whatever is done to them meanwhile."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gnomon.sdk.artifacts import snapshot
from gnomon.sdk.artifacts.errors import FileChanged

SIZE = 1 << 20


def test_a_copy_has_the_bytes_and_changes_with_nobody(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    data = os.urandom(3_000_000)
    source.write_bytes(data)
    assert snapshot.copy(str(source), str(target)) == len(data)
    source.write_bytes(b"other")
    assert target.read_bytes() == data


def test_an_empty_file_is_copied(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert snapshot.copy(str(tmp_path / "a"), str(tmp_path / "b")) == 0
    assert snapshot.read(str(tmp_path / "a")) == b""


def test_the_identity_of_a_file_changes_with_every_write(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1")
    seen = set()
    for number in range(20):
        seen.add(snapshot.at_rest(str(path)))
        path.write_bytes(b"%d" % (number % 10))
    assert len(seen) == 20


def test_a_file_that_is_written_to_all_the_while_has_no_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0")
    wait = snapshot._wait_for_tick

    def written_to(stat: os.stat_result) -> bool:
        wait(stat)
        path.write_bytes(os.urandom(8))
        return True

    monkeypatch.setattr(snapshot, "_wait_for_tick", written_to)
    with pytest.raises(FileChanged, match="is written to all the while"):
        snapshot.copy(str(path), str(tmp_path / "b"))
    with pytest.raises(FileChanged):
        snapshot.read(str(path))
    with pytest.raises(FileChanged):
        snapshot.at_rest(str(path))
    assert not (tmp_path / "b").exists()


def test_a_write_during_the_copy_makes_another_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"before")
    copied, times = snapshot._copied, []

    def disturbed(given: int, made: int, size: int) -> None:
        copied(given, made, size)
        times.append(1)
        if len(times) == 1:
            time.sleep(0.03)
            path.write_bytes(b"after!")

    monkeypatch.setattr(snapshot, "_shared", lambda given, made: False)
    monkeypatch.setattr(snapshot, "_copied", disturbed)
    snapshot.copy(str(path), str(tmp_path / "b"))
    assert (len(times), (tmp_path / "b").read_bytes()) == (2, b"after!")


def in_place(path: Path, number: int) -> None:
    with open(path, "r+b") as file:
        for _ in range(8):
            file.write(bytes([number % 256]) * (SIZE // 8))


def renamed(path: Path, number: int) -> None:
    draft = path.with_suffix(".new")
    draft.write_bytes(bytes([number % 256]) * SIZE)
    draft.replace(path)


def truncated(path: Path, number: int) -> None:
    with open(path, "wb") as file:
        for _ in range(8):
            file.write(bytes([number % 256]) * (SIZE // 8))


class Writer(threading.Thread):
    """Writes to a file again and again, one byte's value each time."""

    def __init__(self, path: Path, write: Callable[[Path, int], None], pause_secs: float = 0.0) -> None:
        super().__init__(daemon=True)
        self.path, self.write, self.pause_secs = path, write, pause_secs
        self.ended = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.ended.wait(self.pause_secs):
            number += 1
            self.write(self.path, number)

    def __enter__(self) -> Writer:
        self.start()
        time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.join()


def is_one_moment(data: bytes) -> bool:
    """Whether a file that one writes to in eight steps, each time with the next value, ever held these bytes."""
    step = SIZE // 8
    blocks = [data[at : at + step] for at in range(0, len(data), step)]
    if not all(block == block[:1] * step for block in blocks):
        return False
    values = [block[0] for block in blocks]
    new = values.count(values[0]) if values else 0
    old = [(values[0] - 1) % 256] * (len(values) - new) if values else []
    return values == [values[0]] * new + old if values else True


@pytest.mark.parametrize("write", [in_place, renamed, truncated])
@pytest.mark.parametrize("pause_secs", [0.0, 0.03, 0.06], ids=["at once", "soon", "later"])
def test_no_copy_is_a_mixture(tmp_path: Path, write: Callable[[Path, int], None], pause_secs: float) -> None:
    """P-S18: a copy is what the file held at one moment, or it fails."""
    path, target = tmp_path / "a", tmp_path / "b"
    path.write_bytes(bytes(SIZE))
    with Writer(path, write, pause_secs):
        for _ in range(6):
            try:
                snapshot.copy(str(path), str(target))
                data = target.read_bytes()
            except (FileChanged, FileNotFoundError):
                continue
            assert is_one_moment(data)
