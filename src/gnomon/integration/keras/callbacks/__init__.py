"""What is logged of a fit: metrics, checkpoints, predictions."""

from gnomon.integration.keras.callbacks.metrics_logger import WandbMetricsLogger
from gnomon.integration.keras.callbacks.model_checkpoint import WandbModelCheckpoint
from gnomon.integration.keras.callbacks.tables_builder import WandbEvalCallback

__all__ = ["WandbEvalCallback", "WandbMetricsLogger", "WandbModelCheckpoint"]
