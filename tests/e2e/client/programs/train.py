"""What a sweep's command agent runs: learns nothing, in no time."""

from __future__ import annotations

import argparse

import wandb

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
parser.add_argument("--optimizer")
given = parser.parse_args()
with wandb.init(project="commands", config=vars(given)) as run:
    run.log({"loss": given.lr * 2})
