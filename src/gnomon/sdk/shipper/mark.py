"""`shipped.json`: how far the shipper got, for `finish()`, `gnomon status` and `gnomon sync`. Never the truth."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec


class JournalMark(msgspec.Struct, kw_only=True):
    """One journal: bytes on disk that are whole frames, and how much of them the server has."""

    acked: int = 0
    size: int = 0
    rows: int = 0
    rows_acked: int = 0


class FilesMark(msgspec.Struct, kw_only=True):
    """Files of the run and versions of artifacts: how many are on the server, wait, or could not be taken."""

    done: int = 0
    waiting: int = 0
    refused: int = 0
    bytes: int = 0
    """Bytes of them that this shipper read and sent: what shows that something moves."""


class Mark(msgspec.Struct, kw_only=True):
    """What `shipped.json` holds."""

    journals: dict[str, JournalMark] = {}
    files_done: FilesMark = msgspec.field(default_factory=FilesMark)
    sent: bool = False
    """The run has ended and the server has all the script gave; the description of the machine may be on its way."""
    complete: bool = False
    """The run has ended and the server has everything."""
    url: str = ""
    error: str = ""
    shipper_pid: int = 0
    updated_at: float = 0.0

    @property
    def rows_left(self) -> int:
        """Rows the server has not acknowledged, as far as this mark knows."""
        return sum(journal.rows - journal.rows_acked for journal in self.journals.values())


def read(folder: Path) -> Mark:
    """The mark in a run folder; an empty one where there is none."""
    try:
        return msgspec.json.decode((folder / "shipped.json").read_bytes(), type=Mark)
    except (OSError, msgspec.MsgspecError):
        return Mark()


def write(folder: Path, mark: Mark) -> None:
    """Replace the mark at once, so that a reader sees the old or the new one whole."""
    place = folder / "shipped.json"
    draft = folder / f".shipped.{os.getpid()}"
    try:
        draft.write_bytes(msgspec.json.encode(mark))
        draft.replace(place)
    except OSError:
        pass


def as_dict(mark: Mark) -> dict[str, Any]:
    """The mark as plain JSON values."""
    plain = msgspec.to_builtins(mark)
    assert isinstance(plain, dict)
    return plain
