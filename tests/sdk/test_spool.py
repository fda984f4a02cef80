"""Raw bytes for the shipper: many pieces in one file, from any thread, told exactly where."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gnomon.sdk import spool


def read(folder: Path, piece: dict[str, Any]) -> bytes:
    return (folder / piece["path"]).read_bytes()[piece["at"] : piece["at"] + piece["size"]]


def test_pieces_share_a_file_and_are_found_again(tmp_path: Path) -> None:
    pieces = [spool.keep(str(tmp_path), bytes([number]) * number) for number in range(1, 20)]
    assert len({piece["path"] for piece in pieces}) == 1
    assert [read(tmp_path, piece) for piece in pieces] == [bytes([number]) * number for number in range(1, 20)]


def test_arrays_are_written_as_their_bytes(tmp_path: Path) -> None:
    array = np.arange(12, dtype="int16").reshape(3, 4)
    assert read(tmp_path, spool.keep(str(tmp_path), array)) == array.tobytes()


def test_a_full_file_is_left_for_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "FULL_BYTES", 100)
    names = [spool.keep(str(tmp_path), b"x" * 60)["path"] for _ in range(4)]
    assert names[0] == names[1] != names[2] == names[3]


def test_what_was_put_into_a_removed_file_is_put_into_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = spool.keep(str(tmp_path), b"first")
    write = os.write

    def removed_meanwhile(descriptor: int, data: Any) -> int:
        (tmp_path / first["path"]).unlink(missing_ok=True)
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", removed_meanwhile)
    second = spool.keep(str(tmp_path), b"second")
    assert second["path"] != first["path"]
    assert read(tmp_path, second) == b"second"


def test_a_disk_that_is_full_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", lambda descriptor, data: 1)
    with pytest.raises(OSError, match="No space left"):
        spool.keep(str(tmp_path), b"many bytes")


def test_threads_do_not_mix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "FULL_BYTES", 2000)
    kept: list[tuple[bytes, dict[str, Any]]] = []

    def work(number: int) -> None:
        for _ in range(50):
            data = bytes([number]) * (number + 1)
            kept.append((data, spool.keep(str(tmp_path), data)))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 400
    assert all(read(tmp_path, piece) == data for data, piece in kept)


def test_a_child_after_fork_has_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = spool.keep(str(tmp_path), b"mine")
    monkeypatch.setattr(os, "getpid", lambda: 999_999)
    theirs = spool.keep(str(tmp_path), b"theirs")
    assert mine["path"] != theirs["path"]
    assert read(tmp_path, theirs) == b"theirs"
