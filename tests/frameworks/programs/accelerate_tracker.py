"""Accelerate with `log_with="wandb"`: its tracker's metrics, pictures and tables."""

from __future__ import annotations

import numpy as np
import torch
from accelerate import Accelerator
from telling import tell

torch.manual_seed(1)
accelerator = Accelerator(log_with="wandb", cpu=True)
accelerator.init_trackers("accelerate", config={"lr": 0.1})
model = torch.nn.Linear(2, 1)
model, optimizer = accelerator.prepare(model, torch.optim.SGD(model.parameters(), lr=0.1))
x = torch.randn(32, 2)
losses = []
for step in range(4):
    loss = torch.nn.functional.mse_loss(model(x), x.sum(1, keepdim=True))
    accelerator.backward(loss)
    optimizer.step()
    optimizer.zero_grad()
    losses.append(loss.item())
    accelerator.log({"loss": loss.item()}, step=step)
tracker = accelerator.get_tracker("wandb")
tracker.log_images({"pictures": [np.zeros((4, 4, 3), dtype=np.uint8)]}, step=4)
tracker.log_table("cells", columns=["a", "b"], data=[[1, 2], [3, 4]], step=5)
run = tracker.run
path = [run.entity, run.project, run.id]
accelerator.end_training()
tell({"path": path, "losses": losses})
