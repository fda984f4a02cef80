"""Asking a question in a browser: its script runs in Node beside a headless Chromium (`browser.mjs`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.harness import ROOT, Server

HERE = Path(__file__).parent


def ask(running: Server, question: str, *arguments: str, timeout_secs: float = 180) -> Any:
    """What `<question>.mjs` finds out on the server's pages."""
    node = [sys.executable, str(ROOT / "tools" / "page.py"), "npm", "exec", "--", "node"]
    done = subprocess.run(
        [*node, str(HERE / f"{question}.mjs"), running.address, *arguments],
        env={**os.environ, "GNOMON_KEY": running.key},
        cwd=ROOT / "web",
        capture_output=True,
        text=True,
        timeout=timeout_secs,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{question} got no answer in the browser:\n{done.stdout}\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])
