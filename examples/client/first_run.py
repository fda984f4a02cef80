"""A training that is tracked with the official client: what every tutorial of it begins with.

    pip install wandb
    export WANDB_BASE_URL=http://localhost:8585 WANDB_API_KEY=…
    python examples/client/first_run.py

Nothing in it is about Gnomon; the two variables are.
"""

from __future__ import annotations

import random

import wandb

wandb.init(
    project="tutorial",
    group="baselines",
    job_type="train",
    notes="tweak baseline",
    tags=["baseline", "paper1"],
    config={"learning_rate": 0.01, "architecture": "CNN", "dataset": "CIFAR-100", "epochs": 10},
)
wandb.config.dropout = 0.2
wandb.config.update({"batch size": 2, "infra": "AWS"})

# simulate training
epochs = wandb.config.epochs
offset = random.random() / 5
best = 0.0
for epoch in range(2, epochs):
    accuracy = 1 - 2**-epoch - random.random() / epoch - offset
    loss = 2**-epoch + random.random() / epoch + offset
    best = max(best, accuracy)
    wandb.log({"acc": accuracy, "loss": loss, "epoch": epoch, "train/accuracy": accuracy, "validate/loss": loss})
assert wandb.run is not None
wandb.run.summary["best_accuracy"] = best

wandb.finish()
