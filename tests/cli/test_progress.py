"""The bar that shows how far the sending of runs is."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from gnomon.cli import progress
from gnomon.sdk.shipper import mark


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "run.journal").write_bytes(b"x" * 1000)
    return tmp_path


def acked(folder: Path, count: int) -> None:
    mark.write(folder, mark.Mark(journals={"run.journal": mark.JournalMark(acked=count, size=1000)}))


def test_the_bar_says_how_much_the_server_has(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    acked(folder, 250)
    with progress.shown([folder], "Sending"):
        acked(folder, 500)
    assert "Sending" in terminal.getvalue()
    assert "50%" in terminal.getvalue()


def test_nothing_is_drawn_where_nobody_looks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with progress.shown([folder], "Sending"):
        acked(folder, 1000)
    assert capsys.readouterr() == ("", "")


def test_folders_without_journals_count_nothing(tmp_path: Path) -> None:
    assert progress.bytes_of(tmp_path) == progress.acked(tmp_path) == 0
