"""What the benchmarks share: a result, a server of their own, and processes whose cost is known.

A benchmark is a module of this package with a function `measure() -> Iterable[Result]`. Each result stands beside the
number that was asked for (`docs/` calls it the target); nothing here fails because a number was missed.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Result:
    """One line of RESULTS.md. `most` or `least` is what was asked for, in `unit`; neither for a number nobody set."""

    what: str
    reached: float
    unit: str
    most: float | None = None
    least: float | None = None
    note: str = ""

    @property
    def asked(self) -> str:
        if self.most is not None:
            return f"≤ {number(self.most)} {self.unit}"
        return f"≥ {number(self.least)} {self.unit}" if self.least is not None else "–"

    @property
    def holds(self) -> bool:
        return (self.most is None or self.reached <= self.most) and (self.least is None or self.reached >= self.least)


def number(value: float) -> str:
    """Three digits, as people write them."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder of its own, gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="gnomon-bench-", dir=os.environ.get("GNOMON_BENCH_DIR")))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def environment(home: Path, address: str) -> dict[str, str]:
    """The environment of a script that logs to `address` and shares nothing with the user's own runs."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("GNOMON_", "WANDB_"))}
    return {
        **ours,
        "GNOMON_BASE_URL": address,
        "GNOMON_CONFIG_DIR": str(home / "config"),
        "GNOMON_STATE_DIR": str(home / "state"),
        "GNOMON_DIR": str(home),
        "GNOMON_SILENT": "1",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }


def free_port() -> int:
    with contextlib.closing(socket.socket()) as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


class Server:
    """A running `gnomon server` on an empty (or given) data folder, and one connection to it."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.environment = environment(home, self.address)
        self.environment |= {f"GNOMON_SERVER_{name.upper()}": value for name, value in settings.items()}
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gnomon", "server", "--port", str(self.port), "--data", str(home / "data")],
            env=self.environment,
            stdout=(home / "server.log").open("ab"),
            stderr=subprocess.STDOUT,
        )
        while True:
            with contextlib.suppress(OSError):
                status, _ = self.ask_raw("GET", "/healthz")
                if status == 200:
                    break
            if self.process.poll() is not None or time.perf_counter() - began > 60:
                raise RuntimeError(f"the server did not start:\n{(home / 'server.log').read_text()}")
            time.sleep(0.005)
        self.start_secs = time.perf_counter() - began
        keys = json.loads((home / "config" / "credentials.json").read_text())
        self.key: str = keys[self.address]
        self.entity: str = self.ask("GET", "/api/viewer")["user"]["name"]

    def connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def ask_raw(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        connection: http.client.HTTPConnection | None = None,
        **headers: str,
    ) -> tuple[int, bytes]:
        """One request; on a connection of its own where none is given."""
        mine = connection or self.connect()
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            if hasattr(self, "key"):
                named.setdefault("Authorization", f"Bearer {self.key}")
            mine.request(method, path, body, named)
            answer = mine.getresponse()
            return answer.status, answer.read()
        finally:
            if connection is None:
                mine.close()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One question in JSON. Raises RuntimeError for anything but success."""
        sent = None if body is None else json.dumps(body).encode()
        status, answer = self.ask_raw(method, path, sent, Content_Type="application/json")
        if status >= 300:
            raise RuntimeError(f"{method} {path} was answered {status}: {answer[:500]!r}")
        return json.loads(answer) if answer else None

    def memory_mb(self) -> float:
        """What the process holds in memory (proportional share)."""
        return memory_mb(self.process.pid)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


@contextlib.contextmanager
def server(home: Path, **settings: str) -> Iterator[Server]:
    """A running server with these settings."""
    running = Server(home, **settings)
    try:
        yield running
    finally:
        running.stop()


def run_script(code: str, env: dict[str, str], cwd: Path, *, arguments: Sequence[str] = ()) -> Any:
    """Run `code` in a fresh Python; the last line it prints is JSON, and that is what comes back."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=env, cwd=cwd, capture_output=True, text=True, timeout=600
    )
    if done.returncode != 0:
        raise RuntimeError(f"a measured script failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def run_tree(code: str, env: dict[str, str], cwd: Path) -> tuple[Any, dict[str, float]]:
    """As `run_script`, and what the script and everything it started cost: `cpu_secs`, `wall_secs`, `peak_mb`."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.tree", sys.executable, "-c", code],
        env=env, cwd=cwd, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"a measured script failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    *_, said, cost = done.stdout.strip().splitlines()
    return json.loads(said), json.loads(cost)


def wait_for_rows(running: Server, project: str, last_step: int, timeout_secs: float = 60) -> None:
    """Until every run of the project has arrived up to `last_step`."""
    deadline = time.monotonic() + timeout_secs
    while time.monotonic() < deadline:
        found = running.ask("POST", f"/api/projects/{running.entity}/{project}/runs", {})["runs"]
        if found and all((run["last_step"] or -1) >= last_step for run in found):
            return
        time.sleep(0.02)
    raise RuntimeError(f"the rows of {project} did not arrive within {timeout_secs} seconds")


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def machine() -> str:
    """Where the numbers come from, without naming the machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    model = ""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    load = os.getloadavg()[0]
    return (
        f"{cores} cores{f' ({model})' if model else ''}, {platform.system()}, Python {platform.python_version()}, "
        f"load {load:.1f}"
    )
