"""A first run: config, rows, a picture, a summary.

gnomon server                      # in another terminal; it prints its address
python examples/first_run.py
"""

import math
import random

import numpy as np

import gnomon

with gnomon.init(project="first", config={"lr": 0.1, "layers": [64, 32]}, tags=["example"]) as run:
    best = math.inf
    for step in range(200):
        loss = 2.0 / (step + 1) + random.random() * 0.05
        best = min(best, loss)
        run.log({"train/loss": loss, "train/accuracy": 1 - loss / 2})
        if step % 50 == 0:
            noise = np.random.default_rng(step).random((32, 32, 3))
            run.log({"sample": gnomon.Image(noise, caption=f"step {step}")}, step=step)
    run.summary["best_loss"] = best
