import os
import subprocess
import sys
from pathlib import Path

import wandb

key = os.environ.pop("WANDB_API_KEY")
host = os.environ["WANDB_BASE_URL"]
done = subprocess.run(
    [sys.executable, "-m", "wandb", "login", "--relogin", "--host", host, key], capture_output=True, text=True
)
assert done.returncode == 0, done.stdout + done.stderr
assert key in (Path.home() / ".netrc").read_text()
api = wandb.Api()
assert api.default_entity == "ann"
assert api.viewer.username == "ann"
