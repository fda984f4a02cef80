"""From tutorial 000, block 6: numbers and pictures in one row, pictures by name one level deeper."""

import numpy as np

import gnomon as wandb

wandb.init(project="segmentation")
chance = np.random.default_rng(0)
for epoch in range(3):
    loss, cur_lr = 1 / (epoch + 1), 1e-4
    images = chance.random((32, 32, 3))
    targets = chance.integers(0, 2, (32, 32))
    pred = chance.random((32, 32))
    wandb.log(
        {
            "loss": loss,
            "epoch": epoch,
            "learning rate": cur_lr,
            "images": wandb.Image(images.astype(float)),
            "masks": {"true": wandb.Image(targets.astype(float)), "pred": wandb.Image(pred.astype(float))},
        }
    )
wandb.finish()
