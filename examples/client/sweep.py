"""Search over hyperparameters with the official client: a grid, then random points of distributions.

    python examples/client/sweep.py

Where it logs to is said by WANDB_BASE_URL and WANDB_API_KEY.
"""

from __future__ import annotations

import wandb


def train() -> None:
    """One point: its parameters are the run's config."""
    with wandb.init() as run:
        config = run.config
        loss = config.learning_rate * sum(config.hidden_layer_sizes)
        run.log({"loss": loss})


def train_digits() -> None:
    """One random point."""
    with wandb.init() as run:
        config = run.config
        for epoch in range(config.epochs + 1):
            run.log({"loss": config.learning_rate + config.dropout / (epoch + 1), "epoch": epoch})


grid = {
    "method": "grid",
    "metric": {"name": "loss", "goal": "minimize"},
    "parameters": {
        "learning_rate": {"values": [0.01, 0.001]},
        "hidden_layer_sizes": {"values": [[32, 64], [64, 128]]},
    },
}
distributions = {
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

sweep_id = wandb.sweep(grid, project="tutorial-sweeps")
wandb.agent(sweep_id, function=train, project="tutorial-sweeps")

sweep_id = wandb.sweep(distributions, project="tutorial-random")
wandb.agent(sweep_id, function=train_digits, count=3, project="tutorial-random")
