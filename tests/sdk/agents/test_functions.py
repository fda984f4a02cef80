"""A function as what an agent runs: what its `init()` knows, how it ends, and how it is ended."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import gnomon
from gnomon.sdk import run as runs
from gnomon.sdk.agents import functions
from gnomon.sdk.agents.failures import Failures
from gnomon.sdk.agents.link import Command
from tests.sdk.agents.conftest import Told, run
from tests.sdk.conftest import of_kind

pytestmark = pytest.mark.usefixtures("alone")
ENDS = list[tuple[str, int]]


def work(told: Told, function: Callable[[], Any], *, count: int | None = None, **given: Any) -> str:
    failures = given.pop("failures", Failures(time.monotonic()))
    link: Any = told
    asked = {"again_secs": 0.2, "beat_secs": 0.02, **given}
    return functions.work(link, function, count=count, failures=failures, **asked)


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> ENDS:
    """How runs ended: state and exit code."""
    found: ENDS = []
    plain = runs.Run._finish

    def finish(self: Any, state: str, exit_code: int, quiet: bool | None = None) -> None:
        if not self._ending:
            found.append((state, exit_code))
        plain(self, state, exit_code, quiet)

    monkeypatch.setattr(runs.Run, "_finish", finish)
    return found


def test_each_call_has_a_run_of_the_sweep_with_its_parameters(ends: ENDS, alone: Path) -> None:
    seen: list[Any] = []

    def train() -> None:
        one = gnomon.init(project="elsewhere", config={"lr": 9, "seed": 1})
        gnomon.config.update({"lr": 7})
        seen.append((one.id, one.name, one.project, one.sweep_id, one.config.as_dict(), os.environ["WANDB_RUN_ID"]))
        one.log({"loss": 1})

    before = dict(os.environ)
    assert work(Told([run("r1", lr=1e-5), run("r2", lr=0.1, net={"w": 1})]), train) == ""
    assert seen == [
        ("r1", "name-of-r1", "p", "s1", {"lr": 1e-5, "seed": 1}, "r1"),
        ("r2", "name-of-r2", "p", "s1", {"lr": 0.1, "net": {"w": 1}, "seed": 1}, "r2"),
    ]
    assert ends == [("finished", 0)] * 2
    assert dict(os.environ) == before
    (folder,) = alone.glob("gnomon-runs/run-*-r1")
    (said,) = (body[0] for body in of_kind(folder, gnomon.protocol.journal.Kind.RUN))
    assert (said["sweep"], said["name"]) == ("s1", "name-of-r1")


def test_a_name_of_the_users_own_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_NAME", "mine")
    names: list[str] = []
    work(Told([run("r1", a=1)]), lambda: names.append(gnomon.init().name))
    assert names == ["mine"]


def test_only_so_many_runs_are_made_as_were_asked_for() -> None:
    told = Told([run(f"r{at}", a=at) for at in range(5)])
    assert work(told, gnomon.init, count=2) == ""
    assert len(told.idle) == 3


def test_an_exception_fails_its_run_and_the_next_one_begins(ends: ENDS, capsys: pytest.CaptureFixture[str]) -> None:
    def train() -> None:
        if gnomon.init().config["a"] == 0:
            raise ValueError("too small")

    assert work(Told([run("r0", a=0), run("r1", a=1)]), train) == ""
    assert [state for state, _ in ends] == ["failed", "finished"]
    assert "ValueError: too small" in capsys.readouterr().err


def test_one_failure_after_the_other_stops_the_agent() -> None:
    told = Told([run(f"r{at}", a=at) for at in range(9)])
    assert "3 runs failed in the first 60 seconds" in work(told, lambda: 1 / 0)
    assert len(told.idle) == 6


@pytest.mark.parametrize(("code", "state"), [(0, "finished"), (None, "finished"), (3, "failed"), ("bad", "failed")])
def test_sys_exit_ends_the_run_and_not_the_agent(ends: ENDS, code: Any, state: str) -> None:
    def train() -> None:
        gnomon.init()
        raise SystemExit(code)

    told = Told([run("r1", a=1), run("r2", a=2)])
    assert work(told, train) == ""
    assert [state for state, _ in ends] == [state, state]


STOP = {"r1": [Command(type="stop", run_id="r1")] * 2000}


def test_a_run_that_is_to_stop_is_interrupted_even_where_it_waits(ends: ENDS) -> None:
    told = Told([run("r1", a=1), run("r2", a=2)], {**STOP, "r2": [Command(type="stop", run_id="r2")]})

    def train() -> None:
        gnomon.init()
        told.ready.set()
        time.sleep(60)

    began = time.monotonic()
    assert work(told, train) == ""
    assert time.monotonic() - began < 30
    assert [state for state, _ in ends] == ["killed", "killed"]


def test_a_script_that_takes_care_of_ctrl_c_ends_its_run_by_itself(ends: ENDS) -> None:
    told = Told([run("r1", a=1)], {"r1": STOP["r1"][:1]})

    def train() -> None:
        one = gnomon.init()
        try:
            told.ready.set()
            time.sleep(60)
        except KeyboardInterrupt:
            one.summary["saved"] = True

    assert work(told, train) == ""
    assert [state for state, _ in ends] == ["finished"]


def test_a_function_that_goes_on_is_interrupted_again() -> None:
    told = Told([run("r1", a=1)], dict(STOP))
    caught: list[int] = []

    def train() -> None:
        gnomon.init()
        while len(caught) < 2:
            try:
                told.ready.set()
                time.sleep(60)
            except KeyboardInterrupt:
                caught.append(1)

    assert work(told, train) == ""
    assert len(caught) == 2


def test_a_run_that_hears_twice_that_it_is_to_stop_is_interrupted_once(ends: ENDS) -> None:
    told = Told([run("r1", a=1)], dict(STOP))

    def train() -> None:
        one = gnomon.init()
        try:
            told.ready.set()
            time.sleep(60)
        except KeyboardInterrupt:
            assert one.settings.stop_fn is not None
            one.settings.stop_fn()  # what its own watcher does
            time.sleep(0.2)
            one.summary["saved"] = True

    assert work(told, train, again_secs=60.0) == ""
    assert [state for state, _ in ends] == ["finished"]


def test_a_run_that_is_stopped_on_its_page_ends_and_the_agent_goes_on(ends: ENDS) -> None:
    def train() -> None:
        one = gnomon.init()
        assert one.settings.stop_fn is not None
        threading.Timer(0.1, one.settings.stop_fn).start()
        time.sleep(60)

    assert work(Told([run("r1", a=1), run("r2", a=2)]), train) == ""
    assert [state for state, _ in ends] == ["killed", "killed"]


def test_an_agent_in_another_thread_interrupts_there(ends: ENDS) -> None:
    told = Told([run("r1", a=1)], dict(STOP))

    def train() -> None:
        gnomon.init()
        told.ready.set()
        until = time.monotonic() + 60
        while time.monotonic() < until:
            time.sleep(0.01)

    why: list[str] = []
    thread = threading.Thread(target=lambda: why.append(work(told, train)))
    thread.start()
    thread.join(30)
    assert why == [""]
    assert [state for state, _ in ends] == ["killed"]


def test_ctrl_c_ends_the_run_and_goes_on_to_the_caller(ends: ENDS) -> None:
    def train() -> None:
        gnomon.init()
        signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        work(Told([run("r1", a=1), run("r2", a=2)]), train)
    assert ends == [("killed", 255)]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_run_of_a_deleted_sweep_goes_on_to_its_end_and_then_the_agent_leaves(ends: ENDS) -> None:
    def train() -> None:
        gnomon.init()
        time.sleep(0.2)

    told = Told([run("r1", a=1), run("r2", a=2)], {"r1": [Command(type="gone")]})
    told.ready.set()
    assert work(told, train) == "the sweep was deleted"
    assert [state for state, _ in ends] == ["finished"]


def test_an_agent_with_nothing_to_do_says_so_once_and_asks_again(said: list[str]) -> None:
    told = Told([Command(type="wait")] * 3 + [run("r1", a=1)])
    assert work(told, lambda: None) == ""
    assert sum("Waiting for the sweep" in line for line in said) == 1
    assert told.beats[:4] == [[], [], [], []]


def test_a_run_that_was_active_before_the_agent_is_left_alone(ends: ENDS) -> None:
    mine = gnomon.init(mode="offline")
    work(Told([run("r1", a=1)]), lambda: None)
    assert ends == []
    mine.finish(quiet=True)
