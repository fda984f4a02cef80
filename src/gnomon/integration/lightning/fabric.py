"""`WandbLogger` for Fabric and for the Trainer: `Fabric(loggers=WandbLogger(project="lines"))`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from gnomon.sdk import stand_in


def _logger() -> Any:
    """That of `lightning`, or of the older package `pytorch_lightning`."""
    try:
        return import_module("lightning.pytorch.loggers").WandbLogger
    except ModuleNotFoundError:
        return import_module("pytorch_lightning.loggers").WandbLogger


stand_in.use()
WandbLogger: Any = _logger()
