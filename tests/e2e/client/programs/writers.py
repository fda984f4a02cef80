"""Two processes that write one run at once, in shared mode."""

from __future__ import annotations

import subprocess
import sys

import wandb
from telling import tell

if len(sys.argv) > 1:
    id, label = sys.argv[1:]
    primary = label == "one"
    settings = wandb.Settings(mode="shared", x_label=label, x_primary=primary, x_update_finish_state=primary)
    with wandb.init(project="shared", id=id, settings=settings) as run:
        for number in range(5):
            run.log({f"of/{label}": number, "both": number})
        print(f"printed by {label}")
        run.summary[f"last of {label}"] = label
else:
    id = "of-two"
    writers = [subprocess.Popen([sys.executable, __file__, id, label]) for label in ("one", "two")]
    codes = [writer.wait(60) for writer in writers]
    tell({"path": ["ann", "shared", id], "codes": codes})
