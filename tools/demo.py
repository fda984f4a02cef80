"""A server with real training runs, to look at: what `make demo` does.

    python tools/demo.py                 train, print the address, stay up until Ctrl-C
    python tools/demo.py --exit          leave when the runs have ended; 0 only if the server says they have
    python tools/demo.py --quick         fewer and shorter runs
    python tools/demo.py --data DIR      keep the server's data there instead of in a temporary folder

Nothing of the user's own is touched: data, run folders, keys and state live in one folder of the demo's.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
USUAL_PORT = 8585
SIGN_IN = re.compile(r"https?://\S+/sign-in\?link=\S+")


def free_port() -> int:
    """The usual port where it is free, else any."""
    for port in (USUAL_PORT, 0):
        with contextlib.closing(socket.socket()) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                attempt.bind(("127.0.0.1", port))
                return int(attempt.getsockname()[1])
    raise SystemExit("demo: no free port on this machine")


class Server:
    """`gnomon server` as a child process; its output is passed on, and the sign-in link is picked out of it."""

    def __init__(self, home: Path, port: int, environment: dict[str, str]) -> None:
        self.data = home / "data"
        self.address = f"http://localhost:{port}"
        self.environment = environment
        self.link: str | None = None
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gnomon", "server", "--port", str(port), "--data", str(self.data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            start_new_session=True,
        )
        self._linked = threading.Event()
        threading.Thread(target=self._pass_on, daemon=True).start()

    def _pass_on(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            if self.link is None and (found := SIGN_IN.search(line)):
                self.link = found.group()
                self._linked.set()
        self._linked.set()

    def wait_until_up(self, timeout_secs: float = 60) -> None:
        """Until the sign-in link was printed and the server says it is healthy."""
        deadline = time.monotonic() + timeout_secs
        self._linked.wait(timeout_secs)
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit(f"demo: the server ended with status {self.process.returncode}")
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.05)
        raise SystemExit(f"demo: the server did not come up within {timeout_secs:.0f} seconds")

    def ask(self, path: str, body: Any = None) -> Any:
        """One question to the HTTP API, with the key that the server's first start has stored."""
        keys = json.loads((Path(self.environment["GNOMON_CONFIG_DIR"]) / "credentials.json").read_text())
        request = urllib.request.Request(
            f"{self.address}/api/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {keys[self.address]}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def runs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for project in self.ask("projects"):
            at = f"projects/{project['entity']}/{project['name']}/runs"
            found += self.ask(at, {"limit": 1000})["runs"]
        return found

    def new_link(self) -> str:
        """Another one-time sign-in link: the first may be used or too old by now."""
        made = subprocess.run(
            [sys.executable, "-m", "gnomon", "admin", "link", "--data", str(self.data)],
            capture_output=True,
            text=True,
            env=self.environment,
        )
        return made.stdout.strip() if made.returncode == 0 else self.address

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def seed(home: Path, environment: dict[str, str], quick: bool) -> bool:
    """Train everything, with the names of the runs passed on; whether it ended well."""
    command = [sys.executable, "-m", "gnomon", "demo", "--seed", *(["--quick"] if quick else [])]
    process = subprocess.Popen(command, cwd=home, env=environment, start_new_session=True)
    try:
        return process.wait() == 0
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def all_ended(server: Server, timeout_secs: float = 60) -> bool:
    """Whether no run of any project is still going on for the server; says which are."""
    deadline = time.monotonic() + timeout_secs
    while True:
        going = [f"{run['project']}/{run['name']}" for run in server.runs() if run["state"] in ("running", "pending")]
        if not going:
            return True
        if time.monotonic() > deadline:
            print(f"demo: still going on: {', '.join(sorted(going))}", file=sys.stderr)
            return False
        time.sleep(0.2)


def invite(words: str, link: str) -> None:
    print(f"\n{words}\n\n    {link}\n", flush=True)


@contextlib.contextmanager
def demo_home(kept: Path | None) -> Iterator[Path]:
    """Where everything of the demo is kept; an empty folder, removed at the end unless the user named it."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        if any(kept.iterdir()):
            raise SystemExit(f"demo: {kept} is not empty")
        yield kept.resolve()
        return
    home = Path(tempfile.mkdtemp(prefix="gnomon-demo-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def environment_of(home: Path, address: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("GNOMON_", "WANDB_"))}
    return {
        **ours,
        "GNOMON_BASE_URL": address,
        "GNOMON_CONFIG_DIR": str(home / "config"),
        "GNOMON_STATE_DIR": str(home / "state"),
        "GNOMON_DIR": str(home),
        "GNOMON_STATS_SAMPLING_INTERVAL": "1",
        # Small matrices: more threads would only wait for each other.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exit", action="store_true", help="leave when the runs have ended")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    parser.add_argument("--data", type=Path, help="an empty folder to keep everything in")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    with demo_home(given.data) as home:
        port = free_port()
        server = Server(home, port, environment_of(home, f"http://localhost:{port}"))
        try:
            server.wait_until_up()
            invite("Watch the curves grow. This link signs you in, once:", server.link or server.address)
            began = time.monotonic()
            well = seed(home, server.environment, given.quick) and all_ended(server)
            took_secs = time.monotonic() - began
            runs = server.runs()
            steps = sum((run["last_step"] or -1) + 1 for run in runs)
            print(f"demo: {len(runs)} runs, {steps:,} steps in {took_secs:.0f} s", flush=True)
            if given.exit:
                return 0 if well else 1
            invite("The runs are there; Ctrl-C ends the demo. Another link that signs you in, once:", server.new_link())
            settings = f"GNOMON_BASE_URL={server.address} GNOMON_CONFIG_DIR={home / 'config'}"
            print(f"A script of your own logs here, too:\n\n    {settings} .venv/bin/gnomon run YOUR.py\n", flush=True)
            return server.process.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
