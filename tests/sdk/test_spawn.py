"""Processes that outlive us: their own session, three descriptors, and no other ties."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

import pytest

from gnomon.sdk import spawn


@pytest.fixture(params=["posix_spawn", "subprocess"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "subprocess":
        monkeypatch.delattr(os, "posix_spawn")
    return str(request.param)


@pytest.fixture
def null() -> Iterator[int]:
    descriptor = os.open(os.devnull, os.O_RDWR)
    yield descriptor
    os.close(descriptor)


def started(source: str, null: int, out: int) -> spawn.Child:
    return spawn.start([sys.executable, "-S", "-c", source], dict(os.environ), stdin=null, stdout=out, stderr=null)


def read_all(descriptor: int) -> str:
    with open(descriptor) as file:
        return file.read()


def test_a_child_has_a_session_of_its_own_and_three_descriptors(way: str, null: int) -> None:
    spare, other = os.pipe()
    os.set_inheritable(other, True)
    reading, writing = os.pipe()
    source = "import os; print(os.getsid(0) == os.getpid(), sorted(map(int, os.listdir('/proc/self/fd')))[:4])"
    child = started(source, null, writing)
    os.close(writing)
    assert read_all(reading) == "True [0, 1, 2, 3]\n"  # 3 is the listing's own
    assert child.wait(20.0) == 0
    os.close(spare)
    os.close(other)


@pytest.mark.parametrize(("source", "code"), [("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", -9)])
def test_how_a_child_ended_is_known(way: str, null: int, source: str, code: int) -> None:
    child = started(source, null, null)
    assert child.wait(20.0) == code
    child.signal(9)  # nobody is hit


def test_a_program_that_is_not_there_is_an_error(way: str, null: int) -> None:
    with pytest.raises(FileNotFoundError):
        spawn.start(["/no/such/program"], {}, stdin=null, stdout=null, stderr=null)


def test_a_child_that_somebody_else_waited_for_has_ended(way: str, null: int) -> None:
    child = started("pass", null, null)
    os.waitpid(child.pid, 0)
    assert child.poll() == 0


def test_waiting_for_a_child_is_bounded(way: str, null: int) -> None:
    child = started("import time; time.sleep(60)", null, null)
    began = time.monotonic()
    assert child.wait(0.05) is None
    assert time.monotonic() - began < 10.0
    child.signal(15)
    assert child.wait(20.0) == -15
