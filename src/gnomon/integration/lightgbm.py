"""LightGBM: `lightgbm.train(..., callbacks=[wandb_callback()])`, and `log_summary(booster)` after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lightgbm import Booster  # type: ignore[import-not-found]

from gnomon.integration import running
from gnomon.sdk.errors import UsageError


class _Callback:
    order = 20
    before_iteration = False

    def __init__(self, log_params: bool, define_metric: bool) -> None:
        self.log_params = log_params
        self.define_metric = define_metric

    def __call__(self, env: Any) -> None:
        run = running.needed("wandb_callback()")
        first = env.iteration == env.begin_iteration
        if first and self.log_params:
            run.config.update(env.params, allow_val_change=True)
        row: dict[str, Any] = {}
        for item in env.evaluation_result_list or ():
            row.update(_values(item))
        if first and self.define_metric:
            for key in row:
                running.best_of(run, key, key.split("_", 1)[-1].removesuffix("-mean").removesuffix("-stdv"))
        run.log({**row, "iteration": env.iteration})


def wandb_callback(log_params: bool = True, define_metric: bool = True) -> Callable[[Any], None]:
    """Logs what LightGBM evaluates after each round, as `<data>_<metric>`; of `lightgbm.cv`, mean and deviation.

    With `log_params` the parameters go to the config; with `define_metric` the summary has the best value of each
    metric instead of the last.
    """
    return _Callback(log_params, define_metric)


def log_summary(model: Any, feature_importance: bool = True, save_model_checkpoint: bool = False) -> None:
    """Log the best round and score of a trained Booster to the summary, and a bar chart of importances.

    With `save_model_checkpoint` the model of the best round is kept as an artifact. Raises Error where no run is
    active, UsageError for what is no Booster.
    """
    run = running.needed("log_summary()")
    if not isinstance(model, Booster):
        raise UsageError(f"log_summary() takes a lightgbm.Booster, not {type(model).__name__}")
    run.summary["best_iteration"] = model.best_iteration
    run.summary["best_score"] = {data: dict(scores) for data, scores in model.best_score.items()}
    if feature_importance:
        running.log_importance(run, zip(model.feature_name(), model.feature_importance(), strict=True))
    if save_model_checkpoint:
        best = model.best_iteration
        running.log_model(
            run, f"model_{run.id}", f"model_ckpt_{best}.txt",
            lambda path: model.save_model(path, num_iteration=best), aliases=["best"],
        )  # fmt: skip


def _values(item: Any) -> dict[str, Any]:
    """The values of one evaluation: (data, metric, value, …) of a training, (_, "data metric", mean, _, deviation)."""
    if len(item) == 4:
        return {f"{item[0]}_{item[1]}": item[2]}
    data, metric = item[1].split(" ", 1) if " " in item[1] else (item[0], item[1])
    return {f"{data}_{metric}-mean": item[2], f"{data}_{metric}-stdv": item[4]}
