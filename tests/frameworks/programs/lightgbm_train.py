"""LightGBM with the client's callback."""

from __future__ import annotations

import lightgbm
import numpy as np
import wandb
from telling import tell
from wandb.integration.lightgbm import log_summary, wandb_callback

random = np.random.default_rng(1)
x = random.normal(size=(200, 4))
y = (x[:, 0] + 0.1 * random.normal(size=200) > 0).astype(int)
train, valid = lightgbm.Dataset(x[:150], y[:150]), lightgbm.Dataset(x[150:], y[150:])
seen: dict[str, dict[str, list[float]]] = {}
with wandb.init(project="lightgbm") as run:
    booster = lightgbm.train(
        {"objective": "binary", "metric": ["auc", "binary_logloss"], "verbosity": -1, "num_leaves": 4},
        train, num_boost_round=5, valid_sets=[valid], valid_names=["valid"],
        callbacks=[wandb_callback(), lightgbm.record_evaluation(seen)],
    )  # fmt: skip
    log_summary(booster, save_model_checkpoint=True)
    path = [run.entity, run.project, run.id]
tell({"path": path, "logloss": seen["valid"]["binary_logloss"]})
