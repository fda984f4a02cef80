"""TensorBoard event files, followed by the client: scalars, a picture, a histogram, text."""

from __future__ import annotations

import sys

import numpy as np
import wandb
from telling import tell

with wandb.init(project="tensorboard", sync_tensorboard=True) as run:
    if sys.argv[1:] == ["torch"]:
        from torch.utils.tensorboard import SummaryWriter
    else:
        from tensorboardX import SummaryWriter
    writer = SummaryWriter("events")
    for step in range(5):
        writer.add_scalar("train/loss", 1 / (step + 1), global_step=step)
    writer.add_histogram("weights", np.arange(100.0), global_step=5)
    writer.add_image("picture", np.zeros((3, 6, 8), dtype=np.uint8), global_step=5)
    writer.add_text("words", "a text", global_step=5)
    writer.close()
    path = [run.entity, run.project, run.id]
tell({"path": path, "losses": [1 / (step + 1) for step in range(5)]})
