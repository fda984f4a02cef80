"""Ultralytics: `add_wandb_callback(model)` before `model.train(...)`; its own logger, for metrics, by `gnomon run`."""

from gnomon.integration.ultralytics.callback import WandBUltralyticsCallback, add_wandb_callback

__all__ = ["WandBUltralyticsCallback", "add_wandb_callback"]
