"""XGBoost: `xgboost.train(..., callbacks=[WandbCallback()])`, or `XGBClassifier(callbacks=[WandbCallback()])`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xgboost.callback import TrainingCallback  # type: ignore[import-not-found]

from gnomon.integration import running


class WandbCallback(TrainingCallback):  # type: ignore[misc]  # XGBoost has no types
    """Logs what XGBoost evaluates after each round, as `<data>-<metric>`, and the booster's settings to the config.

    With `log_model` the model is kept as an artifact of type `model`; with `log_feature_importance` a bar chart of
    importances is logged (`importance_type`: weight, gain, cover, total_gain or total_cover). With `define_metric` the
    summary has the best value of each metric instead of the last. Raises Error where no run is active.
    """

    def __init__(
        self,
        log_model: bool = False,
        log_feature_importance: bool = True,
        importance_type: str = "gain",
        define_metric: bool = True,
    ) -> None:
        super().__init__()
        self.log_model = log_model
        self.log_feature_importance = log_feature_importance
        self.importance_type = importance_type
        self.define_metric = define_metric
        self._run = running.needed("WandbCallback()")

    def before_training(self, model: Any) -> Any:
        """Keep the booster's settings."""
        self._run.config.update(json.loads(model.save_config()), allow_val_change=True)
        return model

    def after_iteration(self, model: Any, epoch: int, evals_log: Mapping[str, Mapping[str, Sequence[Any]]]) -> bool:
        """Log one row. Training goes on."""
        row: dict[str, Any] = {}
        for data, metrics in evals_log.items():
            for metric, values in metrics.items():
                key = f"{data}-{metric}"
                if self.define_metric:
                    running.best_of(self._run, key, metric)
                row[key] = values[-1]
        self._run.log({**row, "epoch": epoch})
        self.define_metric = False  # said once
        return False

    def after_training(self, model: Any) -> Any:
        """Keep the model, its importances and its best round."""
        if self.log_model:
            name = f"{self._run.id}_model.json"
            running.log_model(self._run, name, name, model.save_model)
        if self.log_feature_importance:
            running.log_importance(self._run, model.get_score(importance_type=self.importance_type).items())
        if model.attr("best_score") is not None:
            best = {"best_score": float(model.attr("best_score")), "best_iteration": int(model.attr("best_iteration"))}
            self._run.log(best)
        return model


def wandb_callback() -> Callable[[Any], None]:
    """The callback of old versions of XGBoost, which are called with an environment; use WandbCallback."""

    def callback(env: Any) -> None:
        running.needed("wandb_callback()").log(dict(env.evaluation_result_list))

    return callback
