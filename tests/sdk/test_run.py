"""The run object: logging, summary, attributes, the end."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gnomon
from gnomon.protocol.journal import Kind
from gnomon.sdk import shipping
from gnomon.sdk.errors import Error
from gnomon.sdk.shipping import Shipped

pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def run() -> gnomon.Run:
    return gnomon.init(project="p", mode="offline", settings=gnomon.Settings(console="off"))


def test_what_was_logged_is_on_disk_when_log_returns(run: gnomon.Run, read: Any) -> None:
    for value in range(3):
        run.log({"loss": value})
        assert read.rows(run.sync_dir)[-1] == {"_step": value, "loss": value}


def test_log_takes_what_wandbs_takes(run: gnomon.Run, read: Any) -> None:
    run.log({"a": 1}, 5)
    run.log({"b": 2}, step=5, commit=True)
    run.log({"c": 3}, sync=True)
    run.log(data={"d": 4}, step=None, commit=False)
    assert [row["_step"] for row in read.rows(run.sync_dir)] == [5, 5, 6, 7]


def test_a_row_and_its_pictures_are_one_write(run: gnomon.Run, read: Any) -> None:
    run.log({"x": 1, "img": gnomon.Image(np.zeros((2, 2), "uint8")), "masks": {"true": gnomon.Image(np.zeros((2, 2)))}})
    kinds = [record[0] for record in read.records(run.sync_dir)][-4:]
    assert kinds == [Kind.SCHEMA, Kind.FILE, Kind.FILE, Kind.ROW]
    (row,) = read.rows(run.sync_dir)
    assert row["masks.true"]["_type"] == "image-file"


def test_pil_images_and_lists_of_them_are_pictures(run: gnomon.Run, read: Any) -> None:
    from PIL import Image as Pil

    run.log({"one": Pil.new("L", (2, 2)), "many": [Pil.new("L", (2, 2)), Pil.new("L", (2, 2))]})
    (row,) = read.rows(run.sync_dir)
    assert (row["one"]["_type"], row["many"]["_type"]) == ("image-file", "images/separated")


def test_the_summary_follows_and_can_be_set(run: gnomon.Run, read: Any) -> None:
    run.log({"loss": 2.0, "m": {"acc": 0.1}})
    run.summary["best"] = np.float32(0.5)
    run.summary.worst = 3
    run.summary.update({"m": {"top": 1}})
    run.summary["m"]["low"] = 0
    assert (run.summary["loss"], run.summary.best, run.summary["m"]["top"], run.summary["m"].low) == (2.0, 0.5, 1, 0)
    assert (run.summary.get("no"), "loss" in run.summary, "no" in run.summary) == (None, True, False)
    assert run.summary["_step"] == 0
    run.log({"best": 0.7})
    assert run.summary["best"] == 0.7
    run.summary["loss"] = -1.0
    assert run.summary["loss"] == -1.0
    run.log({"loss": 1.0})
    assert run.summary["loss"] == 1.0
    written = read.of_kind(run.sync_dir, Kind.SUMMARY)
    assert written[0] == [{"best": 0.5}, []]
    assert written[2] == [{"m.top": 1}, ["m.acc"]]


def test_summary_values_can_be_removed(run: gnomon.Run, read: Any) -> None:
    run.log({"loss": 2.0})
    run.summary["m"] = {"a": 1, "b": 2}
    del run.summary["m"]
    del run.summary.loss
    assert "m" not in run.summary
    assert "loss" not in run.summary
    with pytest.raises(KeyError):
        del run.summary["m"]
    run.log({"loss": 1.0})
    assert run.summary["loss"] == 1.0
    assert read.of_kind(run.sync_dir, Kind.SUMMARY)[-2:] == [[{}, ["m.a", "m.b"]], [{}, ["loss"]]]


def test_a_bad_summary_value_costs_a_warning(run: gnomon.Run, said: list[str]) -> None:
    run.summary.update({"bad": object(), "good": 1})
    assert dict(run.summary) == {"good": 1}
    assert "'bad'" in said[0]


def test_define_metric_shapes_the_summary_and_is_written(run: gnomon.Run, read: Any) -> None:
    metric = run.define_metric("loss", summary="min,max", step_metric="epoch")
    assert (metric.name, metric.summary, metric.step_metric) == ("loss", ("min", "max"), "epoch")
    run.log({"loss": 2.0, "epoch": 0})
    run.log({"loss": 1.0, "epoch": 1})
    assert run.summary["loss"] == {"min": 1.0, "max": 2.0}
    assert read.of_kind(run.sync_dir, Kind.METRIC) == [
        [{"name": "loss", "step_metric": "epoch", "step_sync": True, "summary": ["min", "max"], "overwrite": False}]
    ]


def test_name_notes_and_tags_may_be_changed(run: gnomon.Run, read: Any) -> None:
    run.name = "better"
    run.notes = "why"
    run.tags = ["a", "b", "a"]
    run.tags += ("c",)
    assert (run.name, run.notes, run.tags) == ("better", "why", ("a", "b", "c"))
    assert read.of_kind(run.sync_dir, Kind.RUN)[1:] == [
        [{"name": "better"}],
        [{"notes": "why"}],
        [{"tags": ["a", "b"]}],
        [{"tags": ["a", "b", "c"]}],
    ]
    with pytest.raises(TypeError, match="not one string"):
        run.tags = "abc"  # type: ignore[assignment]


def test_files_are_kept_by_name(run: gnomon.Run, read: Any, alone: Path) -> None:
    (alone / "models").mkdir()
    for name in ("a.pt", "b.pt"):
        (alone / "models" / name).write_text(name)
    run.save("models/*.pt")
    run.save(str(alone / "models" / "a.pt"), policy="end")
    run.save(alone / "models" / "b.pt", base_path=alone, policy="now")
    found = [about for (about,) in read.of_kind(run.sync_dir, Kind.FILE)]
    assert [(one.get("path") or one["glob"], one["policy"]) for one in found] == [
        ("models/a.pt", "live"),
        ("models/b.pt", "live"),
        (str(alone / "models" / "*.pt"), "live"),
        ("models/a.pt", "end"),
        ("models/b.pt", "now"),
    ]
    own = os.path.join(run.dir, "weights.h5")
    Path(own).write_text("w")
    assert run.save(own) == [own]
    assert read.of_kind(run.sync_dir, Kind.FILE)[-1][0]["path"] == "weights.h5"
    assert found[0]["source"] == str(alone / "models" / "a.pt")
    with pytest.raises(gnomon.UsageError, match="policy"):
        run.save("x", policy="sometimes")


def test_console_lines_are_kept(read: Any, capsys: pytest.CaptureFixture[str]) -> None:
    run = gnomon.init(mode="offline")
    print("hello")
    print("half", end="")
    run.write_logs("\nby hand\n")
    run.finish(quiet=True)
    print("not any more")
    kept = {number: text for number, _, _, text in read.of_kind(run.sync_dir, Kind.CONSOLE)}
    assert kept == {0: "hello", 1: "half", 2: "by hand"}
    assert capsys.readouterr().out == "hello\nhalfnot any more\n"


def ending(run: gnomon.Run, read: Any) -> tuple[str, int]:
    ((end,),) = read.of_kind(run.sync_dir, Kind.EXIT)
    return end["state"], end["exit_code"]


@pytest.mark.parametrize(("code", "meant"), [(None, ("finished", 0)), (0, ("finished", 0)), (3, ("failed", 3))])
def test_the_exit_code_says_how_it_ended(code: int | None, meant: tuple[str, int], run: gnomon.Run, read: Any) -> None:
    run.finish(exit_code=code)
    run.finish(exit_code=9)
    assert ending(run, read) == meant
    assert gnomon.run is None


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        (None, ("finished", 0)),
        (ValueError(), ("failed", 1)),
        (KeyboardInterrupt(), ("killed", 255)),
        (SystemExit(0), ("finished", 0)),
        (SystemExit(4), ("failed", 4)),
        (SystemExit("x"), ("failed", 1)),
    ],
)
def test_an_exception_that_leaves_the_block_fails_the_run(
    error: BaseException | None, meant: tuple[str, int], run: gnomon.Run, read: Any
) -> None:
    with contextlib.suppress(BaseException), run:
        if error is not None:
            raise error
    assert ending(run, read) == meant


def test_what_is_logged_after_the_end_costs_one_warning(run: gnomon.Run, read: Any, said: list[str]) -> None:
    run.log({"x": 1})
    run.finish(quiet=True)
    size = len(read.records(run.sync_dir))
    for _ in range(3):
        run.log({"x": 2})
        run.summary["y"] = 1
        run.config.z = 3
        run.name = "late"
    assert len(read.records(run.sync_dir)) == size
    assert len([line for line in said if "is finished" in line]) == 1


def test_nested_config_changed_in_place_is_written_at_the_end(run: gnomon.Run, read: Any) -> None:
    run.config.model = {"layers": 1}
    run.config["model"]["layers"] = 2
    run.finish()
    assert read.of_kind(run.sync_dir, Kind.CONFIG)[-1] == [{"model": {"layers": 2}}, []]


def test_a_config_too_large_for_a_record_loses_only_what_is_too_large(
    run: gnomon.Run, read: Any, said: list[str]
) -> None:
    run.config.update({"huge": "x" * (1 << 24), "small": 1})
    assert read.of_kind(run.sync_dir, Kind.CONFIG) == [[{"small": 1}, []]]
    assert "'huge' is too large" in said[0]


def test_a_run_in_another_process_writes_a_journal_of_its_own(run: gnomon.Run, read: Any) -> None:
    run.log({"x": 1})
    assert pickle.loads(pickle.dumps(run)) is run
    data = pickle.dumps(run)
    from gnomon.sdk.run import run as runs

    runs._live.discard(run)  # as in a process that was started afresh
    other = pickle.loads(data)
    other.log({"x": 2})
    other.finish()
    (name,) = [path.name for path in Path(run.sync_dir).glob("run-*.journal")]
    assert read.rows(run.sync_dir, name) == [{"_step": 1, "x": 2}]
    assert read.of_kind(run.sync_dir, Kind.EXIT) == []
    assert read.of_kind(run.sync_dir, Kind.EXIT, name) == []
    runs._live.add(run)


def test_a_run_that_is_forgotten_is_still_finished_by_its_name(run: gnomon.Run) -> None:
    gc.collect()
    assert gnomon.run is run


class Clock:
    """Time that passes by sleeping; the shipper does its work meanwhile."""

    def __init__(self) -> None:
        self.now = 0.0
        self.ended = False
        self.work: Any = lambda now: Shipped(False, 0, "", "", 0, 0)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def nudge(self) -> None:
        """The shipper is told that somebody waits."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(shipping, "progress", lambda folder: found.work(found.now))
    return found


