"""From tutorial 004, block 6: numbers, a picture, a histogram and HTML in one row."""

import numpy as np

import gnomon as wandb

wandb.init(project="media")
inputs = np.random.default_rng(0).random((24, 24, 3))
outputs = np.random.default_rng(0).standard_normal(1000)
captions = "<p>a <b>bold</b> caption</p>"
wandb.log(
    {
        "loss": 0.314,
        "epoch": 5,
        "inputs": wandb.Image(inputs),
        "logits": wandb.Histogram(outputs),
        "captions": wandb.HTML(captions),
    }
)
wandb.finish()
