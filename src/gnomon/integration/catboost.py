"""CatBoost: `model.fit(..., callbacks=[WandbCallback()])`, and `log_summary(model)` after it."""

from __future__ import annotations

from typing import Any

from catboost import CatBoostClassifier, CatBoostRegressor  # type: ignore[import-not-found]

from gnomon.integration import running
from gnomon.sdk.errors import UsageError


class WandbCallback:
    """Logs what CatBoost evaluates, as `<data>-<metric>`, whenever it does so.

    `metric_period` is that of the model, where it has one. Raises Error where no run is active.
    """

    def __init__(self, metric_period: int = 1) -> None:
        self.metric_period = metric_period
        self._run = running.needed("WandbCallback()")
        self._seen = 0

    def after_iteration(self, info: Any) -> bool:
        """Log one row, where something was evaluated. Training goes on."""
        logs = {f"{data}-{name}": log for data, metrics in info.metrics.items() for name, log in metrics.items()}
        seen = sum(map(len, logs.values()))
        if seen > self._seen:
            self._seen = seen
            row = {key: log[-1] for key, log in logs.items()}
            self._run.log({**row, f"iteration@metric-period-{self.metric_period}": info.iteration})
        return True


def log_summary(
    model: Any, log_all_params: bool = True, save_model_checkpoint: bool = False, log_feature_importance: bool = True
) -> None:
    """Log the best round and score of a trained model to the summary, its parameters to the config, importances.

    With `save_model_checkpoint` the model is kept as an artifact. Raises Error where no run is active, UsageError for
    what is no CatBoostClassifier or CatBoostRegressor.
    """
    run = running.needed("log_summary()")
    if not isinstance(model, (CatBoostClassifier, CatBoostRegressor)):
        raise UsageError(f"log_summary() takes a CatBoostClassifier or a CatBoostRegressor, not {type(model).__name__}")
    params = model.get_all_params()
    if log_all_params:
        run.config.update(params, allow_val_change=True)
    run.summary["best_iteration"] = model.get_best_iteration()
    run.summary["best_score"] = model.get_best_score()
    if save_model_checkpoint:
        aliases = ["best" if params.get("use_best_model") else "last"]
        running.log_model(run, f"model_{run.id}", "model", model.save_model, aliases=aliases)
    if log_feature_importance:
        found = model.get_feature_importance(prettified=True)
        running.log_importance(run, zip(found["Feature Id"], found["Importances"], strict=True))
