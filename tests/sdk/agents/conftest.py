"""A real server in this process, and a sweep in memory that tells an agent one thing after the other."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gnomon.sdk.agents import place
from gnomon.sdk.agents.link import Command
from gnomon.sdk.agents.place import SweepPath
from gnomon.sdk.service import Service
from tests.sdk.public.conftest import KEYS, Served
from tests.sdk.public.conftest import served as served

PLACE = SweepPath("ann", "p", "s1")


@dataclass
class Told:
    """Stands for `Link`: what it says to an agent with nothing to do, and, by the run, to one at work."""

    idle: list[Command]
    busy: dict[str, list[Command]] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    beats: list[list[str]] = field(default_factory=list)
    place: SweepPath = PLACE
    ready: threading.Event = field(default_factory=threading.Event)
    """Set by the function once it may be told something."""

    def beat(self, active: Sequence[str] = ()) -> Command:
        self.beats.append(list(active))
        if active and self.busy and not self.ready.is_set():
            return Command(type="wait")
        queue = self.busy.get(active[0], []) if active else self.idle
        return queue.pop(0) if queue else Command(type="wait" if active else "exit")

    def config(self) -> dict[str, Any]:
        return self.said


def run(id: str, type: str = "run", program: str = "", **args: Any) -> Command:
    """The command to begin a run."""
    return Command(type=type, run_id=id, name=f"name-of-{id}", args=args, program=program)


@pytest.fixture
def service(served: Served, alone: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Questions to the server as ann, whom scripts of this process are from now on."""
    monkeypatch.setenv("GNOMON_BASE_URL", served.url)
    monkeypatch.setenv("GNOMON_API_KEY", KEYS["ann"])
    yield Service(served.url, KEYS["ann"])
    place._made.clear()