def waited(clock: Clock, timeout: float = 60.0) -> Shipped:
    return shipping.wait(clock, "folder", timeout, clock, clock.sleep)  # type: ignore[arg-type]


def test_finish_waits_no_longer_than_needed(clock: Clock) -> None:
    clock.work = lambda now: Shipped(now > 0.1, 0, "u", "", 10, 0)
    assert waited(clock).complete
    assert clock.now < 0.15


def test_finish_does_not_wait_long_for_what_only_describes_the_machine(clock: Clock) -> None:
    clock.work = lambda now: Shipped(False, 0, "u", "", 10, 0, sent=True)
    assert waited(clock).sent
    assert clock.now < 0.25


def test_finish_waits_longer_for_that_where_a_container_ends_with_the_script(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.getpid", lambda: 1)
    clock.work = lambda now: Shipped(now > 1.0, 0, "u", "", 10, 0, sent=True)
    assert waited(clock).complete


def test_finish_waits_a_second_where_the_server_is_down(clock: Clock) -> None:
    clock.work = lambda now: Shipped(False, 5, "", "connection refused", 0, 0)
    assert waited(clock).rows_left == 5
    assert clock.now <= 1.0


def test_finish_waits_five_seconds_where_nothing_is_heard(clock: Clock) -> None:
    waited(clock)
    assert clock.now <= 5.0


def test_finish_waits_as_long_as_rows_arrive_but_not_for_ever(clock: Clock) -> None:
    clock.work = lambda now: Shipped(False, 5, "", "", int(now * 10), 0)
    waited(clock, 30.0)
    assert 30.0 <= clock.now < 31.0


def test_finish_does_not_wait_for_a_shipper_that_left(clock: Clock) -> None:
    clock.ended = True
    waited(clock)
    assert clock.now == 0.0


class Left:
    ended = True

    def nudge(self) -> None: ...

    def let_go(self, *, leaving: bool = False) -> None: ...

    def forked(self) -> None: ...


def test_the_end_says_how_many_rows_are_still_here_and_how_to_send_them(said: list[str]) -> None:
    run = gnomon.init(settings=gnomon.Settings(console="off", quiet=True))
    run._shipper = Left()  # type: ignore[assignment]
    Path(run.sync_dir, "shipped.json").write_text(
        '{"error": "connection refused", "journals": {"run.journal": {"rows": 7, "rows_acked": 2}}}'
    )
    run.finish()
    assert said == [
        "5 rows are still only on this machine (connection refused). "
        f"Send them with: gnomon sync gnomon-runs/{Path(run.sync_dir).name}"
    ]


def test_the_end_shows_the_summary_and_the_address(said: list[str]) -> None:
    run = gnomon.init(name="n", settings=gnomon.Settings(console="off"))
    run.log({"loss": 0.25, "text": "x"})
    run._shipper = Left()  # type: ignore[assignment]
    Path(run.sync_dir, "shipped.json").write_text('{"complete": true, "url": "http://h/ada/p/runs/r"}')
    run.finish()
    assert "View run n at: http://h/ada/p/runs/r" in said[-1]
    assert "loss 0.25" in said[-1]


def test_before_init_the_module_says_what_to_do() -> None:
    for call in (
        lambda: gnomon.log({"x": 1}),
        lambda: setattr(gnomon.config, "x", 1),
        lambda: gnomon.config["x"],
        lambda: gnomon.summary.update({}),
        lambda: gnomon.define_metric("x"),
        lambda: gnomon.save("x"),
    ):
        with pytest.raises(Error, match=r"You must call gnomon.init\(\) before gnomon\."):
            call()
    gnomon.finish()
    assert gnomon.run is None


def test_the_module_means_the_active_run(read: Any) -> None:
    from gnomon import config, log, summary

    run = gnomon.init(mode="offline", config={"lr": 0.1})
    gnomon.log({"x": 1})
    log({"x": 2})
    gnomon.config.bs = 2
    config.seed = 3
    gnomon.summary["best"] = 1
    summary["worst"] = 2
    assert gnomon.run is run
    assert gnomon.run.id == run.id
    assert dict(gnomon.config) == {"lr": 0.1, "bs": 2, "seed": 3} == dict(config.items())
    assert (gnomon.summary["best"], run.summary["worst"]) == (1, 2)
    gnomon.finish()
    assert [row["x"] for row in read.rows(run.sync_dir)] == [1, 2]
    with pytest.raises(Error):
        gnomon.log({"x": 3})


@pytest.mark.parametrize(("given", "meant"), [(3, 3), (True, 1), ("it broke", 1), (2.5, 1)])
def test_any_exit_code_but_nothing_and_0_is_a_failure(given: Any, meant: int, read: Any) -> None:
    run = gnomon.init(mode="offline")
    run.finish(given)
    ((told,),) = read.of_kind(run.sync_dir, Kind.EXIT)
    assert (told["state"], told["exit_code"]) == ("failed", meant)
