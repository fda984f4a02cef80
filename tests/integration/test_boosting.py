"""XGBoost, LightGBM and CatBoost: a row for each round, and what is kept in the end."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

import gnomon
from gnomon.sdk.errors import Error, UsageError
from tests.integration.conftest import Standing
from tests.sdk.conftest import rows


class Booster:
    """What the callbacks ask of a model of any of the three."""

    best_iteration = 2
    best_score: ClassVar[dict[str, Any]] = {"valid": {"auc": 0.9}}

    def save_config(self) -> str:
        return json.dumps({"learner": {"depth": 2}})

    def save_model(self, path: str, num_iteration: int | None = None) -> None:
        Path(path).write_text(f"a model of {num_iteration}")

    def get_score(self, importance_type: str) -> dict[str, float]:
        return {"a": 1.0, "b": 2.0} if importance_type == "gain" else {}

    def attr(self, name: str) -> str | None:
        return {"best_score": "0.5", "best_iteration": "1"}.get(name)

    def feature_name(self) -> list[str]:
        return ["a", "b"]

    def feature_importance(self) -> list[int]:
        return [1, 2]

    def get_all_params(self) -> dict[str, Any]:
        return {"depth": 2, "use_best_model": False}

    def get_best_iteration(self) -> int:
        return 2

    def get_best_score(self) -> dict[str, Any]:
        return self.best_score

    def get_feature_importance(self, prettified: bool) -> dict[str, list[Any]]:
        return {"Feature Id": ["a", "b"], "Importances": [1.0, 2.0]} if prettified else {}


def logged(run: gnomon.Run) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != "_step"} for row in rows(run.sync_dir)]


def test_xgboost(alone: Path, standing: Standing) -> None:
    xgboost = standing("xgboost", xgboost__callback={"TrainingCallback": object})
    with pytest.raises(Error, match="WandbCallback\\(\\) needs a run: call gnomon.init\\(\\) before it"):
        xgboost.WandbCallback()
    with gnomon.init(project="p", mode="offline") as run:
        callback, model = xgboost.WandbCallback(log_model=True), Booster()
        assert callback.before_training(model) is model
        for epoch, loss in enumerate([0.9, 0.5, 0.7]):
            log = {"valid": {"logloss": [0.9, 0.5, 0.7][: epoch + 1], "auc": [loss]}}
            assert callback.after_iteration(model, epoch, log) is False
        assert callback.after_training(model) is model
    found = logged(run)
    assert found[:3] == [
        {"valid-logloss": 0.9, "valid-auc": 0.9, "epoch": 0},
        {"valid-logloss": 0.5, "valid-auc": 0.5, "epoch": 1},
        {"valid-logloss": 0.7, "valid-auc": 0.7, "epoch": 2},
    ]
    assert found[-1] == {"best_score": 0.5, "best_iteration": 1}
    assert any(key.startswith("Feature Importance") for row in found for key in row)
    assert run.config["learner"] == {"depth": 2}
    assert run.summary["valid-logloss"] == {"min": 0.5} and run.summary["valid-auc"] == {"max": 0.9}


def test_xgboost_of_old(alone: Path, standing: Standing) -> None:
    xgboost = standing("xgboost", xgboost__callback={"TrainingCallback": object})
    with gnomon.init(project="p", mode="offline") as run:
        xgboost.wandb_callback()(SimpleNamespace(evaluation_result_list=[("a", 1.0), ("b", 2.0)]))
    assert logged(run) == [{"a": 1.0, "b": 2.0}]


def test_lightgbm(alone: Path, standing: Standing) -> None:
    lightgbm = standing("lightgbm", lightgbm={"Booster": Booster})
    with gnomon.init(project="p", mode="offline") as run:
        callback = lightgbm.wandb_callback()
        assert callback.order == 20 and not callback.before_iteration
        for iteration, loss in enumerate([0.9, 0.5, 0.7]):
            callback(
                SimpleNamespace(
                    iteration=iteration, begin_iteration=0, params={"leaves": 4},
                    evaluation_result_list=[("valid", "binary_logloss", loss, False)],
                )
            )  # fmt: skip
        lightgbm.log_summary(Booster(), save_model_checkpoint=True)
        with pytest.raises(UsageError, match="takes a lightgbm.Booster, not int"):
            lightgbm.log_summary(3)
    assert logged(run)[:3] == [
        {"valid_binary_logloss": loss, "iteration": at} for at, loss in enumerate([0.9, 0.5, 0.7])
    ]
    assert run.config["leaves"] == 4
    assert run.summary["valid_binary_logloss"] == {"min": 0.5}
    assert run.summary["best_iteration"] == 2 and run.summary["best_score"] == {"valid": {"auc": 0.9}}


def test_cross_validation_of_lightgbm(alone: Path, standing: Standing) -> None:
    lightgbm = standing("lightgbm", lightgbm={"Booster": Booster})
    with gnomon.init(project="p", mode="offline") as run:
        lightgbm.wandb_callback(log_params=False, define_metric=False)(
            SimpleNamespace(
                iteration=0, begin_iteration=0, params={"leaves": 4},
                evaluation_result_list=[("cv_agg", "valid auc", 0.75, True, 0.25)],
            )
        )  # fmt: skip
    assert logged(run) == [{"valid_auc-mean": 0.75, "valid_auc-stdv": 0.25, "iteration": 0}]
    assert "leaves" not in run.config


def test_catboost(alone: Path, standing: Standing) -> None:
    class Regressor(Booster):
        pass

    catboost = standing("catboost", catboost={"CatBoostClassifier": Booster, "CatBoostRegressor": Regressor})
    with gnomon.init(project="p", mode="offline") as run:
        callback = catboost.WandbCallback(metric_period=2)
        metrics = {"validation": {"Logloss": [0.9]}}
        for iteration in (1, 2, 3):
            if iteration == 3:
                metrics["validation"]["Logloss"].append(0.5)
            assert callback.after_iteration(SimpleNamespace(iteration=iteration, metrics=metrics)) is True
        catboost.log_summary(Regressor(), save_model_checkpoint=True)
        with pytest.raises(UsageError, match="takes a CatBoostClassifier or a CatBoostRegressor, not str"):
            catboost.log_summary("x")
    assert logged(run)[:2] == [
        {"validation-Logloss": 0.9, "iteration@metric-period-2": 1},
        {"validation-Logloss": 0.5, "iteration@metric-period-2": 3},
    ]
    assert run.config["depth"] == 2 and run.summary["best_iteration"] == 2
