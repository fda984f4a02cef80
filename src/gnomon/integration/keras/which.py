"""The Keras that the script uses: Keras 3, or that of an older TensorFlow."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any


def _found() -> Any:
    if os.environ.get("TF_USE_LEGACY_KERAS", "").lower() in ("1", "true"):
        return import_module("tf_keras")
    if "keras" not in sys.modules and "tensorflow" in sys.modules:
        return import_module("tensorflow").keras
    return import_module("keras")


keras = _found()
Callback: Any = keras.callbacks.Callback
ModelCheckpoint: Any = keras.callbacks.ModelCheckpoint
