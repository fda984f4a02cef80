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
    written = Path(run.settings.sync_file)
    for number in range(30, 300):  # the client writes down blocks of 32 KiB
        run.log({"n": number, "text": f"{number}" * 300})
    while written.stat().st_size < 128 * 1024:
        time.sleep(0.05)
    tell({"folder": run.settings.sync_dir})
    time.sleep(600)
