"""From tutorial 000, block 8: a search over every combination.

There the parameters alone are given; a sweep also needs its method, a project and what to run.
"""

import gnomon as wandb

# the search space
config = {
    "learning_rate": {"values": [0.01, 0.001]},
    "hidden_layer_sizes": {"values": [[32, 64], [64, 128]]},
}


def train() -> None:
    with wandb.init() as run:
        width = sum(run.config["hidden_layer_sizes"])
        run.log({"loss": run.config["learning_rate"] * 100 / width})


# begin the search
sweep_id = wandb.sweep({"method": "grid", "parameters": config}, project="grid")

# run it
wandb.agent(sweep_id, function=train, project="grid")
