"""From tutorial 000, block 2: the arguments of `init` that are explained there. The team is the key's own user."""

import os

import gnomon as wandb

config = {"learning_rate": 0.1, "batch_size": 2, "epochs": 50}
wandb.init(project="project", entity=os.environ.get("TEAM_NAME"), name="name", config=config, resume="None")
wandb.log({"loss": 0.5})
wandb.finish()
