"""Checkpoints of a fit, as versions of an artifact."""

from __future__ import annotations

import os
import string
from collections.abc import Mapping
from typing import Any

from gnomon.integration import running
from gnomon.integration.keras.which import ModelCheckpoint
from gnomon.sdk import guard


class WandbModelCheckpoint(ModelCheckpoint):  # type: ignore[misc]  # Keras has no types
    """Keras' own ModelCheckpoint; what it saves is kept as a version of the artifact `run_<id>_model`, type `model`.

    The arguments are those of Keras. Versions get the aliases `latest` and `epoch_<n>` or `epoch_<n>_batch_<m>`; where
    `save_best_only` left an epoch out there is none of it. Raises Error where no run is active.
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
        **kwargs: Any,
    ) -> None:
        self._run = running.needed("WandbModelCheckpoint()")
        super().__init__(
            filepath=filepath, monitor=monitor, verbose=verbose, save_best_only=save_best_only,
            save_weights_only=save_weights_only, mode=mode, save_freq=save_freq,
            initial_value_threshold=initial_value_threshold, **kwargs,
        )  # fmt: skip
        self._kept: Any = None
        if save_best_only and not any(name for _, name, _, _ in string.Formatter().parse(str(self.filepath))):
            guard.warn_once(
                "checkpoint path", "with save_best_only a filepath with {epoch} tells which version is of which epoch"
            )

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Save after so many batches, and keep it."""
        super().on_train_batch_end(batch, logs)
        self._keep(self._current_epoch, batch, logs)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Save after the epoch, and keep it."""
        super().on_epoch_end(epoch, logs)
        if self.save_freq == "epoch":
            self._keep(epoch, None, logs)

    def _keep(self, epoch: int, batch: int | None, logs: Mapping[str, Any] | None) -> None:
        """Log what was saved since, if anything was."""
        try:
            path = str(self._get_file_path(epoch=epoch, batch=batch, logs=logs))
            changed = os.stat(path).st_mtime_ns
        except (KeyError, OSError):
            return  # no such metric yet, or nothing saved
        if self._kept == (path, changed):
            return
        self._kept = (path, changed)
        from gnomon.sdk.artifacts.artifact import Artifact

        artifact = Artifact(f"run_{self._run.id}_model", type="model")
        if os.path.isdir(path):
            artifact.add_dir(path)
        else:
            artifact.add_file(path)
        when = f"epoch_{epoch}" if batch is None else f"epoch_{epoch}_batch_{batch}"
        self._run.log_artifact(artifact, aliases=["latest", when])
