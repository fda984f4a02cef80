"""From tutorial 001, blocks 2 and 3: a random search with several distributions, and eight trials of it."""

import gnomon as wandb

sweep_config = {
    "method": "random",
    "metric": {"goal": "minimize", "name": "loss"},
    "parameters": {
        "batch_size": {"distribution": "q_log_uniform_values", "max": 256, "min": 32, "q": 8},
        "dropout": {"values": [0.3, 0.4, 0.5]},
        "epochs": {"value": 1},
        "fc_layer_size": {"values": [128, 256, 512]},
        "learning_rate": {"distribution": "uniform", "max": 0.1, "min": 0},
        "optimizer": {"values": ["adam", "sgd"]},
    },
}


def train() -> None:
    with wandb.init() as run:
        for _ in range(run.config.epochs):
            wandb.log({"loss": (run.config.learning_rate - 0.05) ** 2 + run.config.dropout})


sweep_id = wandb.sweep(sweep_config, project="random_search")
wandb.agent(sweep_id, function=train, project="random_search", count=8)
