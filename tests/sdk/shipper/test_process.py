"""The shipper as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from gnomon.protocol.journal import Kind
from gnomon.sdk import shipping
from gnomon.sdk.shipper import life, mark
from gnomon.sdk.shipper.folder import RunFolder


@pytest.fixture
def shipper(environ):
    """Start the process; what is left of it afterwards is ended."""
    made: list[subprocess.Popen[bytes]] = []

    def start(script, *arguments: str, cwd: str | None = None) -> subprocess.Popen[bytes]:
        made.append(
            subprocess.Popen(
                [sys.executable, shipping.START, str(script.path), *arguments],
                cwd=cwd,
                env={**os.environ, **environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        )
        return made[-1]

    yield start
    for process in made:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("known", "answer"),
    [
        ({}, {"exists": False, "last_step": None}),
        (
            {"-/p/r1": {"exists": True, "last_step": 9, "config": {"lr": 1}}},
            {"exists": True, "last_step": 9, "config": {"lr": 1}},
        ),
    ],
)
def test_the_resume_pipe_gives_one_line_and_closes_and_the_run_goes_on(a_script, server, shipper, known, answer):
    server.known = known
    script = a_script()
    process = shipper(script, "--resume-pipe")
    assert json.loads(process.stdout.read()) == answer  # until the end of the file: the pipe was closed
    assert process.poll() is None
    script.log(5)
    script.finish()
    assert process.wait(20) == 0
    assert server.losses() == list(range(5))


def test_the_resume_pipe_does_not_wait_for_a_server_that_does_not_answer(a_script, server, proxy, shipper):
    proxy.fault = "black hole"
    script = a_script(proxy.url)
    started = time.monotonic()
    said = json.loads(shipper(script, "--resume-pipe").stdout.readline())
    assert said["exists"] is None
    assert time.monotonic() - started < 20  # a request waits for its answer for a minute


def test_once_sends_what_is_there_and_leaves(a_script, server, shipper):
    script = a_script(pid=2**30)
    script.log(10)
    assert shipper(script, "--once").wait(20) == 0
    assert server.losses() == list(range(10))
    assert server.records(Kind.EXIT)[0][1]["state"] == "crashed"


def test_nothing_is_imported_from_the_folder_the_script_runs_in(a_script, server, shipper, tmp_path):
    for name in ("random", "select", "uuid", "msgspec", "email", "start", "tail"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(99)")
    script = a_script()
    script.log(2)
    script.finish()
    assert shipper(script, cwd=str(tmp_path)).wait(20) == 0
    assert server.losses() == [0, 1]


def test_libraries_in_folders_that_only_the_script_knows_are_found(a_script, server, environ, monkeypatch, tmp_path):
    import msgspec

    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "msgspec").symlink_to(os.path.dirname(msgspec.__file__))
    bare = tmp_path / "python"  # an interpreter without the libraries of this environment
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    bare.chmod(0o755)
    script = a_script()
    script.log(2)
    script.finish()
    monkeypatch.setattr(shipping, "python", lambda: str(bare))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *(place for place in sys.path if "-packages" not in place)])
    sys.path.append(str(tmp_path / "bundle"))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    started = shipping.start(str(script.path))
    assert started is not None
    assert started._process.wait(30.0) == 0, (script.path / "shipper.log").read_text()
    started.let_go()
    assert server.losses() == [0, 1]


@pytest.mark.skipif(not hasattr(os, "eventfd"), reason="this system has no event counters")
def test_a_nudge_makes_it_look_at_once():
    counter = os.eventfd(0)
    watched = life.Watched(os.getpid(), nudges=counter)
    os.eventfd_write(counter, 1)
    started = time.monotonic()
    watched.wait(60.0)
    assert time.monotonic() - started < 30.0
    assert not watched.ended
    watched.wait(0.0)  # a nudge counts once
    watched.close()
    os.close(counter)


def test_a_second_shipper_of_a_folder_leaves_it_to_the_first(a_script, shipper):
    script = a_script()
    folder = RunFolder(script.path)
    assert folder.lock()
    assert shipper(script).wait(20) == 0
    folder.unlock()
    assert mark.read(script.path).journals == {}


def test_a_terminated_shipper_sends_what_there_is_and_says_that_the_run_goes_on(a_script, server, shipper):
    script = a_script()
    process = shipper(script)
    server.wait_for(lambda: server.records(Kind.SCHEMA))
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    script.log(10)
    script.finish()
    assert process.wait(20) == 0
    assert server.losses() == list(range(10))


def test_a_terminated_shipper_of_a_script_that_goes_on_leaves_within_seconds(a_script, server, shipper):
    script = a_script()
    process = shipper(script)
    server.wait_for(lambda: server.records(Kind.SCHEMA))
    process.terminate()
    script.log(10)
    assert process.wait(20) == 1
    assert server.losses() == list(range(10))
    assert server.records(Kind.EXIT) == []


def test_it_needs_little_memory_and_no_heavy_library(a_script, server, shipper):
    script = a_script(disable_stats=False, disable_meta=False)
    process = shipper(script)
    server.wait_for(lambda: server.records(Kind.SYSTEM) and "requirements.txt" in server.files)
    used = psutil.Process(process.pid)
    assert used.memory_info().rss < 45 * 2**20
    mapped = {mapping.path for mapping in used.memory_maps()}
    assert not [path for path in mapped if "numpy" in path or "PIL" in path]
    script.finish()
    assert process.wait(20) == 0


def test_the_key_is_in_no_file_it_writes(a_script, server, shipper, environ):
    environ["GNOMON_API_KEY"] = "wrong-key-with-a-mark"
    script = a_script(disable_stats=False, disable_meta=False)
    script.log(3)
    script.finish()
    process = shipper(script)
    assert process.wait(20) == 1
    _, errors = process.communicate()
    assert b"a-mark" not in errors
    for place in script.path.rglob("*"):
        assert not place.is_file() or b"a-mark" not in place.read_bytes(), place


def test_a_folder_that_is_no_run_is_said_and_left(tmp_path, environ):
    done = subprocess.run(
        [sys.executable, "-m", "gnomon.sdk.shipper", str(tmp_path), "--once"],
        env={**os.environ, **environ},
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_after_finish_no_process_of_ours_stays(server, environ, tmp_path):
    source = (
        "import gnomon, psutil\n"
        "run = gnomon.init(settings={'silent': True})\n"
        "for i in range(100): run.log({'loss': i})\n"
        "run.finish()\n"
        "psutil.wait_procs(psutil.Process().children(), 30)\n"  # metadata may still be on its way
        "second = gnomon.init(settings={'silent': True, 'x_disable_meta': True, 'disable_git': True})\n"
        "second.log({'loss': 100})\n"
        "second.finish()\n"
        "print(len(psutil.wait_procs(psutil.Process().children(), 30)[1]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=tmp_path,
        env={**os.environ, **environ, "GNOMON_BASE_URL": server.url},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("0\n", "")
    assert sorted(server.losses()) == list(range(101))
