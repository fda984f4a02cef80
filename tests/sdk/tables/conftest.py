"""What tests of tables share: a run whose folder is looked into, and the files its shipper would make."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gnomon
from gnomon.protocol.journal import Kind
from gnomon.sdk.artifacts import record
from gnomon.sdk.shipper import encoders
from tests.sdk.conftest import of_kind, rows

Files = Callable[[], dict[str, bytes]]


@pytest.fixture
def run(alone: Path) -> Any:
    """An offline run."""
    return gnomon.init(mode="offline", project="p")


@pytest.fixture
def logged(run: Any) -> Callable[[], list[dict[str, Any]]]:
    """The rows of the run."""
    return lambda: rows(run.sync_dir)


@pytest.fixture
def files(run: Any) -> Files:
    """The files of the run by path, those that were left raw encoded."""

    def made() -> dict[str, bytes]:
        folder = Path(run.sync_dir)
        found = {}
        for (about,) in of_kind(folder, Kind.FILE):
            raw = about.get("raw")
            if raw is None:
                found[about["path"]] = (folder / "files" / about["path"]).read_bytes()
            else:
                data = (folder / raw["path"]).read_bytes()[raw["at"] : raw["at"] + raw["size"]]
                found[about["path"]] = encoders.encode(data, raw)
        return found

    return made


@pytest.fixture
def versions(run: Any) -> Callable[[], list[record.Wanted]]:
    """The artifacts that the run asks for, in order."""

    def wanted() -> list[record.Wanted]:
        folder = Path(run.sync_dir)
        found = [record.read_wanted(folder, about["client_id"]) for (about,) in of_kind(folder, Kind.ARTIFACT)]
        return [one for one in found if one is not None]

    return wanted


@pytest.fixture
def table_file(files: Files) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The table that a history value names."""

    def read(value: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(files()[value["path"]])
        return found

    return read
