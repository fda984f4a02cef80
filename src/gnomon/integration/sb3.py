"""Stable-Baselines3: `model.learn(..., callback=WandbCallback())`; metrics come by `init(sync_tensorboard=True)`."""

from __future__ import annotations

import os

from stable_baselines3.common.callbacks import BaseCallback  # type: ignore[import-not-found]

from gnomon.integration import running
from gnomon.sdk.errors import UsageError

WATCHED = ("gradients", "parameters", "all", None)


class WandbCallback(BaseCallback):  # type: ignore[misc]  # it has no types here
    """Keeps the algorithm's settings in the config, and where asked for its model and its gradients.

    `model_save_path` is a folder in which the model is saved as `model.zip`, every `model_save_freq` calls and at the
    end, and kept with the run. With `gradient_save_freq` the policy is watched; `log` says what of it: `gradients`,
    `parameters`, `all` or None. Raises Error where no run is active, UsageError for arguments that cannot be meant.
    """

    def __init__(
        self,
        verbose: int = 0,
        model_save_path: str | None = None,
        model_save_freq: int = 0,
        gradient_save_freq: int = 0,
        log: str | None = "all",
    ) -> None:
        super().__init__(verbose)
        self._run = running.needed("WandbCallback()")
        if log not in WATCHED:
            raise UsageError(f"log is 'gradients', 'parameters', 'all' or None, not {log!r}")
        if model_save_freq and model_save_path is None:
            raise UsageError("model_save_freq needs the folder to save in: model_save_path")
        self.model_save_path = model_save_path
        self.model_save_freq = model_save_freq
        self.gradient_save_freq = gradient_save_freq
        self.log = log
        if model_save_path is not None:
            os.makedirs(model_save_path, exist_ok=True)
            self.path = os.path.join(model_save_path, "model.zip")

    def _init_callback(self) -> None:
        known: dict[str, object] = {"algo": type(self.model).__name__}
        for key, value in vars(self.model).items():
            known[key] = value if isinstance(value, (bool, int, float, str)) else str(value)
        if self.gradient_save_freq > 0:
            self._run.watch(self.model.policy, log=self.log, log_freq=self.gradient_save_freq)
        self._run.config.setdefaults(known)

    def _on_step(self) -> bool:
        if self.model_save_freq > 0 and self.n_calls % self.model_save_freq == 0:
            self.save_model()
        return True

    def _on_training_end(self) -> None:
        if self.model_save_path is not None:
            self.save_model()

    def save_model(self) -> None:
        """Save the model, and keep it with the run."""
        self.model.save(self.path)
        self._run.save(self.path, base_path=self.model_save_path)
