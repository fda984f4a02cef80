"""Runs read from their folders, with no server and no account, however their process ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gnomon.model.run import RunState
from gnomon.protocol.journal import MAGIC, Kind, frame
from gnomon.sdk.errors import AuthenticationError, UnsupportedError, UsageError
from gnomon.sdk.public.api import Api
from gnomon.sdk.public.local import Local
from gnomon.sdk.public.run import Run
from gnomon.sdk.public.source import RunNotFoundError

from .conftest import Log, Served

KILLED = """
import os, signal, sys, gnomon
run = gnomon.init(project="p", id="killed", mode="offline", config={"lr": 0.1}, settings=gnomon.Settings(silent=True))
for step in range(20):
    run.log({"loss": step})
print("ready", flush=True)
if sys.argv[1] == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
sys.stdin.read()
"""


@pytest.fixture
def api(alone: Path) -> Api:
    (alone / "gnomon-runs").mkdir(exist_ok=True)
    return Api({"base_url": (alone / "gnomon-runs").as_uri()})


def script(how: str, alone: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, how], cwd=alone, env={**os.environ, "GNOMON_NO_SHIPPER": "1"}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    assert "ready" in process.stdout.readline()
    return process


def ended(process: subprocess.Popen[str]) -> None:
    process.communicate("")


def test_runs_of_a_folder_are_listed_filtered_and_ordered(api: Api, log: Log) -> None:
    for at in range(4):
        log(f"r{at}", [{"loss": at / 2}], config={"lr": at}, tags=["even"] if at % 2 == 0 else [])
    log("other", [{"loss": 9}], project="q")
    assert [run.id for run in api.runs()] == ["r0", "r1", "r2", "r3", "other"]
    runs = api.runs("p", per_page=3)
    assert len(runs) == 4 and [run.id for run in runs] == ["r0", "r1", "r2", "r3"] and runs[-1].id == "r3"
    assert [run.id for run in api.runs("p", filters={"config.lr": {"$gte": 2}})] == ["r2", "r3"]
    assert [run.id for run in api.runs("p", filters={"tags": "even"}, order="-summary_metrics.loss")] == ["r2", "r0"]
    assert [run.id for run in api.runs("p", filters={"keys_info.keys.loss": {"$exists": True}})] == [
        "r0", "r1", "r2", "r3",
    ]  # fmt: skip
    assert [run.id for run in Api({"base_url": "file:" + os.getcwd()}).runs("./gnomon-runs")][:2] == ["r0", "r1"]


def test_a_run_is_named_by_its_folder_its_project_or_its_id(api: Api, log: Log) -> None:
    folder = log("named", [{"loss": 1}], entity="lab")
    for path in (folder, os.path.relpath(folder), Path(folder).as_uri(), "named", "p/named", "lab/p/named"):
        assert api.run(path).id == "named", path
    with pytest.raises(RunNotFoundError, match="Could not find run nope"):
        api.run("nope")
    log("second", [])
    with pytest.raises(RunNotFoundError, match="is not the folder of one run"):
        api.run("./gnomon-runs")
    with pytest.raises(UsageError, match="there is no such folder"):
        api.run("./nowhere")


def test_what_was_logged_is_the_same_as_on_a_server(
    served: Served, logged: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def then(run: Any) -> None:
        run.define_metric("loss", summary="min")
        run.log({"loss": 0.1, "m": {"acc": 1}})
        run.summary["best"] = 5
        run.write_logs("one\ntwo\n")
        Path("x.txt").write_text("x")
        run.save("x.txt")

    folder = logged(
        "same", [{"loss": 0.5, "n": 1}, {"loss": 2.5, "text": "t"}], then=then, config={"a": {"b": 1}}, tags=["t"],
        notes="n", group="g", job_type="j", name="the name",
    )  # fmt: skip
    there = served.api().run("ann/p/same")
    monkeypatch.setenv("GNOMON_API_KEY", "k" * 40)
    here = Api().run(folder)
    for name in ("id", "name", "project", "state", "config", "tags", "notes", "group", "job_type", "lastHistoryStep"):
        assert getattr(here, name) == getattr(there, name), name
    places = ("_timestamp", "_runtime")
    for rows in (lambda run: list(run.scan_history()), lambda run: run.history(keys=["loss"], pandas=False)):
        strip = [[{k: v for k, v in row.items() if k not in places} for row in rows(run)] for run in (here, there)]
        assert strip[0] == strip[1]
    summaries = [{k: v for k, v in run.summary_metrics.items() if k not in places} for run in (here, there)]
    assert summaries[0] == summaries[1]
    assert [line.content for line in here.console_logs()] == [line.content for line in there.console_logs()]
    assert [line.content for line in here.console_logs(last=1)] == ["two"]
    mine = {file.name: (file.size, file.digest) for file in here.files()}
    theirs = {file.name: (file.size, file.digest) for file in there.files()}
    assert mine["x.txt"] == theirs["x.txt"]


def test_a_run_whose_process_was_killed_has_all_it_logged(api: Api, alone: Path) -> None:
    ended(script("kill", alone))
    run = api.run("killed")
    assert run.state == "crashed" and run.config == {"lr": 0.1}
    assert [row["loss"] for row in run.scan_history()] == list(range(20))


def test_a_run_that_goes_on_is_running_and_grows(api: Api, alone: Path) -> None:
    process = script("wait", alone)
    try:
        run = api.run("killed")
        assert run.state == "running" and run.summary["loss"] == 19
    finally:
        process.send_signal(signal.SIGKILL)
        ended(process)
    run.load(force=True)
    assert run.state == "crashed"
    run.wait_until_finished()


@pytest.mark.parametrize("cut", [1, 5, 40, 400])
def test_a_journal_that_was_cut_off_gives_what_is_whole(api: Api, log: Log, cut: int) -> None:
    folder = log("cut", [{"loss": step} for step in range(50)])
    journal = Path(folder, "run.journal")
    journal.write_bytes(journal.read_bytes()[:-cut])
    steps = [row["_step"] for row in api.run("cut").scan_history()]
    assert steps == list(range(len(steps))) and len(steps) >= 50 - cut // 20


def test_damage_in_the_middle_costs_only_what_it_touches(api: Api, log: Log) -> None:
    folder = log("damaged", [{"loss": step} for step in range(50)])
    journal = Path(folder, "run.journal")
    data = bytearray(journal.read_bytes())
    middle = len(data) * 3 // 4
    data[middle : middle + 4] = b"\x00\x00\x00\x00"
    journal.write_bytes(data)
    assert len(list(api.run("damaged").scan_history())) >= 48


def test_two_attempts_of_a_run_are_one_run(api: Api, log: Log) -> None:
    log("twice", [{"loss": 1}, {"loss": 2}])
    log("twice", [{"loss": 3}], resume="allow")
    run = api.run("twice")
    assert [(row["_step"], row["loss"]) for row in run.scan_history()] == [(0, 1), (1, 2), (2, 3)]
    assert len(api.runs("p")) == 1


def test_pictures_that_still_have_to_be_encoded_are_files(api: Api, log: Log) -> None:
    np = pytest.importorskip("numpy")
    import gnomon

    log("drawn", [{"img": gnomon.Image(np.zeros((4, 4), np.uint8))}])
    run = api.run("drawn")
    path = next(iter(run.scan_history()))["img"]["path"]
    file = run.file(path)
    file.download("out").close()
    assert Path("out", path).read_bytes()[:4] == b"\x89PNG" and file.size == Path("out", path).stat().st_size


def test_nothing_can_be_changed_in_a_folder(api: Api, log: Log) -> None:
    log("fixed", [{"loss": 1}])
    run = api.run("fixed")
    run.name = "other"
    for change in (run.update, run.delete, lambda: run.update_state("failed"), lambda: run.upload_file("x"),
                   lambda: run.logged_artifacts(), lambda: api.viewer, lambda: api.sql("select 1")):  # fmt: skip
        with pytest.raises(UnsupportedError, match="gnomon sync"):
            change()


SOME = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.lists(
    st.tuples(st.sampled_from(list(Kind)), st.lists(SOME, max_size=5))
    | st.just((Kind.SCHEMA, [1, ["a", "b"]]))
    | st.tuples(st.just(Kind.ROW), st.tuples(st.just(1), SOME, SOME, SOME, SOME).map(list)),
    max_size=8,
)


@settings(deadline=None, max_examples=200)
@example([(Kind.SUMMARY, [[[None, None]], []])])
@given(RECORDS)
def test_a_journal_that_another_has_written_breaks_nothing(records: list[tuple[Kind, list[Any]]]) -> None:
    begin = {"journal": "j", "attempt": "j", "writer": "main", "project": "p", "run": "odd", "started_at": 1.0}
    data = MAGIC + frame(msgspec.msgpack.encode([Kind.BEGIN, begin]))
    for kind, rest in records:
        data += frame(msgspec.msgpack.encode([kind, *rest]))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "run.journal").write_bytes(data)
        source = Local(folder)
        record = source.only()
        assert isinstance(record.run.state, RunState)
        run = Run(source, record, lazy=False)
        rows = list(run.scan_history(min_step=-(2**63)))
        assert [row["_step"] for row in rows] == sorted(row["_step"] for row in rows)
        run.history(pandas=False), list(run.files()), list(run.console_logs()), run.history_keys
        assert run.created_at and run.heartbeat_at


def test_a_folder_is_read_by_its_path_by_those_who_have_signed_in_nowhere(alone: Path, log: Log) -> None:
    folder = log("named", [{"loss": 1}])
    assert Api().run(folder).summary["loss"] == 1
    with pytest.raises(AuthenticationError, match=r"nobody is signed in to .*`gnomon login"):
        Api().run("somebody/p/r1")
