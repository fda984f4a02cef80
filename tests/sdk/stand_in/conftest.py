"""Scripts that say `import wandb`, run by `gnomon run`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

GNOMON = (sys.executable, "-m", "gnomon", "run")


class Scripts:
    """Scripts in a folder of their own, and what they say when they are run."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("WANDB_", "GNOMON_"))},
            "WANDB_MODE": "offline",
            "WANDB_SILENT": "true",
            "WANDB__DISABLE_STATS": "true",
            "HOME": str(place),
        }
        self.environ.pop("PYTHONPATH", None)

    def write(self, source: str, name: str = "script.py") -> Path:
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        return path

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """`gnomon run …`, to its end."""
        return subprocess.run(
            [*GNOMON, *arguments],
            cwd=self.place,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=120,
            **options,
        )

    def says(self, source: str, *arguments: str) -> Any:
        """The JSON that a script prints as its last line."""
        done = self.run(str(self.write(source)), *arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def scripts(tmp_path: Path) -> Scripts:
    return Scripts(tmp_path)


@pytest.fixture
def real_wandb(scripts: Scripts) -> Path:
    """Another package `wandb` that is installed: its folder stands on the path."""
    scripts.write("__version__ = '9.9.9'\ndef init(): raise SystemExit('the other one')\n", "site/wandb/__init__.py")
    scripts.write("Name: wandb\nVersion: 9.9.9\n", "site/wandb-9.9.9.dist-info/METADATA")
    scripts.environ["PYTHONPATH"] = str(scripts.place / "site")
    return scripts.place / "site"
