"""Folders of event files become runs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from gnomon import tensorboard
from gnomon.protocol.journal import Kind
from gnomon.sdk.errors import UsageError
from gnomon.sdk.tensorboard.importing import tensorboard_import
from gnomon.sdk.tensorboard.records import record
from tests.sdk.conftest import of_kind, records
from tests.sdk.tensorboard import messages

FILES = Path(__file__).with_name("files")


def only_run(place: Path) -> Path:
    (found,) = (place / "gnomon-runs").glob("run-*")
    return found


def rows(folder: Path) -> list[dict[str, Any]]:
    """The rows, with their times."""
    schemas: dict[int, list[str]] = {}
    found = []
    for one in records(folder):
        if one[0] == Kind.SCHEMA:
            schemas[one[1]] = one[2]
        elif one[0] == Kind.ROW:
            found.append({"time": one[3], **dict(zip(schemas[one[1]], one[4:], strict=True))})
    return found


def test_a_folder_becomes_a_run_with_the_times_of_its_events(alone: Path) -> None:
    (alone / "logs" / "deep").mkdir(parents=True)
    shutil.copy(FILES / "tensorflow.tfevents.1", alone / "logs" / "events.out.tfevents.1.a")
    inner = alone / "logs" / "deep" / "events.out.tfevents.2.b"
    inner.write_bytes(record(messages.event(9, messages.scalar("x", 1.0), time=123.5)))
    done = tensorboard_import(alone / "logs", project="boards", settings={"mode": "offline"})
    found = rows(only_run(alone))
    assert [row["loss"] for row in found if "loss" in row] == [1.0, 0.5, pytest.approx(1 / 3)]
    assert found[-1] == {"time": 123.5, "deep/x": 1.0, "global_step": 9}
    assert found[0]["time"] > 1_600_000_000
    assert done.rows == len(found) and done.damaged == () and "boards/" in done.path
    assert next(said[0].get("name") for said in of_kind(only_run(alone), Kind.RUN)) == "logs"
    assert {path.name for path in only_run(alone).joinpath("files").rglob("*tfevents*")} == {
        "events.out.tfevents.1.a", "events.out.tfevents.2.b",
    }  # fmt: skip


def test_hyperparameters_are_the_runs_config(alone: Path) -> None:
    (alone / "logs").mkdir()
    shutil.copy(FILES / "tensorboardX.tfevents.1", alone / "logs" / "events.out.tfevents.1.a")
    tensorboard_import(alone / "logs", run_id="mine", settings={"mode": "offline"})
    kept: dict[str, Any] = {}
    for changed, *_ in of_kind(only_run(alone), Kind.CONFIG):
        kept.update(changed)
    assert kept == {"lr": 0.1, "batch": 32, "kind": "a", "flag": True}


def test_damage_costs_what_is_damaged_alone(alone: Path, said: list[str]) -> None:
    (alone / "logs").mkdir()
    events = [record(messages.event(step, messages.scalar("x", float(step)))) for step in range(4)]
    path = alone / "logs" / "events.out.tfevents.1.a"
    path.write_bytes(events[0] + bytes(len(events[1])) + events[2] + events[3])
    done = tensorboard_import(alone / "logs", settings={"mode": "offline"})
    assert [row["x"] for row in rows(only_run(alone))] == [0.0, 2.0, 3.0]
    assert done.damaged == (str(path),)
    assert any("damage behind byte" in line for line in said)


def test_a_folder_without_event_files_is_refused(alone: Path) -> None:
    with pytest.raises(UsageError, match="No event files"):
        tensorboard_import(alone / "nothing")


def test_a_summary_as_a_row() -> None:
    summary = messages.part(1, messages.scalar("a", 2.0)) + messages.part(1, messages.scalar("b", 3.0))
    assert tensorboard.tf_summary_to_dict(summary) == {"a": 2.0, "b": 3.0}
    assert tensorboard.tf_summary_to_dict([summary], namespace="x") == {"x/a": 2.0, "x/b": 3.0}
    assert tensorboard.tf_summary_to_dict(b"") is None
    with pytest.raises(UsageError, match="no summary of TensorBoard"):
        tensorboard.tf_summary_to_dict(b"\xff\xff")
    with pytest.raises(UsageError, match="is wanted, not int"):
        tensorboard.tf_summary_to_dict(3)


def test_a_summary_is_logged_to_the_run_that_is_there(alone: Path) -> None:
    import gnomon

    with gnomon.init(project="p", mode="offline") as run:
        tensorboard.log(messages.part(1, messages.scalar("a", 2.0)), step=5)
    assert run.summary["a"] == 2.0 and run.summary["global_step"] == 5
