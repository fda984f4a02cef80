"""From tutorial 001, block 1: a run in a group, of a job type."""

import gnomon as wandb

settings = dict(lr=0.1, layers=2)  # noqa: C408
wandb.init(project="project_name", group="group_name", job_type="job_type", config=settings)
for epoch in range(5):
    train_acc, train_loss = 1 - 0.5**epoch, 0.5**epoch
    wandb.log({"accuracy": train_acc, "loss": train_loss})
wandb.finish()
