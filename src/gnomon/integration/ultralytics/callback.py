"""Tables of what a YOLO model finds, while it is trained, validated and used; and its checkpoints."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from importlib import import_module
from typing import Any

from gnomon.integration.ultralytics import pictures
from gnomon.sdk import current, guard
from gnomon.sdk.errors import UsageError


class WandBUltralyticsCallback:
    """What `add_wandb_callback` adds to a model; its arguments are explained there."""

    def __init__(
        self,
        model: Any,
        epoch_logging_interval: int = 1,
        max_validation_batches: int | None = 1,
        enable_model_checkpointing: bool = False,
        visualize_skeleton: bool | None = False,
    ) -> None:
        if epoch_logging_interval < 1:
            raise UsageError(f"epoch_logging_interval is a number of epochs, not {epoch_logging_interval!r}")
        self.epoch_logging_interval = epoch_logging_interval
        self.max_validation_batches = 1 if max_validation_batches is None else max_validation_batches
        self.enable_model_checkpointing = enable_model_checkpointing
        self.visualize_skeleton = bool(visualize_skeleton)
        self.task: str = model.task
        self.model_name = os.path.splitext(os.path.basename(str(model.overrides.get("model", "yolo"))))[0]
        self._model = model
        self._train_rows: list[list[Any]] = []
        self._epoch: int | None = None

    def on_train_start(self, trainer: Any) -> None:
        """Keep the arguments of the training."""
        _run(trainer, "train").config.update({"train": vars(trainer.args)}, allow_val_change=True)

    def on_fit_epoch_end(self, trainer: Any) -> None:
        """Show what the model finds in pictures of the validation; keep its checkpoint, where asked for."""
        if self._epoch == trainer.epoch:  # called once more at the very end
            return
        self._epoch = trainer.epoch
        with guard.guarded("log what the model finds"):
            if self.task in pictures.FOUND and (trainer.epoch + 1) % self.epoch_logging_interval == 0:
                model = trainer.ema.ema if trainer.ema else trainer.model
                rows = self._validated(trainer.validator, model)
                self._train_rows += [[row[0], trainer.epoch, *row[1:]] for row in rows]
            if self.enable_model_checkpointing:
                self._save(trainer)

    def on_train_end(self, trainer: Any) -> None:
        """Log the table of all epochs."""
        if self._train_rows:
            names = ["Model-Name", "Epoch", "Data-Index", "Batch-Index", *pictures.columns(self.task)]
            _run(trainer, "train").log({"Train-Table": _table(names, self._train_rows)}, commit=False)

    def on_val_start(self, validator: Any) -> None:
        """Begin a run, where none is active."""
        _run(validator, "validation")

    def on_val_end(self, validator: Any) -> None:
        """Log a table of a validation of its own; those of a training are in the training's table."""
        if getattr(validator, "training", False) or self.task not in pictures.FOUND:
            return
        with guard.guarded("log what the model finds"):
            rows = self._validated(validator, self._model.model)
            names = ["Model-Name", "Data-Index", "Batch-Index", *pictures.columns(self.task)]
            _run(validator, "validation").log({"Validation-Table": _table(names, rows)}, commit=False)

    def on_predict_start(self, predictor: Any) -> None:
        """Begin a run, where none is active."""
        _run(predictor, "prediction")

    def on_predict_end(self, predictor: Any) -> None:
        """Log a table of what was found."""
        if self.task not in pictures.FOUND:
            return
        with guard.guarded("log what the model finds"):
            results = predictor.results or []
            rows = [[self.model_name, *pictures.row(self.task, one, None, self.visualize_skeleton)] for one in results]
            names = ["Model-Name", *pictures.columns(self.task)]
            _run(predictor, "prediction").log({"Prediction-Table": _table(names, rows)}, commit=False)

    @property
    def callbacks(self) -> dict[str, Callable[[Any], None]]:
        """The methods by the names of the events they are for."""
        names = ("on_train_start", "on_fit_epoch_end", "on_train_end", "on_val_start", "on_val_end")
        return {name: getattr(self, name) for name in (*names, "on_predict_start", "on_predict_end")}

    def _validated(self, validator: Any, model: Any) -> list[list[Any]]:
        """A row for each picture of the first batches of a validation."""
        predictor = self._predictor(model)
        names = dict(validator.names or {})
        rows: list[list[Any]] = []
        index = 0
        for number, batch in enumerate(validator.dataloader):
            if number >= self.max_validation_batches:
                break
            for at in range(len(batch["img"])):
                source = batch["im_file"][at] if "im_file" in batch else batch["img"][at : at + 1].float()
                (result, *_) = predictor(source)
                really = pictures.truth(batch, at, names)
                shown = pictures.row(self.task, result, really, self.visualize_skeleton)
                rows.append([self.model_name, index, number, *shown])
                index += 1
        return rows

    def _predictor(self, model: Any) -> Any:
        """One that tells nobody of what it does, over a copy of the model as it is now."""
        kind = self._model.task_map[self.task]["predictor"]
        given = {**self._model.overrides, "conf": 0.1, "save": False, "verbose": False, "mode": "predict"}
        found = kind(overrides=given)
        found.callbacks = {}
        found.setup_model(model=copy.deepcopy(model).eval().float(), verbose=False)
        return found

    def _save(self, trainer: Any) -> None:
        from gnomon.sdk.artifacts.artifact import Artifact

        torch: Any = import_module("torch")
        path = trainer.wdir / f"epoch{trainer.epoch}.pt"
        kept = {
            "epoch": trainer.epoch, "best_fitness": trainer.best_fitness, "train_args": vars(trainer.args),
            "model": copy.deepcopy(trainer.ema.ema if trainer.ema else trainer.model).half(),
            "optimizer": trainer.optimizer.state_dict(), "version": import_module("ultralytics").__version__,
        }  # fmt: skip
        torch.save(kept, path)
        run = _run(trainer, "train")
        artifact = Artifact(f"run_{run.id}_model", type="model")
        artifact.add_file(str(path))
        run.log_artifact(artifact, aliases=["latest", f"epoch_{trainer.epoch}"])


