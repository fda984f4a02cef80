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


def test_a_file_that_is_written_to_all_the_while_has_no_moment(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(SIZE))
    with Writer(path, in_place):
        with pytest.raises(FileChanged, match="is written to all the while"):
            snapshot.copy(str(path), str(tmp_path / "b"))
        with pytest.raises(FileChanged):
            snapshot.read(str(path))
        with pytest.raises(FileChanged):
            snapshot.at_rest(str(path))
    assert not (tmp_path / "b").exists()


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


@pytest.mark.parametrize("write", [in_place, renamed, truncated])
@pytest.mark.parametrize("pause_secs", [0.0, 0.03, 0.06], ids=["at once", "soon", "later"])
def test_no_copy_is_a_mixture(tmp_path: Path, write: Callable[[Path, int], None], pause_secs: float) -> None:
    """P-S18: what was written as one is kept as one, or the copy fails."""
    path, target = tmp_path / "a", tmp_path / "b"
    path.write_bytes(bytes(SIZE))
    with Writer(path, write, pause_secs):
        for _ in range(6):
            try:
                snapshot.copy(str(path), str(target))
                data = target.read_bytes()
            except (FileChanged, FileNotFoundError):
                continue
            assert data == data[:1] * SIZE
