"""Metrics of a fit, for each epoch or each few batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gnomon.integration import running
from gnomon.integration.keras.which import Callback
from gnomon.sdk import guard
from gnomon.sdk.errors import UsageError


class WandbMetricsLogger(Callback):  # type: ignore[misc]  # Keras has no types
    """Logs the metrics of each epoch as `epoch/<name>`, with the learning rate, drawn over `epoch/epoch`.

    With `log_freq="batch"`, or a number of batches, also those of every so many batches as `batch/<name>`, drawn over
    `batch/batch_step`. `initial_global_step` is the step that learning rate schedules begin with where training is
    resumed. Raises Error where no run is active, UsageError for another `log_freq`.
    """

    def __init__(self, log_freq: str | int = "epoch", initial_global_step: int = 0, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._run = running.needed("WandbMetricsLogger()")
        if log_freq == "batch":
            log_freq = 1
        if log_freq != "epoch" and (isinstance(log_freq, (bool, str)) or log_freq < 1):
            raise UsageError(f"log_freq is 'epoch', 'batch' or a number of batches, not {log_freq!r}")
        self.logging_batch_wise = log_freq != "epoch"
        self.log_freq = log_freq if self.logging_batch_wise else None
        self.global_batch = 0
        self.global_step = initial_global_step
        if self.logging_batch_wise:
            self._run.define_metric("batch/batch_step")
            self._run.define_metric("batch/*", step_metric="batch/batch_step")
        else:
            self._run.define_metric("epoch/epoch")
            self._run.define_metric("epoch/*", step_metric="epoch/epoch")

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Log the epoch's metrics."""
        self._run.log({**_named("epoch", logs), "epoch/epoch": epoch, **self._rate("epoch/learning_rate")})

    def on_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Log the batch's metrics, where it is one of those."""
        self.global_step += 1
        if self.log_freq is None or batch % int(self.log_freq):
            return
        row = {**_named("batch", logs), "batch/batch_step": self.global_batch, **self._rate("batch/learning_rate")}
        self._run.log(row)
        self.global_batch += int(self.log_freq)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """The same; Keras calls it by this name."""
        self.on_batch_end(batch, logs)

    def _rate(self, key: str) -> dict[str, float]:
        """The learning rate now: a number, a variable, or what a schedule says of this step."""
        try:
            rate = self.model.optimizer.learning_rate
            if callable(rate) and not hasattr(rate, "shape"):
                rate = rate(self.global_step)
            rate = getattr(rate, "value", rate)
            if callable(rate):
                rate = rate()
            if hasattr(rate, "detach"):
                rate = rate.detach().cpu()
            return {key: float(rate.numpy() if hasattr(rate, "numpy") else rate)}
        except Exception as error:
            guard.warn_once("learning rate", f"the learning rate cannot be read and is not logged: {error}")
            return {}


def _named(part: str, logs: Mapping[str, Any] | None) -> dict[str, Any]:
    return {f"{part}/{name}": value for name, value in (logs or {}).items()}
