"""What tests of values share: a run folder, a shelf, and what was left in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gnomon.protocol import journal
from gnomon.sdk.shipper import encoders
from gnomon.sdk.values.media import Place


class Run(Place):
    """A run folder, and how to read what a shipper would make of it."""

    def file_records(self) -> list[dict[str, Any]]:
        """The FILE records, in order."""
        data = journal.MAGIC + b"".join(self.frames)
        return [journal.decode(frame.payload)[1] for frame in journal.frames(data)]

    def made(self, path: str) -> bytes:
        """The finished bytes of a file of the run."""
        assert self.folder is not None
        (about,) = [one for one in self.file_records() if one["path"] == path]
        if "raw" not in about:
            return (Path(self.folder) / "files" / path).read_bytes()
        raw = about["raw"]
        data = (Path(self.folder) / raw["path"]).read_bytes()[raw["at"] : raw["at"] + raw["size"]]
        return encoders.encode(data, raw)


class Shelf:
    """The files of an artifact, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, path: str, data: bytes) -> str:
        """Keep bytes."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return path

    def put_file(self, path: str, source: str) -> str:
        """Keep a copy of a file."""
        return self.put(path, Path(source).read_bytes())

    def open_path(self, path: str) -> str:
        """Where a file is."""
        assert (self.folder / path).is_file()
        return str(self.folder / path)


@pytest.fixture
def place(tmp_path: Path) -> Run:
    return Run(str(tmp_path / "run"))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "shelf")
