"""Keras' callbacks: metrics of epochs and batches, checkpoints, tables."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import gnomon
from gnomon.sdk.errors import Error, UsageError
from tests.integration.conftest import Standing
from tests.sdk.conftest import rows


class Callback:
    """Keras' own, as far as it matters here."""

    model: Any = None


class ModelCheckpoint(Callback):
    """Saves at the end of an epoch unless told that it is not the best."""

    def __init__(self, filepath: str, save_freq: str | int = "epoch", **more: Any) -> None:
        self.filepath, self.save_freq, self.more = str(filepath), save_freq, more
        self._current_epoch = 0

    def _get_file_path(self, epoch: int, batch: int | None, logs: dict[str, Any]) -> str:
        return self.filepath.format(epoch=epoch, batch=batch, **(logs or {}))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        if logs.get("best", True):
            path = self._get_file_path(epoch, None, logs)
            Path(path).write_text(f"weights of {epoch}")
            os.utime(path, (epoch + 1, epoch + 1))

    def on_train_batch_end(self, batch: int, logs: dict[str, Any]) -> None:
        """Nothing is saved between epochs."""


class Rate:
    """A learning rate that follows a schedule."""

    def __call__(self, step: int) -> float:
        return 0.1 / (1 + step)


@pytest.fixture
def keras(standing: Standing) -> Any:
    members = {"Callback": Callback, "ModelCheckpoint": ModelCheckpoint}
    return standing("keras", keras__callbacks=members)


def logged(run: gnomon.Run) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != "_step"} for row in rows(run.sync_dir)]


def of_rate(rate: Any) -> SimpleNamespace:
    return SimpleNamespace(optimizer=SimpleNamespace(learning_rate=rate))


def test_metrics_of_epochs_are_drawn_over_them(alone: Path, keras: Any) -> None:
    with pytest.raises(Error, match="needs a run"):
        keras.WandbMetricsLogger()
    with gnomon.init(project="p", mode="offline") as run:
        logger = keras.WandbMetricsLogger()
        logger.model = of_rate(0.1)
        logger.on_train_batch_end(0, {"loss": 9.0})
        logger.on_epoch_end(0, {"loss": 1.0, "val_loss": 2.0})
        logger.on_epoch_end(1)
    assert logged(run) == [
        {"epoch/loss": 1.0, "epoch/val_loss": 2.0, "epoch/epoch": 0, "epoch/learning_rate": 0.1},
        {"epoch/epoch": 1, "epoch/learning_rate": 0.1},
    ]
    assert run._rules["epoch/*"].step_metric == "epoch/epoch"


def test_metrics_of_every_second_batch_with_the_rate_of_a_schedule(alone: Path, keras: Any) -> None:
    with gnomon.init(project="p", mode="offline") as run:
        logger = keras.WandbMetricsLogger(log_freq=2, initial_global_step=8)
        logger.model = of_rate(Rate())
        for batch in range(3):
            logger.on_train_batch_end(batch, {"loss": float(batch)})
        with pytest.raises(UsageError, match="log_freq is 'epoch', 'batch' or a number of batches, not 0"):
            keras.WandbMetricsLogger(log_freq=0)
    assert logged(run) == [
        {"batch/loss": 0.0, "batch/batch_step": 0, "batch/learning_rate": 0.1 / 10},
        {"batch/loss": 2.0, "batch/batch_step": 2, "batch/learning_rate": 0.1 / 12},
    ]


def test_a_rate_that_cannot_be_read_is_said_and_not_logged(alone: Path, keras: Any, said: list[str]) -> None:
    with gnomon.init(project="p", mode="offline") as run:
        logger = keras.WandbMetricsLogger()
        logger.model = of_rate("a word")
        logger.on_epoch_end(0, {"loss": 1.0})
    assert logged(run) == [{"epoch/loss": 1.0, "epoch/epoch": 0}]
    assert any("learning rate cannot be read" in line for line in said)


