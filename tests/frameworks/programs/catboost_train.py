"""CatBoost with the client's callback."""

from __future__ import annotations

import numpy as np
import wandb
from catboost import CatBoostClassifier
from telling import tell
from wandb.integration.catboost import WandbCallback, log_summary

random = np.random.default_rng(1)
x = random.normal(size=(200, 4))
y = (x[:, 0] > 0).astype(int)
with wandb.init(project="catboost") as run:
    model = CatBoostClassifier(iterations=5, depth=2, verbose=False, thread_count=1, allow_writing_files=False)
    model.fit(x[:150], y[:150], eval_set=(x[150:], y[150:]), callbacks=[WandbCallback()])
    log_summary(model, save_model_checkpoint=True)
    path = [run.entity, run.project, run.id]
tell({"path": path, "logloss": model.get_evals_result()["validation"]["Logloss"]})
