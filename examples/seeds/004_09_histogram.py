"""From tutorial 004, block 9: a histogram that numpy made."""

import numpy as np

import gnomon as wandb

wandb.init(project="histograms")
grads = np.random.default_rng(0).random(1000)
np_hist_grads = np.histogram(grads, density=True, range=(0.0, 1.0))
wandb.log({"gradients": wandb.Histogram(np_hist_grads)})
wandb.log({"gradients": wandb.Histogram(grads)})
wandb.finish()