def test_what_a_checkpoint_saved_is_a_version_and_nothing_else_is(
    alone: Path, keras: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[str, list[str]]] = []

    def log_artifact(self: Any, artifact: Any, aliases: list[str]) -> None:
        kept.append((artifact.name.split(":")[0], aliases))

    monkeypatch.setattr(gnomon.Run, "log_artifact", log_artifact)
    with gnomon.init(project="p", mode="offline", id="mine") as run:
        checkpoint = keras.WandbModelCheckpoint("model.keras", save_best_only=True, monitor="loss")
        assert checkpoint.more["monitor"] == "loss"
        for epoch, best in enumerate([True, False, True]):
            checkpoint.on_epoch_end(epoch, {"best": best})
        checkpoint.on_train_batch_end(0, {})
    assert kept == [(f"run_{run.id}_model", ["latest", "epoch_0"]), (f"run_{run.id}_model", ["latest", "epoch_2"])]


def test_tables_are_made_filled_and_kept(alone: Path, keras: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[tuple[str, str]] = []

    def log_artifact(self: Any, artifact: Any, aliases: list[str]) -> None:
        kept.append((artifact.name.split(":")[0], artifact.type))

    def use_artifact(self: Any, artifact: Any) -> None:
        raise gnomon.CommError("no server")

    monkeypatch.setattr(gnomon.Run, "log_artifact", log_artifact)
    monkeypatch.setattr(gnomon.Run, "use_artifact", use_artifact)

    class Predictions(keras.WandbEvalCallback):  # type: ignore[misc]
        def add_ground_truth(self, logs: Any = None) -> None:
            self.data_table.add_data(1)

        def add_model_predictions(self, epoch: int, logs: Any = None) -> None:
            self.pred_table.add_data(epoch, self.data_table_ref.data[0][0])

    with gnomon.init(project="p", mode="offline") as run:
        callback = Predictions(["truth"], ["epoch", "truth"])
        callback.on_train_begin()
        callback.on_epoch_end(0)
        callback.on_epoch_end(1)
        assert callback.pred_table.data == [[1, 1]]
    assert kept == [(f"run_{run.id}_pred", "evaluation")] * 2
    with pytest.raises(TypeError, match="abstract"):
        keras.WandbEvalCallback([], [])


def test_the_classic_callback_keeps_the_best(alone: Path, keras: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[list[str]] = []
    monkeypatch.setattr(gnomon.Run, "log_artifact", lambda self, artifact, aliases: kept.append(aliases))

    class Model:
        built = False

        def save(self, path: str, overwrite: bool) -> None:
            Path(path).write_text("a model")

    with gnomon.init(project="p", mode="offline") as run:
        callback = keras.WandbCallback(log_batch_frequency=2)
        callback.model = Model()
        callback.on_train_begin()
        for batch in range(3):
            callback.on_train_batch_end(batch, {"loss": float(batch)})
        for epoch, loss in enumerate([3.0, 1.0, 2.0]):
            callback.on_epoch_end(epoch, {"val_loss": loss})
        callback.on_train_end()
    assert logged(run) == [
        {"loss": 0.0}, {"loss": 2.0}, {"epoch": 0, "val_loss": 3.0}, {"epoch": 1, "val_loss": 1.0},
        {"epoch": 2, "val_loss": 2.0},
    ]  # fmt: skip
    assert run.summary["best_val_loss"] == 1.0 and run.summary["best_epoch"] == 1
    assert kept == [["latest", "epoch_0", "best"], ["latest", "epoch_1", "best"]]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"mode": "most"}, "mode is 'auto', 'min' or 'max', not 'most'"),
        ({"log_gradients": True}, "log_gradients needs training_data"),
        ({"compute_flops": True}, "compute_flops is not part of Gnomon"),
        ({"input_type": "sound"}, "input_type is 'image'"),
        ({"typo": 1}, "has no argument 'typo'"),
    ],
)
def test_what_the_classic_callback_cannot_mean_is_said(
    alone: Path, keras: Any, arguments: dict[str, Any], says: str
) -> None:
    with gnomon.init(project="p", mode="offline"), pytest.raises(UsageError, match=says):
        keras.WandbCallback(**arguments)
