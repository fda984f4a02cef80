"""Real curves: networks of `examples/digits.py` that learn, and what they log at every step."""

from __future__ import annotations

import contextlib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from examples.digits import Plan, read_digits, train

KEYS = ("train/loss", "train/accuracy", "train/confidence", "optim/lr", "optim/grad_norm", "epoch")
"""What is logged at every step and is the same each time: losses and confidences are float32, accuracies are 64ths."""
PLANS = (
    Plan(hidden=(64, 32), lr=0.1),
    Plan(hidden=(64,), lr=0.03, schedule="steps", seed=1),
    Plan(hidden=(32, 32), lr=0.3, schedule="constant", seed=2),
)


class Recorder:
    """Stands for a run."""

    def __init__(self) -> None:
        self.summary: dict[str, Any] = {}
        self.rows: list[list[float]] = []

    def log(self, row: dict[str, Any]) -> None:
        self.rows.append([float(row[key]) for key in KEYS])


def record(path: Path, steps: int) -> None:
    """Trains, so many steps each, and writes what `data.recorded` reads."""
    data = read_digits()
    arrays: dict[str, Any] = {"runs": len(PLANS)}
    for number, plan in enumerate(PLANS, start=1):
        recorder = Recorder()
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            train(recorder, replace(plan, steps=steps), data)
        arrays[f"values_{number}"] = np.array(recorder.rows).T
    np.savez(path, **arrays)
