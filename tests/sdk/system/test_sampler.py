"""Samples of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from gnomon.sdk.system import sampler
from gnomon.sdk.system.process import ProcessTree


class Fixed:
    name = "fixed"

    def sample(self):
        return {"a": 1.0, "odd": float("nan")}


class Broken:
    name = "broken"

    def sample(self):
        raise RuntimeError("the driver went away")


def test_a_source_that_fails_is_named_once_and_the_others_go_on():
    said: list[str] = []
    asked = sampler.Sampler([Broken(), Fixed()], said.append)
    assert [asked.sample() for _ in range(3)] == [{"a": 1.0}] * 3
    assert said == ["system metrics of broken stop: RuntimeError: the driver went away"]


def test_this_machine_has_the_names_that_wandb_users_know():
    said: list[str] = []
    asked = sampler.Sampler(sampler.machine_sources(os.getpid(), os.getcwd(), said.append), said.append)
    asked.sample()
    time.sleep(0.05)
    found = asked.sample()
    assert said == []
    for name in (
        "cpu",
        "proc.cpu.threads",
        "proc.memory.rssMB",
        "proc.memory.percent",
        "proc.memory.availableMB",
        "memory_percent",
        "disk./.usagePercent",
        "disk./.usageGB",
        "network.sent",
        "network.recv",
    ):
        assert found[name] >= 0, name


def test_the_tree_counts_children_and_what_they_compute():
    tree = ProcessTree(os.getpid())
    first = tree.sample()
    assert "cpu" not in first
    child = subprocess.Popen([sys.executable, "-c", "print(1, flush=True)\nwhile True: pass"], stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in tree.pids()
        tree.sample()
        until = time.monotonic() + 30
        while (after := tree.sample()).get("cpu", 0.0) <= 1.0:  # it computes as soon as it has a core
            assert time.monotonic() < until
            time.sleep(0.2)
        assert after["proc.memory.rssMB"] > first["proc.memory.rssMB"] + 5
    finally:
        child.kill()
        child.communicate()


def test_first_samples_are_close_together():
    times = sampler.times(3.0)
    assert [next(times) for _ in range(6)] == [0.0, 1.0, 2.0, 3.0, 6.0, 9.0]
