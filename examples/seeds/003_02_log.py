"""From tutorial 003, blocks 2 and 3: `log` with a step, with rows in parts, and keys with a slash."""

import gnomon as wandb

run = wandb.init(project="logged")
wandb.log({"first": 1.0}, step=3, commit=False)
wandb.log({"second": 2.0}, step=3)
wandb.log({"third": 3.0}, step=4, commit=True, sync=False)
run.log(
    {
        "train/accuracy": 0.9,
        "train/loss": 30,
        "validate/accuracy": 0.8,
        "validate/loss": 20,
    }
)
run.finish()
