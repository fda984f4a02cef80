"""Save a file of the folder with a run."""

import wandb
from telling import tell

with wandb.init(project="restores") as run:
    run.save("model.bin")
tell([run.entity, run.project, run.id])
