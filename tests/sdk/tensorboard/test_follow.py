"""Writers of event files are followed while they write, and what they wrote is in the run when it ends."""

from __future__ import annotations

import importlib
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import gnomon
from gnomon import tensorboard
from gnomon.sdk import tensorboard as following
from gnomon.sdk.errors import UsageError
from gnomon.sdk.tensorboard.follow import Follower
from gnomon.sdk.tensorboard.records import record
from tests.sdk.conftest import rows
from tests.sdk.tensorboard import messages

WRITER = """
import os

class EventFileWriter:
    made = 0

    def __init__(self, logdir, max_queue_size=10):
        os.makedirs(logdir, exist_ok=True)
        EventFileWriter.made += 1
        self.path = os.path.join(logdir, f"events.out.tfevents.{EventFileWriter.made:03}.host")
        self.held = b""
        open(self.path, "wb").close()

    def add(self, data):
        self.held += data

    def flush(self):
        with open(self.path, "ab") as file:
            file.write(self.held)
        self.held = b""
"""
FUNCTION = """
def create_summary_file_writer(writer, logdir, max_queue, name=None):
    return writer, logdir, max_queue
"""


@pytest.fixture
def writers(alone: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Packages that write event files, to be imported; nothing is followed before and after."""
    place = alone / "packages"
    for name, source in (
        ("tensorboardX/event_file_writer.py", WRITER),
        ("tensorboard/summary/writer/event_file_writer.py", WRITER),
        ("tensorflow/python/ops/gen_summary_ops.py", FUNCTION),
    ):
        path = place / name
        path.parent.mkdir(parents=True)
        path.write_text(textwrap.dedent(source))
    names = ("tensorboardX", "tensorboard", "tensorflow")
    for name in [name for name in sys.modules if name.split(".")[0] in names]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(place))
    yield place
    following.unpatch()
    for name in [name for name in sys.modules if name.split(".")[0] in names]:
        del sys.modules[name]


def writer_of(package: str, logdir: Path) -> Any:
    return importlib.import_module(f"{package}.event_file_writer").EventFileWriter(str(logdir))


def wrote(step: int, **values: float) -> bytes:
    return record(messages.event(step, *(messages.scalar(tag, value) for tag, value in values.items())))


def logged(run: gnomon.Run) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != "_step"} for row in rows(run.sync_dir)]


@pytest.mark.parametrize("package", ["tensorboardX", "tensorboard.summary.writer"])
def test_a_writer_that_is_made_later_is_followed(writers: Path, alone: Path, package: str) -> None:
    with gnomon.init(project="p", mode="offline", sync_tensorboard=True) as run:
        writer = writer_of(package, alone / "logs")
        writer.add(wrote(0, loss=1.0) + wrote(0, acc=0.5) + wrote(1, loss=0.5))
    assert logged(run) == [
        {"loss": 1.0, "acc": 0.5, "global_step": 0}, {"loss": 0.5, "global_step": 1},
    ]  # fmt: skip
    assert run.summary["loss"] == 0.5
    assert [path.name for path in Path(run.dir).rglob("*.tfevents.*")] == ["events.out.tfevents.001.host"]


def test_a_class_that_was_imported_before_is_followed_too(writers: Path, alone: Path) -> None:
    importlib.import_module("tensorboardX.event_file_writer")
    with gnomon.init(project="p", mode="offline", sync_tensorboard=True) as run:
        writer_of("tensorboardX", alone / "logs").add(wrote(3, a=1.0))
    assert logged(run) == [{"a": 1.0, "global_step": 3}]


def test_tensorflows_function_tells_of_its_folder(writers: Path, alone: Path) -> None:
    class Tensor:
        def numpy(self) -> bytes:
            return str(alone / "logs").encode()

    with gnomon.init(project="p", mode="offline", sync_tensorboard=True) as run:
        module = importlib.import_module("tensorflow.python.ops.gen_summary_ops")
        tensor = Tensor()
        assert module.create_summary_file_writer("w", logdir=tensor, max_queue=1) == ("w", tensor, 1)
        (alone / "logs").mkdir()
        (alone / "logs" / "events.out.tfevents.1.host").write_bytes(wrote(1, a=2.0))
    assert logged(run) == [{"a": 2.0, "global_step": 1}]


def test_files_of_earlier_runs_in_the_same_folder_are_not_read_again(writers: Path, alone: Path) -> None:
    (alone / "logs").mkdir()
    (alone / "logs" / "events.out.tfevents.000.host").write_bytes(wrote(1, old=2.0))
    with gnomon.init(project="p", mode="offline", sync_tensorboard=True) as run:
        writer_of("tensorboardX", alone / "logs").add(wrote(0, new=1.0))
    assert logged(run) == [{"new": 1.0, "global_step": 0}]


def test_folders_beside_each_other_are_told_apart_by_what_they_do_not_share(writers: Path, alone: Path) -> None:
    with gnomon.init(project="p", mode="offline", sync_tensorboard=True) as run:
        writer_of("tensorboardX", alone / "logs" / "train").add(wrote(0, loss=1.0))
        writer_of("tensorboardX", alone / "logs" / "validation").add(wrote(0, loss=2.0))
    assert logged(run) == [
        {"train/loss": 1.0, "global_step": 0},
        {"validation/loss": 2.0, "global_step": 0},
    ]


def test_a_root_that_is_said_names_folders_from_there(writers: Path, alone: Path) -> None:
    tensorboard.patch(root_logdir=str(alone / "logs"), save=False)
    with gnomon.init(project="p", mode="offline", sync_tensorboard=True) as run:
        writer_of("tensorboardX", alone / "logs" / "a" / "b").add(wrote(0, loss=1.0))
    assert logged(run) == [{"a/b/loss": 1.0, "global_step": 0}]
    assert not list(Path(run.dir).rglob("*.tfevents.*"))
    with pytest.raises(UsageError, match="followed already"):
        tensorboard.patch(root_logdir="elsewhere")


def test_writers_are_left_alone_when_they_are_unpatched(writers: Path, alone: Path) -> None:
    tensorboard.patch()
    kept = importlib.import_module("tensorboardX.event_file_writer").EventFileWriter.__init__
    tensorboard.unpatch()
    tensorboard.unpatch()
    fresh = importlib.import_module("tensorboardX.event_file_writer").EventFileWriter.__init__
    assert kept is not fresh
    with gnomon.init(project="p", mode="offline") as run:
        writer_of("tensorboardX", alone / "logs").add(wrote(0, loss=1.0))
    assert logged(run) == []


def test_rows_come_while_the_script_still_writes(alone: Path) -> None:
    with gnomon.init(project="p", mode="offline") as run:
        follower = Follower(run, poll_secs=0.02)
        path = alone / "logs" / "events.out.tfevents.1.host"
        follower.add(str(path.parent))
        path.parent.mkdir()
        path.write_bytes(wrote(0, loss=1.0) + wrote(1, loss=0.5))
        until = time.monotonic() + 20
        while len(logged(run)) < 2 and time.monotonic() < until:
            time.sleep(0.02)
        assert [row["loss"] for row in logged(run)] == [1.0, 0.5], "the last step too, when nothing more comes"
        follower.finish()


def test_new_tags_are_drawn_over_their_step_unless_somebody_said_otherwise(writers: Path, alone: Path) -> None:
    with gnomon.init(project="p", mode="offline", sync_tensorboard=True) as run:
        run.define_metric("mine", step_metric="other")
        writer_of("tensorboardX", alone / "logs").add(wrote(0, loss=1.0, mine=1.0))
    assert run._rules["loss"].step_metric == "global_step"
    assert run._rules["mine"].step_metric == "other"


def test_what_is_logged_beside_it_keeps_its_own_rows(writers: Path, alone: Path) -> None:
    with gnomon.init(project="p", mode="offline", sync_tensorboard=True) as run:
        writer = writer_of("tensorboardX", alone / "logs")
        run.log({"mine": 1})
        writer.add(wrote(50, loss=1.0))
        run.log({"mine": 2})
    assert [row["_step"] for row in rows(run.sync_dir)] == [0, 1, 2]


def test_an_event_that_cannot_be_read_costs_itself_alone(writers: Path, alone: Path, said: list[str]) -> None:
    with gnomon.init(project="p", mode="offline", sync_tensorboard=True) as run:
        writer = writer_of("tensorboardX", alone / "logs")
        writer.add(wrote(0, a=1.0) + record(b"\x0f\xff") + wrote(1, a=2.0))
    assert [row["a"] for row in logged(run)] == [1.0, 2.0]
    assert any("an event cannot be read and is left out" in line for line in said)
