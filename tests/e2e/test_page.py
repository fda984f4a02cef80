"""The page in a real browser, against a real server. The sentences are in web/e2e; each file there is a test here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted((ROOT / "web" / "e2e").glob("**/*.spec.ts"))
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine; `make test` installs it for root")
@pytest.mark.parametrize("spec", SPECS, ids=[str(spec.relative_to(ROOT / "web" / "e2e")) for spec in SPECS])
def test_the_page_does_what_its_sentences_say(spec: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            str(ROOT / "tools/page.py"),
            "npm",
            "run",
            "--silent",
            "e2e",
            "--",
            str(spec),
            "--output",
            str(tmp_path / "results"),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "CHROMIUM": BROWSER or "",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "GNOMON_PYTHON": sys.executable,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-6000:]
