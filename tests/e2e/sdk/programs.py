"""Programs that use our SDK, run as their users run them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.wandb_clients.serving import Served

ROOT = Path(__file__).resolve().parents[3]
KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def environ(server: Served, base: Path, **more: str) -> dict[str, str]:
    """What a program sees: the server and the key, and a home of its own."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    (base / "home").mkdir(parents=True, exist_ok=True)
    return {
        **kept,
        "HOME": str(base / "home"),
        "GNOMON_BASE_URL": server.url,
        "GNOMON_API_KEY": server.key,
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def run(
    server: Served,
    base: Path,
    command: Sequence[str],
    *,
    timeout: float = 120.0,
    succeeds: bool = True,
    more: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """A command in the folder `base`; one that fails fails the test, with what it printed."""
    base.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        list(command), cwd=base, env=environ(server, base, **(more or {})), capture_output=True, text=True,
        timeout=timeout,
    )  # fmt: skip
    if succeeds:
        assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
    return done


class Program:
    """Programs run one after the other in one folder, and the runs they made."""

    def __init__(self, server: Served, api: Any, base: Path) -> None:
        self.server, self.api, self.base = server, api, base
        self.python = sys.executable
        self.output = ""

    def __call__(self, path: Path, *arguments: str, project: str, **more: str) -> list[Any]:
        """The runs that this program made in the project, the earliest first."""
        before = set(self.ids())
        done = run(self.server, self.base, [self.python, str(path), *arguments], more=more)
        self.output = done.stdout + done.stderr
        made = [each for each in self.ids() if each not in before]
        return [self.api.run(f"{self.server.entity}/{project}/{each}") for each in made]

    def ids(self) -> list[str]:
        """The ids of the runs that lie in the folder, the first one first, as far as seconds tell."""
        folders = sorted(folder.name for folder in self.base.glob("gnomon-runs/run-*"))
        return list(dict.fromkeys(name[20:].partition(".")[0] for name in folders))

    def history(self, run: Any, *keys: str) -> list[dict[str, Any]]:
        """The rows of a run, in order; only these keys where any are named."""
        return list(run.scan_history(keys=list(keys) or None))

    def file(self, run: Any, path: str) -> bytes:
        """A file of a run, from the server."""
        with run.file(path).download(root=str(self.base / "down"), replace=True) as down:
            return Path(down.name).read_bytes()
