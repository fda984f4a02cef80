import os
import subprocess
import sys
from pathlib import Path

import wandb

run = wandb.init(project="suite", id="away", mode="offline", config={"lr": 0.1})
for step in range(4):
    run.log({"loss": step})
run.finish()

(folder,) = Path("wandb").glob("offline-run-*")
done = subprocess.run(
    [sys.executable, "-m", "wandb", "sync", str(folder)],
    capture_output=True,
    text=True,
    env={**os.environ, "WANDB_QUIET": "false"},
)
assert done.returncode == 0, done.stdout + done.stderr
