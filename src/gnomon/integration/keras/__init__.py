"""Keras, 2 and 3: `model.fit(..., callbacks=[WandbMetricsLogger(), WandbModelCheckpoint("model.keras")])`."""

from gnomon.integration.keras.callbacks import WandbEvalCallback, WandbMetricsLogger, WandbModelCheckpoint
from gnomon.integration.keras.classic import WandbCallback

__all__ = ["WandbCallback", "WandbEvalCallback", "WandbMetricsLogger", "WandbModelCheckpoint"]
