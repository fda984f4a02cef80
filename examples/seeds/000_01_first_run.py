"""From tutorial 000, block 1: the first run of every tutorial."""

import random

import gnomon as wandb

# start a new run to track this script
wandb.init(
    # set the project where this run will be logged
    project="wandb_demo",
    # track hyperparameters and run metadata
    config={
        "learning_rate": 0.01,
        "architecture": "CNN",
        "dataset": "CIFAR-100",
        "epochs": 10,
    },
)

# simulate training
epochs = 10
offset = random.random() / 5
for epoch in range(2, epochs):
    acc = 1 - 2**-epoch - random.random() / epoch - offset
    loss = 2**-epoch + random.random() / epoch + offset

    # log metrics
    wandb.log({"acc": acc, "loss": loss})

# [optional] finish the run, necessary in notebooks
wandb.finish()
