import os
import re
import subprocess
import sys
from pathlib import Path

import wandb

Path("program.py").write_text(
    "import sys\n"
    "import wandb\n"
    "run = wandb.init()\n"
    "assert f'--lr={run.config.lr}' in sys.argv, sys.argv\n"
    "run.log({'loss': run.config.lr})\n"
    "run.finish()\n"
)
Path("sweep.yaml").write_text(
    "program: program.py\n"
    "method: grid\n"
    "name: by hand\n"
    "metric: {name: loss, goal: minimize}\n"
    "parameters:\n"
    "  lr: {values: [1, 2]}\n"
)


here = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def command(*arguments: str) -> str:
    done = subprocess.run([sys.executable, "-m", "wandb", *arguments], capture_output=True, text=True, env=here)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


said = command("sweep", "--project", "suite", "--entity", "ann", "sweep.yaml")
sweep = re.search(r"wandb agent (?:\x1b\[\d+m)*(ann/suite/\w+)", said)
assert sweep is not None, said
command("agent", sweep[1])
found = wandb.Api().sweep(sweep[1])
assert found.state == "FINISHED", found.state
assert sorted(run.config["lr"] for run in found.runs) == [1, 2]
