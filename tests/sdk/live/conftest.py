"""A real server, and scripts that talk to it."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.crash.conftest import Server

Start = Callable[..., "subprocess.Popen[str]"]


def post(server: Server, path: str) -> Any:
    """A request that changes something, as the page sends it."""
    keys = json.loads((server.base / "config" / "credentials.json").read_text())
    headers = {"Authorization": f"Bearer {keys[server.url]}"}
    request = urllib.request.Request(server.url + path, data=b"", headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that runs."""
    real = Server(tmp_path_factory.mktemp("server"))
    real.start()
    yield real
    real.stop()


@pytest.fixture
def start(server: Server, tmp_path: Path) -> Iterator[Start]:
    """Begins Python text as a script in a folder of its own; what is left of it afterwards is ended."""
    made: list[subprocess.Popen[str]] = []

    def begin(text: str, environ: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        place = tmp_path / f"script{len(made)}.py"
        place.write_text(textwrap.dedent(text))
        made.append(
            subprocess.Popen(
                [sys.executable, str(place)],
                env={**server.environ, "GNOMON_QUIET": "true", **(environ or {})},
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return made[-1]

    yield begin
    for process in made:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def script(start: Start) -> Callable[..., list[Any]]:
    """Runs Python text to its end; what it printed, line by line, as JSON."""

    def run(text: str, environ: Mapping[str, str] | None = None) -> list[Any]:
        process = start(text, environ)
        printed, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        return [json.loads(line) for line in printed.splitlines()]

    return run
