"""What tests of values share: a run folder, a shelf, and what was left in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gnomon.protocol import journal
from gnomon.sdk.shipper import encoders
from gnomon.sdk.values.media import Place
from tests.sdk.shelves import FolderShelf


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


@pytest.fixture
def place(tmp_path: Path) -> Run:
    return Run(str(tmp_path / "run"))


@pytest.fixture
def shelf(tmp_path: Path) -> FolderShelf:
    return FolderShelf(tmp_path / "shelf")
