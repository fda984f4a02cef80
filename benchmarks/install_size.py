"""How much does the SDK bring into an environment?

The wheel is built from this checkout without the page (which the SDK alone does not use, and which is counted apart),
then installed into an empty environment: packages and megabytes beyond it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.harness import ROOT, Result, folder


def size_mb(path: Path) -> float:
    files = (file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return sum(file.stat().st_size for file in files) / 1e6


def measure() -> Iterable[Result]:
    with folder() as home:
        venv = home / "venv"
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        python = str(venv / "bin" / "python")
        (site,) = (venv / "lib").glob("python*/site-packages")
        before = size_mb(site)
        pip = [python, "-m", "pip", "--disable-pip-version-check"]
        had = json.loads(subprocess.run([*pip, "list", "--format=json"], check=True, capture_output=True).stdout)
        subprocess.run([*pip, "install", "--quiet", "--no-compile", str(ROOT)], check=True)
        have = json.loads(subprocess.run([*pip, "list", "--format=json"], check=True, capture_output=True).stdout)
        total = size_mb(site) - before
        page = size_mb(site / "gnomon" / "server" / "page")
    names = sorted({one["name"] for one in have} - {one["name"] for one in had})
    yield Result("SDK install, packages", len(names), "packages", most=6, note=" ".join(names))
    yield Result("SDK install, size", total, "MB", most=15, note=f"of it the page {page:.1f} MB; without compiled .pyc")
