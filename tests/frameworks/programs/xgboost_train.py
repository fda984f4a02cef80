"""XGBoost with the client's callback."""

from __future__ import annotations

import numpy as np
import wandb
import xgboost
from telling import tell
from wandb.integration.xgboost import WandbCallback

random = np.random.default_rng(1)
x = random.normal(size=(200, 4))
y = (x[:, 0] > 0).astype(int)
seen: dict[str, dict[str, list[float]]] = {}
with wandb.init(project="xgboost") as run:
    xgboost.train(
        {"objective": "binary:logistic", "max_depth": 2, "nthread": 1}, xgboost.DMatrix(x[:150], y[:150]),
        num_boost_round=5, evals=[(xgboost.DMatrix(x[150:], y[150:]), "valid")], evals_result=seen, verbose_eval=False,
        callbacks=[WandbCallback(log_model=True)],
    )  # fmt: skip
    path = [run.entity, run.project, run.id]
tell({"path": path, "logloss": seen["valid"]["logloss"]})
