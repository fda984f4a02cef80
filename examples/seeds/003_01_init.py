"""From tutorial 003, block 1: the run that `init` returns, finished by name."""

import os

import gnomon as wandb

config = {"lr": 0.01}
run = wandb.init(
    project="project_name",
    entity=os.environ.get("TEAM_NAME"),
    name="run_name",
    config=config,  # hyperparameters
)

run.log({"loss": 0.1})

run.finish()
