"""The demo that people see first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(300)
def test_a_short_demo_fills_three_projects_and_ends_with_no_run_going_on(tmp_path: Path) -> None:
    kept = tmp_path / "demo"
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/demo.py"), "--exit", "--quick", "--data", str(kept)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "default"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("/sign-in?link=") == 2
    assert "demo: 19 runs" in done.stdout, done.stdout
    for project in ("digits", "wine-sweep", "long-run"):
        assert f"/{project}\n" in done.stdout
    assert (kept / "data").is_dir()
