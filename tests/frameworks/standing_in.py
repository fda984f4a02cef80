"""The programs on Gnomon's SDK: `gnomon run program.py`, in environments where it is not installed but found."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.client.running import Client, Program
from tests.wandb_clients.scripts import ROOT, clients

PROGRAMS = Path(__file__).with_name("programs")
LIGHT: str = clients.LIGHT
HEAVY = "frameworks"


programs_here: dict[str, Program] = {}


def program(made: Program) -> Any:
    """A session fixture whose value is what this function returns; it runs beside others from the first test on."""
    name = made.__name__
    programs_here[name] = made

    @pytest.fixture(scope="session", name=name)
    def result(started_here: Mapping[str, Future[Any]]) -> Any:
        return started_here[name].result()

    return result


class StandIn(Client):
    """Programs that say `import wandb`, logging with Gnomon's SDK."""

    def environ(self, **more: str | None) -> dict[str, str]:
        """What a program sees; this checkout is on its path."""
        found = super().environ(**more)
        found["PYTHONPATH"] = os.pathsep.join([found["PYTHONPATH"], str(ROOT / "src")])
        found.setdefault("GNOMON_STATE_DIR", str(self.base / "state"))
        return found

    launcher: tuple[str, ...] = ()
    """What starts the program, where that is not Python: a command beside it, and its arguments."""

    def start(self, program: str, asked: Any = None, *arguments: str, **environ: str | None) -> subprocess.Popen[str]:
        """The program, by `gnomon run`."""
        script = [str(self.programs / f"{program}.py"), *arguments]
        if self.launcher:
            command, *more = self.launcher
            script = ["--", str(self.python.with_name(command)), *more, *script]
        (self.base / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
        with (self.base / "output.txt").open("a") as output:
            return subprocess.Popen(
                [str(self.python), "-m", "gnomon", "run", *script],
                cwd=self.base, env=self.environ(**environ), stdout=output, stderr=output, text=True,
            )  # fmt: skip


def runs(
    client: Client,
    name: str,
    *arguments: str,
    environment: str,
    programs: Path = PROGRAMS,
    launcher: tuple[str, ...] = (),
) -> Any:
    """What a program tells that ran in this environment."""
    if not clients.is_installed(environment):
        pytest.fail(f"the environment {environment!r} is not installed; run `make clients`")
    here = StandIn(client.server, client.base, python=clients.python_of(environment), programs=programs)
    here.launcher = launcher
    told = here.run(name, None, *arguments, timeout=300, TF_CPP_MIN_LOG_LEVEL="3", HF_HUB_OFFLINE="1").told
    if told and "path" in told:  # a short program is over before the server has said whose its run is
        told["path"][0] = told["path"][0] or client.server.entity
    return told
