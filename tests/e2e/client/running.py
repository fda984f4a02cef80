"""Programs that run with the official client against a real server, several at once.

A program is a file in `programs/`. It costs seconds, most of them waiting, so the programs that the chosen tests ask
for all start with the first test, a few at a time, and each test waits for its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.wandb_clients.scripts import NEWEST, client_env, client_python
from tests.wandb_clients.serving import Served

AT_ONCE = 4
"""How many programs run at a time. They wait for timers of the client more than they compute."""

PROGRAMS = Path(__file__).with_name("programs")
VERSION = os.environ.get("CLIENT_VERSION", NEWEST)
"""The version of the client that is tried: the newest, unless `make test-clients` goes through all."""
newest_only = pytest.mark.skipif(VERSION != NEWEST, reason="what this needs is installed beside the newest client only")


@dataclass(frozen=True)
class Done:
    """A program that has ended."""

    told: Any
    code: int
    output: str
    base: Path


class Client:
    """The client, logging to `server` with the key of one user, everything it writes in `base`.

    `python` is another environment that has it, and `programs` another folder of programs.
    """

    def __init__(
        self,
        server: Served,
        base: Path,
        *,
        key: str | None = None,
        python: Path | None = None,
        programs: Path = PROGRAMS,
    ) -> None:
        self.server, self.base = server, base
        self.key = key or server.key
        self.python = python or client_python(VERSION)
        self.programs = programs
        base.mkdir(parents=True, exist_ok=True)

    def environ(self, **more: str | None) -> dict[str, str]:
        """What a program sees, `None` taking a name away. Other than in the recordings, the machine is looked at."""
        environ = client_env(self.server, self.base)
        for name in ("WANDB__DISABLE_STATS", "WANDB__DISABLE_MACHINE_INFO"):
            del environ[name]
        told = {"ASKED": str(self.base / "asked.json"), "TELLS": str(self.base / "told.json")}
        told["PYTHONPATH"] = str(PROGRAMS)
        given = {**environ, **told, "WANDB_API_KEY": self.key, **more}
        return {name: value for name, value in given.items() if value is not None}

    def start(self, program: str, asked: Any = None, *arguments: str, **environ: str | None) -> subprocess.Popen[str]:
        """A program that runs on; its output goes to `output.txt`."""
        (self.base / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
        with (self.base / "output.txt").open("a") as output:
            return subprocess.Popen(
                [str(self.python), str(self.programs / f"{program}.py"), *arguments],
                cwd=self.base, env=self.environ(**environ), stdout=output, stderr=output, text=True,
            )  # fmt: skip

    def run(
        self,
        program: str,
        asked: Any = None,
        *arguments: str,
        succeeds: bool = True,
        timeout: float = 300,
        **environ: str | None,
    ) -> Done:
        """A program, from its start to its end, which has to be a good one."""
        process = self.start(program, asked, *arguments, **environ)
        try:
            code = process.wait(timeout)
        finally:
            if process.poll() is None:
                process.kill()
        done = Done(self.told(), code, self.output(), self.base)
        assert not succeeds or code == 0, done.output[-8000:]
        return done

    def told(self) -> Any:
        told = self.base / "told.json"
        return json.loads(told.read_text("utf-8")) if told.exists() else None

    def output(self) -> str:
        return (self.base / "output.txt").read_text("utf-8", "replace")

    def command(self, *arguments: str, succeeds: bool = True, timeout: float = 240, **environ: str | None) -> Done:
        """A command of `wandb`, as it is typed."""
        done = subprocess.run(
            [str(self.python.with_name("wandb")), *arguments],
            cwd=self.base, env=self.environ(**environ), capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip
        output = done.stdout + done.stderr
        assert not succeeds or done.returncode == 0, output[-8000:]
        return Done(None, done.returncode, output, self.base)


class Reader:
    """What the server has, through Gnomon's own API."""

    def __init__(self, server: Served) -> None:
        self.server = server

    def run(self, path: list[str]) -> Any:
        return self.server.ask("GET", self._at(path))

    def rows(self, path: list[str], stream: str = "history", repeats: str = "last") -> list[dict[str, Any]]:
        """Every row in step order, with `_step`."""
        found: list[dict[str, Any]] = []
        first = 0
        while True:
            asked = f"stream={stream}&repeats={repeats}&first={first}&limit=10000"
            page = self.server.ask("GET", f"{self._at(path)}/rows?{asked}")
            found += page["rows"]
            if page["cursor"] is None:
                return found
            first = page["cursor"]

    def console(self, path: list[str]) -> list[tuple[str, str]]:
        """Stream and text of every line."""
        page = self.server.ask("GET", f"{self._at(path)}/console?limit=10000")
        return [(line["stream"], line["text"]) for line in page["lines"]]

    def files(self, path: list[str]) -> dict[str, str]:
        """Digests by path."""
        return {file["path"]: file["digest"] for file in self.server.ask("GET", f"{self._at(path)}/files")}

    def file(self, path: list[str], name: str) -> bytes:
        request = urllib.request.Request(f"{self.server.url}{self._at(path)}/files/{urllib.parse.quote(name)}")
        request.add_header("Authorization", f"Bearer {self.server.key}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())

    @staticmethod
    def _at(path: list[str]) -> str:
        return "/api/runs/" + "/".join(urllib.parse.quote(part, safe="") for part in path)


Program = Callable[[Client], Any]
all_programs: dict[str, Program] = {}


def program(made: Program) -> Any:
    """A session fixture whose value is what this function returns; it runs beside others from the first test on."""
    name = made.__name__
    all_programs[name] = made

    @pytest.fixture(scope="session", name=name)
    def result(started: Mapping[str, Future[Any]]) -> Any:
        return started[name].result()

    return result


@contextmanager
def side_by_side(
    programs: Mapping[str, Program], session: pytest.Session, folder: Path, server: Served, base: Path
) -> Iterator[Mapping[str, Future[Any]]]:
    """Those programs that the chosen tests of a folder need, running. (Every worker knows the tests of all folders.)"""
    chosen = [item for item in session.items if folder in item.path.parents and not _skipped(item)]
    asked_for = {name for item in chosen for name in getattr(item, "fixturenames", ())}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            name: pool.submit(act, Client(server, base / name)) for name, act in programs.items() if name in asked_for
        }


def _skipped(item: pytest.Item) -> bool:
    return any(mark.args and mark.args[0] for mark in item.iter_markers("skipif"))
