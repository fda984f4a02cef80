"""The programs on Gnomon's SDK: `gnomon run program.py`, in environments where it is not installed but found."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.e2e.client.running import Client
from tests.wandb_clients.scripts import ROOT, clients

PROGRAMS = Path(__file__).with_name("programs")
LIGHT, HEAVY = "light", "frameworks"


class StandIn(Client):
    """Programs that say `import wandb`, logging with Gnomon's SDK."""

    def environ(self, **more: str | None) -> dict[str, str]:
        """What a program sees; this checkout is on its path."""
        found = super().environ(**more)
        found["PYTHONPATH"] = os.pathsep.join([found["PYTHONPATH"], str(ROOT / "src")])
        found.setdefault("GNOMON_STATE_DIR", str(self.base / "state"))
        return found

    def start(self, program: str, asked: Any = None, *arguments: str, **environ: str | None) -> subprocess.Popen[str]:
        """The program, by `gnomon run`."""
        (self.base / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
        with (self.base / "output.txt").open("a") as output:
            return subprocess.Popen(
                [str(self.python), "-m", "gnomon", "run", str(self.programs / f"{program}.py"), *arguments],
                cwd=self.base, env=self.environ(**environ), stdout=output, stderr=output, text=True,
            )  # fmt: skip


def runs(client: Client, name: str, *arguments: str, environment: str, programs: Path = PROGRAMS) -> Any:
    """What a program tells that ran in this environment."""
    here = StandIn(client.server, client.base, python=clients.python_of(environment), programs=programs)
    told = here.run(name, None, *arguments, timeout=300, TF_CPP_MIN_LOG_LEVEL="3", HF_HUB_OFFLINE="1").told
    if "path" in told:  # a short program is over before the server has said whose its run is
        told["path"][0] = told["path"][0] or client.server.entity
    return told
