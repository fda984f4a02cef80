"""What tests of the SDK share: hidden faults fail, and nothing of this machine's user is touched."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gnomon.protocol import journal
from gnomon.sdk import guard


@pytest.fixture(autouse=True)
def hidden_failures(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exception]]:
    """A fault that `guarded` would swallow in training fails the test here."""
    errors: list[Exception] = []
    monkeypatch.setattr(guard, "report", lambda doing, error: errors.append(error))
    yield errors
    if errors:
        raise errors[0]


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of its own, no shipper, no settings of the user; runs left over are finished."""
    for name in list(os.environ):
        if name.startswith(("GNOMON_", "WANDB_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GNOMON_NO_SHIPPER", "1")
    monkeypatch.setenv("GNOMON_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("GNOMON_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    exit_before, hook_before = sys.exit, sys.excepthook
    yield work
    from gnomon.sdk import current, exits, init, run

    for one in run.live():
        one.finish(quiet=True)
    current.use(None)
    init._process_settings = init.Settings()
    monkeypatch.setattr(guard, "quiet", False)
    sys.exit, sys.excepthook = exit_before, hook_before
    exits._watching = False
    exits.forget()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was said to the person at the terminal."""
    lines: list[str] = []
    monkeypatch.setattr(guard, "say", lines.append)
    return lines


def records(folder: str | Path, name: str = "run.journal") -> list[list[Any]]:
    """The records of a journal in a run folder."""
    return [journal.decode(frame.payload) for frame in journal.frames((Path(folder) / name).read_bytes())]


def of_kind(folder: str | Path, kind: journal.Kind, name: str = "run.journal") -> list[list[Any]]:
    """The records of one kind, without the kind."""
    return [record[1:] for record in records(folder, name) if record[0] == kind]


def rows(folder: str | Path, name: str = "run.journal") -> list[dict[str, Any]]:
    """The rows as dicts, with `_step`."""
    schemas: dict[int, list[str]] = {}
    found = []
    for record in records(folder, name):
        if record[0] == journal.Kind.SCHEMA:
            schemas[record[1]] = record[2]
        elif record[0] == journal.Kind.ROW:
            found.append({"_step": record[2], **dict(zip(schemas[record[1]], record[4:], strict=True))})
    return found


@pytest.fixture
def read() -> Any:
    """The readers of this module, for tests that are imported by path."""
    return sys.modules[__name__]
