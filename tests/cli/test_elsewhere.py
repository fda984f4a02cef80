"""Runs sent under another name: the copy says what was asked for and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnomon.cli.elsewhere import Elsewhere, copied, rewritten
from gnomon.protocol import journal
from gnomon.protocol.journal import Kind

MARK = "m"


def journal_of(*records: list[Any]) -> bytes:
    begin = {"journal": "a" * 32, "attempt": "a" * 32, "entity": "", "project": "p", "run": "r", "starting_step": 0}
    encoded = [msgspec.msgpack.encode([int(Kind.BEGIN), begin]), *map(msgspec.msgpack.encode, records)]
    return journal.MAGIC + b"".join(map(journal.frame, encoded))


def records(data: bytes) -> list[list[Any]]:
    return [journal.decode(frame.payload) for frame in journal.frames(data)]


def test_a_journal_says_where_it_goes_and_has_an_id_of_its_own() -> None:
    ((_, begin),) = records(rewritten(journal_of(), Elsewhere("team", "other", "new"), MARK, 5))
    assert (begin["entity"], begin["project"], begin["run"]) == ("team", "other", "new")
    assert begin["journal"] == begin["attempt"] != "a" * 32
    assert len(begin["journal"]) == 32
    assert begin["starting_step"] == 5


def test_what_is_not_named_stays() -> None:
    ((_, begin),) = records(rewritten(journal_of(), Elsewhere(project="other"), MARK))
    assert (begin["entity"], begin["project"], begin["run"]) == ("", "other", "r")


@given(st.lists(st.floats() | st.text() | st.none() | st.integers(-(2**63), 2**63 - 1)), st.integers(0, 10_000))
def test_rows_are_as_they_were_but_for_their_steps(values: list[Any], shift: int) -> None:
    row = [int(Kind.ROW), 1, 7, 1.5, *values]
    changed = records(rewritten(journal_of(row), Elsewhere(run="new"), MARK, shift))[1]
    assert changed[2] == 7 + shift
    assert repr(changed[3:]) == repr(row[3:])


def test_making_it_again_gives_the_same_bytes() -> None:
    data = journal_of([int(Kind.ROW), 1, 0, 0.0, 1.0])
    assert rewritten(data, Elsewhere(run="x"), MARK) == rewritten(data, Elsewhere(run="x"), MARK)
    longer = rewritten(data + journal.frame(msgspec.msgpack.encode([6, 1, 1, 0.0, 2.0])), Elsewhere(run="x"), MARK)
    assert longer.startswith(rewritten(data, Elsewhere(run="x"), MARK))


def test_tags_the_job_type_and_what_was_printed_change_as_asked() -> None:
    about = [int(Kind.RUN), {"name": "n", "tags": ["old", "kept"], "job_type": "train"}]
    line = [int(Kind.CONSOLE), 0, 0.0, 1, "printed"]
    wanted = Elsewhere(job_type="eval", tags={"old": "new"}, console=False)
    _, changed = records(rewritten(journal_of(about, line), wanted, MARK))
    assert changed == [Kind.RUN, {"name": "n", "tags": ["new", "kept"], "job_type": "eval"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "run-20260101_000000-r"
    (place / "files").mkdir(parents=True)
    (place / "files" / "kept.txt").write_text("kept")
    (place / "ship.json").write_text(json.dumps({"project": "p", "run": "r", "base_url": "http://x:1"}))
    (place / "artifacts" / "old").mkdir(parents=True)
    (place / "artifacts" / "old" / "inside").write_text("inside")
    wanted = {"client_id": "old", "sequence_client_id": "seq", "entries": {"a": {"source": "artifacts/old/inside"}}}
    (place / "artifacts" / "old.wanted").write_text(json.dumps(wanted))
    (place / "artifacts" / "made.wanted").write_text(json.dumps({**wanted, "client_id": "made"}))
    (place / "artifacts" / "made.json").write_text('{"state": "COMMITTED"}')
    artifacts = [
        [int(Kind.ARTIFACT), {"client_id": name, "manifest": f"artifacts/{name}.wanted"}] for name in ("old", "made")
    ]
    row = [int(Kind.ROW), 1, 0, 0.0, {"_type": "table-file", "artifact_path": "wandb-client-artifact://old/t"}]
    (place / "run.journal").write_bytes(journal_of(*artifacts, row))
    return place


def test_the_copy_is_a_run_folder_beside_the_first(folder: Path) -> None:
    copy = copied(folder, Elsewhere(project="other"))
    assert copy.parent == folder.parent and copy != folder
    assert json.loads((copy / "ship.json").read_text())["project"] == "other"
    assert (copy / "files" / "kept.txt").read_text() == "kept"
    assert copied(folder, Elsewhere(project="other")) == copy
    assert copied(folder, Elsewhere(project="third")) != copy


def test_versions_still_to_be_made_have_names_of_their_own_and_made_ones_stay(folder: Path) -> None:
    copy = copied(folder, Elsewhere(project="other"))
    _, artifact, row = records((copy / "run.journal").read_bytes())
    new = artifact[1]["client_id"]
    assert new not in ("old", "made")
    said = json.loads((copy / artifact[1]["manifest"]).read_text())
    assert said["client_id"] == new
    assert (copy / said["entries"]["a"]["source"]).read_text() == "inside"
    assert row[4]["artifact_path"] == f"wandb-client-artifact://{new}/t"


def test_steps_go_on_as_they_were_first_put(folder: Path) -> None:
    first = (copied(folder, Elsewhere(run="other"), 10) / "run.journal").read_bytes()
    assert (copied(folder, Elsewhere(run="other"), 99) / "run.journal").read_bytes() == first
    assert records(first)[-1][2] == 10
