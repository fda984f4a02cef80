from pathlib import Path

import wandb

Path("src").mkdir(exist_ok=True)
Path("src/model.py").write_text("DEPTH = 3\n")
run = wandb.init(project="suite", id="coded")
run.log_code("src", name="code")
run.finish()
found = wandb.Api().artifact("ann/suite/code:latest", type="code")
assert list(found.manifest.entries) == ["model.py"], found.manifest.entries
