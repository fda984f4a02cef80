"""A command as what an agent runs: its words, its environment, its end, and signals."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gnomon.sdk.agents import commands
from gnomon.sdk.agents.failures import Failures
from gnomon.sdk.agents.link import Command
from gnomon.sdk.errors import UsageError
from tests.sdk.agents.conftest import Told, run

TELL = """
import json, os, sys
with open(os.environ["WANDB_RUN_ID"] + ".told", "w") as file:
    json.dump([sys.argv[1:], dict(os.environ)], file)
"""
NAP = "import os, time; open('begun', 'w').close(); time.sleep(60)"
STUBBORN = "import signal; [signal.signal(one, signal.SIG_IGN) for one in (2, 15)];" + NAP


def work(told: Told, code: str, *words: str, **given: Any) -> str:
    told.ready.set()
    told.said = {"command": [sys.executable, "-c", code, *words], **told.said}
    link: Any = told
    failures = given.pop("failures", Failures(time.monotonic()))
    asked = {"count": None, "beat_secs": 0.02, "kill_secs": 5.0, **given}
    return commands.work(link, failures=failures, **asked)


def once_begun(alone: Path, act: Callable[[], None]) -> threading.Thread:
    """Does something as soon as the command runs."""

    def wait() -> None:
        until = time.monotonic() + 20
        while not (alone / "begun").exists() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.1)
        act()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def test_a_command_has_the_parameters_in_its_words_and_in_its_environment(alone: Path) -> None:
    told = Told([run("r1", lr=1e-5, net={"w": 1}), run("r2", "resume", lr=0.1)])
    assert work(told, TELL, "${args}", "${args_json_file}") == ""
    words, environ = json.loads((alone / "r1.told").read_text())
    assert words[:2] == ["--lr=1e-05", "--net={'w': 1}"]
    assert json.loads(Path(words[2]).read_text()) == {"lr": 1e-5, "net": {"w": 1}}
    for prefix in ("GNOMON", "WANDB"):
        assert [environ[f"{prefix}_{name}"] for name in ("SWEEP_ID", "RUN_ID", "PROJECT", "ENTITY")] == [
            "s1", "r1", "p", "ann"
        ]  # fmt: skip
    assert environ["GNOMON_NAME"] == "name-of-r1"
    assert json.loads(Path(environ["GNOMON_SWEEP_PARAM_PATH"]).read_text())["lr"] == {"value": 1e-5}
    assert "lr:\n    value: 1.0e-05\n" in Path(environ["WANDB_SWEEP_PARAM_PATH"]).read_text()
    assert (alone / "r2.told").exists()


def test_the_program_is_run_by_default(alone: Path) -> None:
    (alone / "train.py").write_text(TELL)
    told = Told([run("r1", program="train.py", a=1)], said={"program": "train.py", "command": None})
    link: Any = told
    assert commands.work(link, count=None, failures=Failures(0.0), beat_secs=0.02) == ""
    assert json.loads((alone / "r1.told").read_text())[0] == ["--a=1"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"command": "python train.py"}, "it must be a list of words"),
        ({"command": ["${programme}"]}, "there is no macro"),
        ({}, "names no program"),
        ({"command": ["/no/such/program"]}, "/no/such/program cannot be run: No such file"),
    ],
    ids=str,
)
def test_a_command_of_no_use_is_refused(alone: Path, said: dict[str, Any], why: str) -> None:
    link: Any = Told([run("r1", a=1)], said=said)
    with pytest.raises(UsageError, match=why):
        commands.work(link, count=None, failures=Failures(0.0), beat_secs=0.02)


def test_commands_that_fail_stop_the_agent_and_count_limits_it(alone: Path) -> None:
    told = Told([run(f"r{at}", a=at) for at in range(9)])
    assert "3 runs failed" in work(told, "raise SystemExit(2)")
    told = Told([run(f"r{at}", a=at) for at in range(9)])
    assert work(told, "pass", count=2) == "" and len(told.idle) == 7


def test_a_run_that_is_to_stop_is_asked_to_end_and_does_not_count_as_failed(alone: Path) -> None:
    runs = [run(f"r{at}", a=at) for at in range(4)]
    stops = {one.run_id: [Command(type="wait")] * 20 + [Command(type="stop", run_id=one.run_id)] for one in runs}
    assert work(Told(runs, stops), NAP) == ""


def test_one_that_does_not_end_is_killed_with_all_that_it_began(alone: Path) -> None:
    code = f"""
import signal, subprocess, sys
signal.signal(15, signal.SIG_IGN)
process = subprocess.Popen([sys.executable, "-c", {STUBBORN!r}])
open("pid", "w").write(str(process.pid))
process.wait()
"""
    told = Told([run("r1", a=1)], {"r1": [Command(type="wait")] * 40 + [Command(type="stop", run_id="r1")] * 999})
    began = time.monotonic()
    assert work(told, code, kill_secs=0.3) == ""
    assert time.monotonic() - began < 30
    pid = int((alone / "pid").read_text())
    until = time.monotonic() + 10
    while _runs(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(pid)


def test_ctrl_c_waits_for_the_run_and_twice_ends_it(alone: Path) -> None:
    def twice() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.4)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    thread = once_begun(alone, twice)
    assert work(Told([run("r1", a=1), run("r2", a=2)]), NAP) == "it was interrupted"
    thread.join()
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_once_lets_the_run_end_and_gives_no_other(alone: Path) -> None:
    thread = once_begun(alone, lambda: os.kill(os.getpid(), signal.SIGINT))
    told = Told([run("r1", a=1), run("r2", a=2)])
    assert work(told, NAP.replace("60", "1"), failures=Failures(0.0, in_a_row=1)) == "it was interrupted"
    thread.join()
    assert len(told.idle) == 1


def test_a_request_to_end_ends_the_run(alone: Path) -> None:
    thread = once_begun(alone, lambda: os.kill(os.getpid(), signal.SIGTERM))
    assert work(Told([run("r1", a=1)]), NAP) == "it was interrupted"
    thread.join()


def test_a_run_that_takes_longer_than_its_time_is_killed(alone: Path) -> None:
    thread = once_begun(alone, lambda: os.kill(os.getpid(), signal.SIGTERM))
    began = time.monotonic()
    assert work(Told([run("r1", a=1)]), STUBBORN, term_timeout=0.3, kill_secs=60.0) == "it was interrupted"
    assert time.monotonic() - began < 30
    thread.join()


def test_signals_are_passed_on_where_that_was_asked_for(alone: Path) -> None:
    code = """
import signal, time
signal.signal(signal.SIGUSR1, lambda *_: (open("usr1", "w").close(), exit(0)))
open("begun", "w").close()
time.sleep(60)
"""
    thread = once_begun(alone, lambda: os.kill(os.getpid(), signal.SIGUSR1))
    assert work(Told([run("r1", a=1)]), code, forward_signals=True) == ""
    assert (alone / "usr1").exists()
    thread.join()


def test_the_run_of_a_deleted_sweep_goes_on_to_its_end(alone: Path) -> None:
    told = Told([run("r1", a=1)], {"r1": [Command(type="gone")]})
    assert work(told, "import time; time.sleep(0.5)" + TELL) == "the sweep was deleted"
    assert (alone / "r1.told").exists()


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
