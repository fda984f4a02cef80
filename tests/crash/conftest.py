"""A real server, real scripts, and what the one has of the other."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

SCRIPT = Path(__file__).with_name("logs_for_ever.py")


class Server:
    """`gnomon server` as a process. `absent` servers have an address and do not listen yet."""

    def __init__(self, base: Path) -> None:
        self.base = base
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GNOMON_", "WANDB_"))},
            "HOME": str(base / "home"),
            "GNOMON_CONFIG_DIR": str(base / "config"),
            "GNOMON_STATE_DIR": str(base / "state"),
            "GNOMON_BASE_URL": self.url,
            "GNOMON_DISABLE_GIT": "true",
            "GNOMON_DISABLE_META": "true",
            "GNOMON_DISABLE_STATS": "true",
            "PYTHONWARNINGS": "ignore",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        arguments = ["server", "--port", str(self.port), "--data", str(self.base / "data")]
        self.log = open(self.base / "server.log", "ab")  # noqa: SIM115  # held as long as the server runs
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gnomon", *arguments], env=self.environ, stdout=self.log, stderr=self.log
        )
        until = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except OSError:
                assert self.process.poll() is None, (self.base / "server.log").read_text()
                assert time.monotonic() < until, "the server does not answer"
                time.sleep(0.02)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None
            self.log.close()

    def get(self, path: str) -> Any:
        keys = json.loads((self.base / "config" / "credentials.json").read_text())
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {keys[self.url]}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def entity(self) -> str:
        return str(self.get("/api/viewer")["user"]["name"])

    def run(self, run: str) -> Any:
        return self.get(f"/api/runs/{self.entity()}/p/{run}")

    def losses(self, run: str) -> list[float]:
        """What was logged as `loss`, in step order."""
        found: list[float] = []
        first = 0
        while True:
            page = self.get(f"/api/runs/{self.entity()}/p/{run}/rows?keys=loss&first={first}&limit=10000")
            found += [row["loss"] for row in page["rows"] if "loss" in row]
            if page["cursor"] is None:
                return found
            first = page["cursor"]


class Training:
    """A script that logs 0, 1, 2, … and prints each number when `log()` has returned."""

    def __init__(self, server: Server, folder: Path, run: str, rows: int = -1) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), run, str(folder), str(rows)],
            env=server.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.printed = 0
        self._tail = b""

    def read_until(self, row: int) -> None:
        """Wait until that many rows are logged."""
        assert self.process.stdout is not None
        while self.printed < row:
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            if not data:
                assert self.process.stderr is not None
                raise AssertionError(self.process.stderr.read().decode())
            self._count(data)

    def read_rest(self) -> None:
        """All it printed before it ended."""
        output, self.errors = self.process.communicate(timeout=60)
        self._count(output)

    def _count(self, data: bytes) -> None:
        lines = (self._tail + data).split(b"\n")
        self._tail = lines.pop()
        if lines:
            self.printed = int(lines[-1]) + 1

    @property
    def run_folder(self) -> Path:
        (found,) = (self.folder / "gnomon-runs").glob("run-*")
        return found

    def shippers(self) -> list[psutil.Process]:
        """The shipper of this run, if it lives. (An orphan's zombie may stay for as long as the init process likes.)"""
        return [
            process
            for process in psutil.process_iter(["cmdline", "status"])
            if process.info["status"] != psutil.STATUS_ZOMBIE
            and any(argument.endswith("/gnomon/sdk/shipper/start.py") for argument in process.info["cmdline"] or [])
            and any(argument.startswith(f"{self.folder}/") for argument in process.info["cmdline"])
        ]

    def wait_for_shipper(self, timeout_secs: float = 30.0) -> None:
        """Until it has left by itself."""
        until = time.monotonic() + timeout_secs
        while self.shippers():
            assert time.monotonic() < until, "the shipper is still there"
            time.sleep(0.02)


def sync(server: Server, folder: Path) -> None:
    """`gnomon sync`, which must end well."""
    done = subprocess.run(
        [sys.executable, "-m", "gnomon", "sync", str(folder)],
        env=server.environ,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that runs."""
    real = Server(tmp_path_factory.mktemp("server"))
    real.start()
    yield real
    real.stop()


@pytest.fixture
def absent_server(tmp_path: Path) -> Iterator[Server]:
    """A server that was started once, so that it has a key, and is away."""
    (tmp_path / "of server").mkdir()
    real = Server(tmp_path / "of server")
    real.start()
    real.stop()
    yield real
    real.stop()


@pytest.fixture
def training(tmp_path: Path) -> Iterator[Callable[..., Training]]:
    """Start a script; what is left of it afterwards is ended."""
    made: list[Training] = []

    def start(server: Server, run: str, rows: int = -1) -> Training:
        folder = tmp_path / run
        folder.mkdir()
        made.append(Training(server, folder, run, rows))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()
        for process in one.shippers():
            process.kill()


@pytest.fixture
def send() -> Callable[[Server, Path], None]:
    """`gnomon sync`, which must end well."""
    return sync
