"""Raw files: pieces are read, and files are removed when nobody needs them any more."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from gnomon.sdk import spool
from gnomon.sdk.shipper import raw as raw_module
from gnomon.sdk.shipper.folder import RunFolder
from gnomon.sdk.shipper.raw import RawFiles


@pytest.fixture
def files(tmp_path: Path) -> RawFiles:
    return RawFiles(RunFolder(str(tmp_path)))


def test_a_piece_of_a_shared_file_is_read(tmp_path: Path, files: RawFiles) -> None:
    spool.keep(str(tmp_path), b"before")
    assert files.read(spool.keep(str(tmp_path), b"piece")) == b"piece"


def test_a_file_of_its_own_is_read_and_removed(tmp_path: Path, files: RawFiles) -> None:
    (tmp_path / "a").write_bytes(b"whole")
    assert files.read({"path": "a"}) == b"whole"
    files.taken({"path": "a"})
    assert not (tmp_path / "a").exists()


def test_bytes_that_are_not_all_there_are_refused(tmp_path: Path, files: RawFiles) -> None:
    piece = spool.keep(str(tmp_path), b"12345")
    with pytest.raises(ValueError, match="only 5 of its 9"):
        files.read({**piece, "size": 9})
    with pytest.raises(ValueError, match="leaves the run folder"):
        files.read({"path": "../secret"})
    files.taken({"path": "../secret"})


def test_a_full_file_goes_when_all_of_it_was_taken_and_it_is_quiet(
    tmp_path: Path, files: RawFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_module, "FULL_BYTES", 10)
    pieces: list[dict[str, Any]] = [spool.keep(str(tmp_path), b"123456") for _ in range(2)]
    path = tmp_path / pieces[0]["path"]
    files.taken(pieces[1])
    files.taken(pieces[1])
    assert path.exists()
    files.taken(pieces[0])
    assert path.exists()  # a thread may still be about to write
    os.utime(path, (1, 1))
    files.taken(pieces[0])
    assert not path.exists()


def test_at_the_end_what_was_taken_goes_and_what_was_not_stays(tmp_path: Path, files: RawFiles) -> None:
    pieces = [spool.keep(str(tmp_path), b"123456") for _ in range(2)]
    files.taken(pieces[0])
    files.close()
    assert (tmp_path / pieces[0]["path"]).exists()
    files.taken(pieces[1])
    files.close()
    assert not (tmp_path / pieces[0]["path"]).exists()
    files.close()
