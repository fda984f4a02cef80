"""The same script with `wandb.Api()` and with `gnomon.Api()`, on the same runs: the same answers.

Half of the runs were logged by the official client, half by our SDK. What differs is in DIFFERENT, each with its
reason; the guide says the same in `docs/guides/api.md`.
"""

from __future__ import annotations

import json
import math
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from gnomon.sdk.errors import UsageError
from tests.e2e.client.running import Client
from tests.wandb_clients.serving import Served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

PROGRAMS = Path(__file__).with_name("reading")
DIFFERENT = {
    "heartbeat_at": "the last sign of life of a run that has ended is written down some seconds later",
}
"""Questions, by the last word, whose answers may differ."""


class Told:
    """What each API told: of all it read, and then of what it changed."""

    def __init__(self, served: Served, base: Path) -> None:
        theirs = Client(served, base / "wandb", programs=PROGRAMS)
        theirs.run("logs", None, "wandb")
        mine = Client(served, base / "gnomon", python=Path(sys.executable), programs=PROGRAMS)
        mine.run("logs", None, "gnomon")
        _settled(served)
        clients = {"wandb": theirs, "gnomon": mine}
        self.read = {name: self._told(client, "reads", name) for name, client in clients.items()}
        self.edited = {
            (name, logged_by): self._told(client, "edits", name, logged_by, str(number))
            for number, (name, client) in enumerate(clients.items())
            for logged_by in clients
        }

    @staticmethod
    def _told(client: Client, program: str, *arguments: str) -> dict[str, Any]:
        client.run(program, None, *arguments)
        told: dict[str, Any] = json.loads((client.base / "told.json").read_text())
        return told


def _settled(served: Served) -> None:
    """Until the runs of our SDK have ended, and their shippers have said all they had to say."""
    before: list[Any] = []
    until = time.monotonic() + 120
    while time.monotonic() < until:
        now = [served.wait_for("finished", "both", f"gnomon-{id}") for id in ("first", "long", "edited-0", "edited-1")]
        files = [served.ask("GET", f"/api/runs/ann/both/{run['id']}/files") for run in now]
        if (now, files) == before and all("requirements.txt" in str(one) for one in files):
            return
        before = (now, files)  # type: ignore[assignment]
        time.sleep(2)
    raise AssertionError("the runs do not come to rest")


@pytest.fixture(scope="module")
def told(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return Told(served, tmp_path_factory.mktemp("reading"))


def same(one: Any, other: Any) -> bool:
    """Equal; NaN is NaN, and 1 is 1.0: JSON on the way does not tell them apart."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return bool(one == other)


def _still(what: str, answer: Any) -> Any:
    """A summary without the times that follow from the last sign of life."""
    if "summary" in what and isinstance(answer, dict):
        return {key: value for key, value in answer.items() if key not in ("_timestamp", "_runtime")}
    if what == "lazy summary":
        return [_still(what, one) for one in answer]
    return answer


def test_both_answer_every_question_alike(told: Told) -> None:
    theirs, mine = told.read["wandb"], told.read["gnomon"]
    assert theirs.keys() == mine.keys()
    assert len(theirs) > 200
    different = [what for what in theirs if not same(_still(what, theirs[what]), _still(what, mine[what]))]
    odd = [what for what in different if what.rpartition(" ")[2] not in DIFFERENT]
    assert not odd, "\n".join(f"{what}\n  wandb  {theirs[what]!r:.600}\n  gnomon {mine[what]!r:.600}" for what in odd)


def test_no_question_failed_that_should_have_an_answer(told: Told) -> None:
    failed = [what for what, answer in told.read["gnomon"].items() if answer == "failed"]
    none = ("nested summary", "download")  # of the long run, which has no such thing
    assert failed and all(what.endswith(none) and "-long" in what for what in failed), failed


@pytest.mark.parametrize("logged_by", ["wandb", "gnomon"])
@pytest.mark.parametrize("edited_with", ["wandb", "gnomon"])
def test_what_was_edited_is_what_was_asked_for(told: Told, edited_with: str, logged_by: str) -> None:
    found = told.edited[edited_with, logged_by]
    assert found["edited"] == {
        "name": "better", "notes": "why", "group": "exp", "tags": ["best"],
        "config": {"lr": 0.5, "new": {"a": [1, None]}}, "summary": {"loss": 1, "top": {"deep": 1}},
        "files": ["new.txt"],
    }  # fmt: skip
    assert found["made"] == ["running", True, "failed", "failed"]
    assert found["deleted"] and found["project made"]


def test_event_files_of_tensorboard_become_a_run(api: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GNOMON_DIR", str(tmp_path))
    monkeypatch.setenv("GNOMON_SILENT", "1")
    files = Path(__file__).resolve().parents[2] / "sdk" / "tensorboard" / "files"
    shutil.copytree(files, tmp_path / "logs")
    run = api.sync_tensorboard(str(tmp_path / "logs"), project="boards", run_id="board")
    assert run.path == ["ann", "boards", "board"] and run.state == "finished"
    assert run.lastHistoryStep >= 0 and run.history(pandas=False)
    with pytest.raises(UsageError, match="No event files"):
        api.sync_tensorboard(str(tmp_path / "none"))
