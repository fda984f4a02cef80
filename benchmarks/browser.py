"""Asking a question in a browser: its script runs in Node beside a headless Chromium (`browser.mjs`)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks.harness import ROOT, Server

HERE = Path(__file__).parent


def frames(scroll: dict[str, float]) -> str:
    """What frames were like, beside how many there were."""
    cost = f"{scroll['page_ms']:.1f} ms of CPU, its drawing {scroll['drawing_ms']:.1f} ms"
    return f"one in a hundred takes {scroll['p99_ms']:.0f} ms; a frame costs the page {cost}"


def others() -> str:
    """What else the machine does: to be told beside every time, which it makes longer."""
    wait_for_quiet()
    return f"processors busy before: {psutil.cpu_percent(interval=2):.0f} %"


def wait_for_quiet() -> None:
    """Until the processors were free for three seconds, or ten minutes: `GNOMON_BENCH_BUSY=40` is busy 40 % at most."""
    most = float(os.environ.get("GNOMON_BENCH_BUSY", 100))
    deadline = time.monotonic() + 600
    while most < 100 and psutil.cpu_percent(interval=3) > most and time.monotonic() < deadline:
        pass


def ask(running: Server, question: str, *arguments: str, timeout_secs: float = 180) -> Any:
    """What `<question>.mjs` finds out on the server's pages."""
    wait_for_quiet()
    node = [sys.executable, str(ROOT / "tools" / "page.py"), "npm", "exec", "--", "node"]
    asked = subprocess.Popen(
        [*node, str(HERE / f"{question}.mjs"), running.address, *arguments],
        env={**os.environ, "GNOMON_KEY": running.key},
        cwd=ROOT / "web",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        answer, complaint = asked.communicate(timeout=timeout_secs)
    except subprocess.TimeoutExpired:
        os.killpg(asked.pid, signal.SIGKILL)  # npm, Node and the browser behind it
        raise
    if asked.returncode != 0:
        raise RuntimeError(f"{question} got no answer in the browser:\n{answer}\n{complaint}")
    return json.loads(answer.strip().splitlines()[-1])
