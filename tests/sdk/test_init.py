"""Beginning a run: what is decided, what is written, and what is refused."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest

import gnomon
from gnomon.protocol.journal import Kind
from gnomon.sdk import folder, ranks, resuming, shipping, spawn
from gnomon.sdk.errors import UsageError

pytestmark = pytest.mark.usefixtures("alone")


def test_a_run_begins_with_who_where_and_when(read: Any) -> None:
    run = gnomon.init(
        project="digits",
        entity="ada",
        name="first",
        id="abc",
        notes="n",
        tags=["a", "b"],
        group="g",
        job_type="train",
        config={"lr": 0.1},
        mode="offline",
    )
    (begin,), (about,), (config, removed), *_ = [record[1:] for record in read.records(run.sync_dir)]
    assert re.fullmatch("[0-9a-f]{32}", begin["journal"])
    assert begin["attempt"] == begin["journal"]
    assert {
        key: begin[key] for key in ("format", "writer", "entity", "project", "run", "pid", "resume", "starting_step")
    } == {
        "format": 1,
        "writer": "main",
        "entity": "ada",
        "project": "digits",
        "run": "abc",
        "pid": os.getpid(),
        "resume": None,
        "starting_step": 0,
    }
    assert set(begin) >= {"host", "boot_id", "started_at", "sdk"}
    assert {key: about[key] for key in ("name", "notes", "tags", "group", "job_type")} == {
        "name": "first",
        "notes": "n",
        "tags": ["a", "b"],
        "group": "g",
        "job_type": "train",
    }
    assert (config, removed) == ({"lr": 0.1}, [])


def test_the_folder_holds_what_the_shipper_needs_and_never_the_key(alone: Path) -> None:
    run = gnomon.init(settings=gnomon.Settings(api_key="k" * 40, base_url="http://h:1", x_disable_stats=True))
    folder = Path(run.sync_dir)
    assert folder.parent == alone / "gnomon-runs"
    assert re.fullmatch(rf"run-\d{{8}}_\d{{6}}-{run.id}", folder.name)
    settings = json.loads((folder / "ship.json").read_text())
    assert settings["base_url"] == "http://h:1"
    assert settings["pid"] == os.getpid()
    assert settings["disable_stats"] is True
    assert (folder / "files").is_dir()
    assert (folder / "raw").is_dir()
    assert not any(b"k" * 40 in path.read_bytes() for path in folder.parent.parent.parent.rglob("*") if path.is_file())


def test_when_this_process_was_created_is_told_as_psutil_tells_it() -> None:
    import psutil

    from gnomon.sdk.begun import process_started

    assert process_started() == pytest.approx(psutil.Process().create_time(), abs=1.0)


def test_an_online_run_is_remembered_for_a_later_pick_up(tmp_path: Path) -> None:
    run = gnomon.init(settings={"base_url": "http://h:1"})
    (entry,) = (tmp_path / "state" / "runs").iterdir()
    assert entry.read_text().split("\n")[:2] == [run.sync_dir, "http://h:1"]
    run.finish()
    gnomon.init(mode="offline")
    assert len(list((tmp_path / "state" / "runs").iterdir())) == 1


def test_defaults_are_chosen_where_nothing_is_said() -> None:
    run = gnomon.init(mode="offline")
    assert run.project == "uncategorized"
    assert re.fullmatch("[0-9a-z]{8}", run.id)
    assert re.fullmatch("[a-z]+-[a-z]+-[0-9]+", run.name)
    assert (run.entity, run.notes, run.tags, run.group, run.job_type) == ("", "", (), "", "")
    assert (run.step, run.starting_step, run.resumed, run.offline, run.disabled) == (0, 0, False, True, False)
    assert run.start_time == pytest.approx(time.time(), abs=10)
    assert (run.path, run.url, run.sweep_id) == (f"uncategorized/{run.id}", None, None)


def test_the_address_is_known_at_once_where_the_owner_is() -> None:
    run = gnomon.init(entity="ada", project="my digits", id="r 1")
    assert run.url == "http://localhost:8585/ada/my%20digits/runs/r%201"
    assert run.project_url == "http://localhost:8585/ada/my%20digits"


def test_the_address_comes_from_the_shipper_where_the_owner_is_not_known() -> None:
    run = gnomon.init(project="p", id="r")
    assert run.url is None
    Path(run.sync_dir, "shipped.json").write_text('{"url": "http://localhost:8585/ada/p/runs/r"}')
    assert run.url == "http://localhost:8585/ada/p/runs/r"
    assert (run.entity, run.path) == ("ada", "ada/p/r")


def test_variables_are_heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {
        "WANDB_PROJECT": "w",
        "GNOMON_PROJECT": "g",
        "WANDB_MODE": "dryrun",
        "WANDB_RUN_ID": "id1",
        "WANDB_NAME": "n",
        "WANDB_DIR": str(tmp_path / "elsewhere"),
        "WANDB_TAGS": "a,b",
    }.items():
        monkeypatch.setenv(name, value)
    run = gnomon.init()
    assert (run.project, run.offline, run.id, run.name, run.tags) == ("g", True, "id1", "n", ("a", "b"))
    assert Path(run.sync_dir).parent == tmp_path / "elsewhere" / "gnomon-runs"


def test_settings_of_the_process_are_weaker_than_those_of_the_call() -> None:
    gnomon.setup(settings={"project": "process", "run_group": "process", "mode": "offline"})
    run = gnomon.init(project="call")
    assert (run.project, run.group, run.offline) == ("call", "process", True)


def test_config_keys_can_be_chosen() -> None:
    assert dict(gnomon.init(mode="offline", config={"a": 1, "b": 2}, config_exclude_keys=["a"]).config) == {"b": 2}
    assert dict(gnomon.init(mode="offline", config={"a": 1, "b": 2}, config_include_keys=["a"]).config) == {"a": 1}


def test_values_may_change_where_init_says_so() -> None:
    run = gnomon.init(mode="offline", config={"a": 1}, allow_val_change=True)
    run.config.a = 2
    assert run.config.a == 2


def test_a_second_run_finishes_the_first(read: Any) -> None:
    first = gnomon.init(mode="offline")
    second = gnomon.init(mode="offline")
    assert gnomon.run is second
    ((end,),) = read.of_kind(first.sync_dir, Kind.EXIT)
    assert (end["state"], end["exit_code"]) == ("finished", 0)
    assert read.of_kind(second.sync_dir, Kind.EXIT) == []


def test_a_second_init_may_give_back_the_first_or_leave_it_alone(read: Any) -> None:
    first = gnomon.init(mode="offline")
    assert gnomon.init(mode="offline", reinit="return_previous") is first
    second = gnomon.init(mode="offline", reinit="create_new")
    assert gnomon.run is first
    first.log({"x": 1})
    second.log({"x": 2})
    assert [row["x"] for row in read.rows(first.sync_dir)] == [1]
    assert [row["x"] for row in read.rows(second.sync_dir)] == [2]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"mode": "maybe"}, "The setting mode"),
        ({"id": "a/b"}, "run id"),
        ({"project": "a/b"}, "project"),
        ({"config": 3}, "config is a dict"),
        ({"config": "nowhere.yaml"}, "cannot be read"),
        ({"fork_from": "r?_step=1", "mode": "offline"}, "fork_from has to ask the server"),
        ({"fork_from": "r", "mode": "online"}, "fork_from reads <run>.* not 'r'"),
        ({"fork_from": "r?_step=x", "mode": "online"}, "fork_from reads"),
        ({"fork_from": "r?loss=1", "mode": "online"}, "fork_from reads"),
        ({"fork_from": "r?_step=1", "id": "r", "mode": "online"}, "needs an id of its own"),
        ({"resume_from": "r?_step=1", "id": "s", "mode": "online"}, "goes on with 'r', and id says 's'"),
        ({"resume_from": "r?_step=1", "fork_from": "r?_step=1"}, "fork_from and resume_from cannot"),
        ({"resume_from": "r?_step=1", "resume": "must", "id": "r"}, "resume_from and resume cannot"),
        ({"resume": "must"}, "needs the id"),
        ({"settings": {"zzz": 1}}, "'zzz' is not a setting"),
    ],
)
def test_arguments_that_cannot_be_meant_are_refused_and_leave_nothing(
    arguments: dict[str, Any], why: str, alone: Path
) -> None:
    with pytest.raises(UsageError, match=why):
        gnomon.init(**{"mode": "offline", **arguments})
    assert gnomon.run is None
    assert list(alone.glob("gnomon-runs/run-*")) == []


def test_old_arguments_are_accepted() -> None:
    run = gnomon.init(
        mode="offline", anonymous="allow", force=True, tensorboard=False, sync_tensorboard=None, tags="one"
    )
    assert run.tags == ("one",)


def test_a_disabled_run_does_everything_and_keeps_nothing(alone: Path) -> None:
    with gnomon.init(mode="disabled", config={"a": 1}) as run:
        run.log({"x": 1, "image": gnomon.Image(__import__("numpy").zeros((2, 2)))})
        run.summary["best"] = 2
        run.config.b = 2
        run.define_metric("x", summary="max")
        assert run.disabled
        assert (run.summary["best"], run.config.b, run.step, run.url) == (2, 2, 1, None)
        assert os.path.isdir(run.dir)
    assert list(alone.rglob("*")) == []


def test_where_the_folder_cannot_be_written_the_run_is_kept_elsewhere(
    alone: Path, said: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (alone / "gnomon-runs").write_text("a file in the way")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    run = gnomon.init(mode="offline", settings=gnomon.Settings(quiet=True))
    assert run.sync_dir.startswith(str(tmp_path / "temporary"))
    assert "cannot be written" in said[0]


def test_where_nothing_can_be_written_training_goes_on(
    alone: Path, said: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (alone / "gnomon-runs").write_text("a file in the way")
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    run = gnomon.init(mode="offline", settings=gnomon.Settings(quiet=True))
    run.log({"x": 1, "image": gnomon.Image(__import__("numpy").zeros((2, 2)))})
    run.finish()
    assert run.summary["x"] == 1
    assert len([line for line in said if "WARNING" in line]) == 1


def test_run_folders_stay_out_of_git(alone: Path) -> None:
    gnomon.init(mode="offline")
    assert (alone / "gnomon-runs" / ".gitignore").read_text() == "*\n"


class Answer:
    """A shipper that knows what the server would say."""

    def __init__(self, says: dict[str, Any] | None) -> None:
        self.says = says
        self.stopped = False
        self.ended = True

    def answer(self, timeout_secs: float) -> dict[str, Any] | None:
        return self.says

    def stop(self) -> None:
        self.stopped = True

    def nudge(self) -> None: ...

    def let_go(self, *, leaving: bool = False) -> None: ...

    def forked(self) -> None: ...


@pytest.fixture
def server_says(monkeypatch: pytest.MonkeyPatch) -> Any:
    def arrange(says: dict[str, Any] | None) -> Answer:
        shipper = Answer(says)
        monkeypatch.setattr(shipping, "start", lambda *_, **__: shipper)
        return shipper

    return arrange


KNOWN = {"exists": True, "last_step": 41, "config": {"lr": 0.1, "bs": 2}, "summary": {"best": 9, "x": 1}, "name": "old"}


@pytest.mark.parametrize("resume", ["allow", "must", "auto", True])
def test_a_run_the_server_knows_goes_on_where_it_stopped(resume: Any, server_says: Any, read: Any) -> None:
    server_says(KNOWN)
    run = gnomon.init(id="r1", resume=resume, config={"lr": 0.5})
    assert (run.resumed, run.starting_step, run.step, run.name) == (True, 42, 42, "old")
    assert dict(run.config) == {"lr": 0.5, "bs": 2}
    assert run.summary["best"] == 9
    run.log({"x": 5})
    assert run.summary["x"] == 5
    assert read.rows(run.sync_dir) == [{"_step": 42, "x": 5}]
    (begin,) = read.of_kind(run.sync_dir, Kind.BEGIN)[0]
    assert begin["starting_step"] == 42
    (about,) = read.of_kind(run.sync_dir, Kind.RUN)[0]
    assert "name" not in about
    assert read.of_kind(run.sync_dir, Kind.CONFIG) == [[{"lr": 0.5}, []]]


def test_a_run_the_server_does_not_know_begins_where_that_is_allowed(server_says: Any) -> None:
    server_says({"exists": False})
    run = gnomon.init(id="r1", resume="allow")
    assert (run.resumed, run.step, run.id) == (False, 0, "r1")


def test_a_run_that_must_be_there_and_is_not_is_refused(server_says: Any, alone: Path) -> None:
    for says, why in (({"exists": False}, "there is none"), (None, "could not be asked")):
        shipper = server_says(says)
        with pytest.raises(UsageError, match=why):
            gnomon.init(id="r1", resume="must")
        assert shipper.stopped
    assert list(alone.glob("gnomon-runs/run-*")) == []
    assert gnomon.run is None


def test_a_run_that_must_not_be_there_and_is_is_refused(server_says: Any) -> None:
    server_says(KNOWN)
    with pytest.raises(UsageError, match="exists already"):
        gnomon.init(id="r1", resume="never")
    server_says(None)
    assert gnomon.init(id="r1", resume="never").resumed is False


@pytest.mark.parametrize("resume", ["allow", "must"])
@pytest.mark.parametrize("mode", ["online", "offline"])
def test_without_a_server_a_run_goes_on_from_what_lies_here(resume: str, mode: str) -> None:
    with gnomon.init(id="r1", mode=mode, name="old", config={"lr": 1}) as first:
        for value in range(3):
            first.log({"x": value, "m": {"y": value}})
        first.summary["best"] = 9
    with gnomon.init(id="r1", mode=mode, resume=resume) as second:
        assert (second.resumed, second.step, second.name, second.config.lr) == (True, 3, "old", 1)
        assert (second.summary["best"], second.summary["x"], second.summary["m"]["y"]) == (9, 2, 2)
        second.log({"x": 7})
    assert gnomon.init(id="r1", mode=mode, resume=resume).step == 4


@pytest.mark.parametrize(("sent", "step"), [(True, 3), (False, 10)])
def test_what_the_server_says_of_a_run_that_was_taken_back_counts_once_it_has_every_row(
    sent: bool, step: int, server_says: Any
) -> None:
    with gnomon.init(id="r1", config={"lr": 1}) as first:
        for value in range(10):
            first.log({"x": value})
    size = os.path.getsize(os.path.join(first.sync_dir, "run.journal"))
    Path(first.sync_dir, "shipped.json").write_text(
        json.dumps({"journals": {"run.journal": {"acked": size if sent else size - 1}}})
    )
    server_says({"exists": True, "last_step": 2, "config": {"lr": 1}, "summary": {"x": 2}})
    second = gnomon.init(id="r1", resume="must")
    assert second.step == step
    assert second.summary["x"] == (2 if sent else 9)


def test_of_a_large_journal_the_beginning_and_the_end_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "HEAD_BYTES", 2_000)
    monkeypatch.setattr(folder, "TAIL_BYTES", 3_000)
    with gnomon.init(mode="offline", id="large", config={"lr": 1}, name="old") as first:
        for value in range(1000):
            first.log({"x": value})
            if value == 500:
                first.log({"seldom": 1})
    with gnomon.init(mode="offline", id="large", resume="must") as second:
        assert (second.step, second.config.lr, second.name, second.summary["x"]) == (1001, 1, "old", 999)
        assert "seldom" not in second.summary


def test_a_branch_asks_the_server_and_begins_after_its_step(server_says: Any, read: Any) -> None:
    server_says({"exists": True, "last_step": 4, "config": {"lr": 0.1}, "summary": {"x": 4}, "name": "old"})
    with gnomon.init(fork_from="trunk?_step=4", name="mine") as run:
        assert (run.starting_step, run.resumed, run.config.lr, run.summary["x"]) == (5, False, 0.1, 4)
        asked = json.loads(Path(run.sync_dir, "ship.json").read_text())["branch"]
    assert asked == {"kind": "fork", "run": "trunk", "step": 4}
    with gnomon.init(resume_from="trunk?_step=2") as run:
        assert (run.id, run.starting_step, run.resumed, run.name) == ("trunk", 3, True, "old")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (None, gnomon.CommError),
        ({"exists": None, "error": "nobody listens"}, gnomon.CommError),
        ({"exists": None, "error": "there is no run", "refused": True}, UsageError),
    ],
)
def test_a_branch_that_cannot_be_made_leaves_nothing(answer: Any, kind: Any, server_says: Any, alone: Path) -> None:
    shipper = server_says(answer)
    with pytest.raises(kind, match="could not be forked at step 4"):
        gnomon.init(fork_from="trunk?_step=4")
    assert shipper.stopped
    assert list(alone.glob("gnomon-runs/run-*")) == []


def test_config_files_stand_where_init_says_nothing_else(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("config-defaults.yaml").write_text('{"lr": {"value": 0.1, "desc": "rate"}, "bs": 8}')
    with gnomon.init(mode="offline", config={"bs": 16}) as run:
        assert dict(run.config) == {"lr": 0.1, "bs": 16}
    Path("config-defaults.yaml").write_text("{")
    with gnomon.init(mode="offline") as run:
        assert dict(run.config) == {}
    Path("other.json").write_text('{"depth": 3}')
    monkeypatch.setenv("WANDB_CONFIG_PATHS", "other.json")
    assert dict(gnomon.init(mode="offline").config) == {"depth": 3}


def test_what_settings_say_reaches_the_shipper_and_secrets_stand_in_no_file(alone: Path) -> None:
    held = gnomon.Settings(
        http_proxy="http://u:secret@p:1", x_extra_http_headers={"X-Team": "secret"}, insecure_disable_ssl=True,
        x_label="head", ignore_globs=["*.ckpt"], x_stats_gpu_device_ids=[1], git_commit="abc", program="train.py",
        x_file_stream_transmit_interval=2, http_timeout=7, x_disable_machine_info=True,
    )  # fmt: skip
    run = gnomon.init(mode="offline", settings=held)
    text = Path(run.sync_dir, "ship.json").read_text()
    said = json.loads(text)
    assert "secret" not in text
    assert (said["label"], said["ignore"], said["stats"]["gpus"], said["recorded"]) == (
        "head", ["*.ckpt"], [1], {"commit": "abc"},
    )  # fmt: skip
    assert (said["gap_secs"], said["answer_secs"], said["program"]) == (2, 7, "train.py")
    assert (said["disable_machine"], said["disable_stats"], said["disable_meta"]) == (True, True, False)
    assert shipping.secrets(held) == {
        "http_proxy": "http://u:secret@p:1", "GNOMON_INSECURE_DISABLE_SSL": "true",
        "GNOMON_X_EXTRA_HTTP_HEADERS": '{"X-Team":"secret"}',
    }  # fmt: skip
    assert "secret" not in repr(run)


def test_what_is_not_wanted_is_not_printed(said: list[str]) -> None:
    with gnomon.init(mode="offline", settings={"show_info": False}) as run:
        run.log({"x": 1})
    assert said == []
    with gnomon.init(mode="offline", settings={"show_info": False, "show_warnings": False}) as run:
        run.log({"x": object()})
    assert said == []


def test_a_run_of_another_id_is_not_taken_for_it() -> None:
    with gnomon.init(id="x-r1", mode="offline") as run:
        run.log({"x": 1})
    assert gnomon.init(id="r1", mode="offline", resume="allow").resumed is False


def test_resuming_by_itself_goes_on_with_what_did_not_end_well() -> None:
    first = gnomon.init(mode="offline", resume="auto")
    first.log({"x": 1})
    first.finish(exit_code=1)
    second = gnomon.init(mode="offline", resume="auto")
    assert (second.id, second.step) == (first.id, 1)
    second.finish()
    assert gnomon.init(mode="offline", resume="auto").id != first.id


def test_a_slow_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    began = time.monotonic()
    assert shipping.Shipper(spawn.Child(os.getpid()), -1, reading).answer(0.2) is None
    assert time.monotonic() - began < 5
    os.close(writing)


def test_ids_need_no_server_to_be_unlike() -> None:
    nobody = ranks.of({})
    assert resuming.meant(gnomon.Settings(), "p", nobody).id != resuming.meant(gnomon.Settings(), "p", nobody).id


@pytest.mark.parametrize("word", ["None", "none", None, False])
def test_resume_none_as_tutorials_spell_it_begins_a_new_run(word: Any) -> None:
    run = gnomon.init(mode="offline", entity="team", project="p", name="n", resume=word)
    assert (run.resumed, run.entity) == (False, "team")


def test_an_entity_that_cannot_be_part_of_an_address_is_refused() -> None:
    with pytest.raises(UsageError, match="an entity's name cannot have any of"):
        gnomon.init(mode="offline", entity="a/b")


def test_what_an_init_says_of_a_run_that_goes_on_is_not_lost_in_silence(said: list[str]) -> None:
    first = gnomon.init(mode="offline", settings={"quiet": True})
    assert gnomon.init(reinit="return_previous") is first
    assert said == []
    assert gnomon.init(reinit="return_previous", config={"lr": 1}) is first
    assert len(said) == 1 and "goes on; what else this init() says of a run is not used" in said[0]


def test_errors_can_be_imported_from_where_scripts_look_for_them() -> None:
    from gnomon.errors import UsageError as found

    assert found is UsageError is gnomon.UsageError is gnomon.errors.UsageError