def add_wandb_callback(
    model: Any,
    epoch_logging_interval: int = 1,
    enable_model_checkpointing: bool = False,
    enable_train_validation_logging: bool = True,
    enable_validation_logging: bool = True,
    enable_prediction_logging: bool = True,
    max_validation_batches: int | None = 1,
    visualize_skeleton: bool | None = True,
) -> Any:
    """Let a YOLO model log what it finds as tables of pictures with boxes, masks or skeletons; the model is returned.

    The pictures are those of the first `max_validation_batches` batches of the validation, every
    `epoch_logging_interval` epochs of a training (`Train-Table`, and checkpoints with `enable_model_checkpointing`),
    after `model.val()` (`Validation-Table`), and what `model(...)` is asked of (`Prediction-Table`). A run is begun
    where none is active. Of several processes the first one logs. Raises UsageError for an interval below 1.
    """
    if import_module("ultralytics.utils").RANK not in (-1, 0):
        return model
    made = WandBUltralyticsCallback(
        model, epoch_logging_interval, max_validation_batches, enable_model_checkpointing, visualize_skeleton
    )
    wanted = {"on_train_start"}
    if enable_train_validation_logging:
        wanted |= {"on_fit_epoch_end", "on_train_end"}
    if enable_validation_logging:
        wanted |= {"on_val_start", "on_val_end"}
    if enable_prediction_logging:
        wanted |= {"on_predict_start", "on_predict_end"}
    for event, act in made.callbacks.items():
        if event in wanted:
            model.add_callback(event, act)
    return model


def _run(whose: Any, kind: str) -> Any:
    """The active run, or a new one."""
    active = current.get()
    if active is not None:
        return active
    from gnomon.sdk.init import init

    project = str(getattr(whose.args, "project", None) or "YOLOv8").replace("/", "-")
    return init(project=project, job_type=f"{kind}_{whose.args.task}")


def _table(names: list[str], rows: list[list[Any]]) -> Any:
    from gnomon.sdk.tables.table import Table

    return Table(columns=names, data=rows, allow_mixed_types=True)
