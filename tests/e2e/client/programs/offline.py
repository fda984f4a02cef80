"""An offline run with a picture, a table, an artifact and a file; then, where asked, one that never ends."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import wandb
from telling import asked, tell

plan = asked()
run = wandb.init(project="offline", id=plan["id"], mode=plan["mode"], config={"lr": 0.1})
for number in range(30):
    run.log({"n": number})
if plan["ends"]:
    run.log({"picture": wandb.Image(np.zeros((4, 4, 3), dtype=np.uint8)), "table": wandb.Table(["a"], [[1], [2]])})
    Path("words.txt").write_text("words")
    artifact = wandb.Artifact("offline-data", type="dataset")
    artifact.add_file("words.txt")
    run.log_artifact(artifact)
    run.save("words.txt")
    print("printed offline")
    run.finish()
    tell({"folder": run.settings.sync_dir})
else:
    tell({"folder": run.settings.sync_dir})
    time.sleep(600)
