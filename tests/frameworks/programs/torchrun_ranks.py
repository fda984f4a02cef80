"""What torchrun starts: each rank logs a run of one group."""

from __future__ import annotations

import torch.distributed as dist
import wandb
from telling import tell

dist.init_process_group("gloo")
rank = dist.get_rank()
with wandb.init(project="torchrun", group="ranks", name=f"rank-{rank}", config={"rank": rank}) as run:
    run.log({"rank": rank})
if rank == 0:
    tell({"version": wandb.__version__})
dist.destroy_process_group()
