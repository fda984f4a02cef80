"""`WandbCallback`, the one callback of older scripts: metrics, the best model, weights, pictures of predictions."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gnomon.integration import running
from gnomon.integration.keras.predictions import Predictions
from gnomon.integration.keras.which import Callback, keras
from gnomon.sdk import guard
from gnomon.sdk.errors import UsageError

MODES = ("auto", "min", "max")
MORE_IS_BETTER = ("acc", "auc", "f1")
"""Parts of names of metrics whose greatest value is the best."""


class WandbCallback(Callback):  # type: ignore[misc]  # Keras has no types
    """Logs the metrics of each epoch under their own names, and `best_<monitor>` and `best_epoch` to the summary.

    The best model by `monitor` (`mode` is `auto`, `min` or `max`) is saved as `model-best.h5` in the run's folder with
    `save_model`, and kept as an artifact with `save_model_as_artifact`; `save_weights_only` leaves the layers out. With
    `save_graph` the Model tab shows the layers. `log_weights` logs histograms of all weights, `log_gradients` those of
    gradients over `training_data`, (x, y). `log_batch_frequency` logs every so many batches too.

    Of `validation_data`, (x, y), or what `generator` yields, `predictions` samples are shown with what the model thinks
    where `input_type` is `image`; `output_type` is `label`, `image` or `segmentation_mask`, `labels` names classes.
    With `log_evaluation` a table of them is logged at the end, or every `log_evaluation_frequency` epochs;
    `validation_row_processor(index, row)` and `prediction_row_processor(index, row)` make its columns. `class_colors`
    is accepted for old scripts: the page has its own. Raises Error where no run is active, UsageError for arguments
    that cannot be meant.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        verbose: int = 0,
        mode: str = "auto",
        save_weights_only: bool = False,
        log_weights: bool = False,
        log_gradients: bool = False,
        save_model: bool = True,
        training_data: tuple[Any, Any] | None = None,
        validation_data: tuple[Any, Any] | None = None,
        labels: Sequence[str] = (),
        predictions: int = 36,
        generator: Any = None,
        input_type: str | None = None,
        output_type: str | None = None,
        log_evaluation: bool = False,
        validation_steps: int | None = None,
        class_colors: Any = None,
        log_batch_frequency: int | None = None,
        log_best_prefix: str = "best_",
        save_graph: bool = True,
        validation_indexes: Sequence[Any] | None = None,
        validation_row_processor: Callable[[Any, Mapping[str, Any]], Mapping[str, Any]] | None = None,
        prediction_row_processor: Callable[[Any, Mapping[str, Any]], Mapping[str, Any]] | None = None,
        infer_missing_processors: bool = True,
        log_evaluation_frequency: int = 0,
        compute_flops: bool = False,
        save_model_as_artifact: bool = True,
        **kwargs: Any,
    ) -> None:
        self._run = running.needed("WandbCallback()")
        super().__init__()
        if kwargs:
            raise UsageError(f"WandbCallback() has no argument {next(iter(kwargs))!r}")
        if mode not in MODES:
            raise UsageError(f"mode is 'auto', 'min' or 'max', not {mode!r}")
        if log_gradients and training_data is None:
            raise UsageError("log_gradients needs training_data: (x, y) to compute them with")
        if compute_flops:
            raise UsageError("compute_flops is not part of Gnomon; tf.profiler counts them")
        self.monitor, self.mode, self.verbose = monitor, mode, verbose
        self.save_model, self.save_model_as_artifact = save_model, save_model_as_artifact
        self.save_weights_only, self.save_graph = save_weights_only, save_graph
        self.log_weights, self.log_gradients, self.training_data = log_weights, log_gradients, training_data
        self.log_batch_frequency, self.log_best_prefix = log_batch_frequency, log_best_prefix
        self.log_evaluation, self.log_evaluation_frequency = log_evaluation, log_evaluation_frequency
        self.filepath = os.path.join(self._run.dir, f"model-best{'.weights' if save_weights_only else ''}.h5")
        self.best: float | None = None
        self._predictions = Predictions(
            validation_data, generator, validation_steps, predictions, labels, input_type, output_type,
            validation_indexes, validation_row_processor, prediction_row_processor, infer_missing_processors,
        )  # fmt: skip

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Log what the model looks like, where it is built."""
        if self.save_graph and getattr(self.model, "built", False):
            with guard.guarded("log the model's graph"):
                from gnomon.sdk.values.graph import Graph

                self._run.summary["graph"] = Graph.from_keras(self.model)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Log the batch's metrics, where asked for."""
        if self.log_batch_frequency and batch % self.log_batch_frequency == 0:
            self._run.log(dict(logs or {}))

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Log one row, and keep the model where it is the best yet."""
        logs = dict(logs or {})
        row: dict[str, Any] = {"epoch": epoch, **logs}
        if self.log_weights:
            row.update(self._histograms("parameters", self.model.weights))
        if self.log_gradients:
            row.update(self._gradients())
        if self._predictions.are_pictures:
            with guard.guarded("log pictures of predictions"):
                row["examples"] = self._predictions.pictures(self.model)
        every = self.log_evaluation_frequency
        if self.log_evaluation and every and epoch % every == 0:
            row["eval_results"] = self._predictions.table(self.model)
        self._run.log(row)
        value = logs.get(self.monitor)
        if value is not None and self._is_better(float(value)):
            self.best = float(value)
            self._run.summary.update(
                {f"{self.log_best_prefix}{self.monitor}": self.best, f"{self.log_best_prefix}epoch": epoch}
                if self.log_best_prefix
                else {}
            )
            if self.save_model:
                self._save(epoch)

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Log the table of the evaluation, where asked for."""
        if self.log_evaluation and not self.log_evaluation_frequency:
            self._run.log({"eval_results": self._predictions.table(self.model)})

    def _is_better(self, value: float) -> bool:
        if self.best is None:
            return True
        most = self.mode == "max" or (self.mode == "auto" and any(part in self.monitor for part in MORE_IS_BETTER))
        return value > self.best if most else value < self.best

    def _save(self, epoch: int) -> None:
        if self.verbose:
            guard.say(f"epoch {epoch}: {self.monitor} is {self.best:.5f}, the best yet; saved as {self.filepath}")
        os.makedirs(os.path.dirname(self.filepath), exist_ok=True)
        if self.save_weights_only:
            self.model.save_weights(self.filepath, overwrite=True)
        else:
            self.model.save(self.filepath, overwrite=True)
        if self.save_model_as_artifact:
            from gnomon.sdk.artifacts.artifact import Artifact

            artifact = Artifact(f"model-{self._run.name}", type="model")
            artifact.add_file(self.filepath)
            self._run.log_artifact(artifact, aliases=["latest", f"epoch_{epoch}", "best"])
        else:
            self._run.save(self.filepath, policy="now")

    def _histograms(self, kind: str, named: Sequence[Any], values: Sequence[Any] | None = None) -> dict[str, Any]:
        from gnomon.sdk.values.histogram import Histogram

        found: dict[str, Any] = {}
        for at, weight in enumerate(named):
            value = weight if values is None else values[at]
            if value is None:
                continue
            name = getattr(weight, "path", None) or weight.name
            found[f"{kind}/{name.split(':')[0]}"] = Histogram(_array(value))
        return found

    def _gradients(self) -> dict[str, Any]:
        """Those of the loss over the training data."""
        import importlib

        tf = importlib.import_module("tensorflow")
        x, y = self.training_data or (None, None)
        with tf.GradientTape() as tape:
            loss = (
                tf.reduce_mean(self.model.compiled_loss(y, self.model(x, training=True)))
                if not hasattr(self.model, "compute_loss")
                else self.model.compute_loss(x=x, y=tf.convert_to_tensor(y), y_pred=self.model(x, training=True))
            )
        weights = self.model.trainable_weights
        return self._histograms("gradients", weights, tape.gradient(loss, [_variable(weight) for weight in weights]))


def _variable(weight: Any) -> Any:
    """The variable of TensorFlow's behind one of Keras 3."""
    value = getattr(weight, "value", weight)
    return weight if callable(value) else value


def _array(value: Any) -> Any:
    if hasattr(value, "indices") and hasattr(value, "values"):  # of embeddings, only the rows that were looked up
        value = value.values
    return keras.ops.convert_to_numpy(value) if hasattr(keras, "ops") else value.numpy()
