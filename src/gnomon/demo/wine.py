"""A search over five parameters of a network that tells three wines apart."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

import gnomon
from gnomon.demo import bottles

PROJECT = "wine-sweep"
CONFIG: dict[str, Any] = {
    "name": "wine, bayes",
    "method": "bayes",
    "metric": {"name": "val/loss", "goal": "minimize"},
    "parameters": {
        "lr": {"distribution": "log_uniform_values", "min": 1e-4, "max": 0.3},
        "hidden": {"values": [4, 8, 16, 32, 64]},
        "alpha": {"distribution": "log_uniform_values", "min": 1e-6, "max": 0.1},
        "batch_size": {"values": [8, 16, 32]},
        "activation": {"values": ["relu", "tanh", "logistic"]},
    },
}
TWO_METRICS: dict[str, Any] = {
    "name": "wine, small and good",
    "description": "How few weights are enough? The front is what no other run is better than in both.",
    "method": "random",
    "metrics": [{"name": "val/loss", "goal": "minimize"}, {"name": "weights", "goal": "minimize"}],
    "parameters": {
        "lr": {"distribution": "log_uniform_values", "min": 1e-3, "max": 0.1},
        "hidden": {"values": [2, 3, 4, 6, 8, 12, 16, 24, 32]},
        "alpha": {"value": 1e-4},
        "batch_size": {"value": 16},
        "activation": {"values": ["relu", "tanh"]},
    },
}
EPOCHS = 30


def seed(quick: bool = False) -> Iterator[str]:
    """Make two sweeps and work through them; then a run that shows what was searched on."""
    x, y = load_wine(return_X_y=True)
    parts = train_test_split(StandardScaler().fit_transform(x), y, test_size=0.4, stratify=y, random_state=0)
    for config, trials in ((CONFIG, 6 if quick else 36), (TWO_METRICS, 3 if quick else 14)):
        sweep = gnomon.sweep({**config, "run_cap": trials}, project=PROJECT)
        yield f"{PROJECT}: {trials} trials of the sweep {sweep}, {config['name']}"
        gnomon.agent(sweep, function=lambda: _train(*parts), project=PROJECT, count=trials)
    yield f"{PROJECT}: a look at the wines"
    bottles.show(PROJECT)


def _train(train_x: Any, val_x: Any, train_y: Any, val_y: Any) -> None:
    with gnomon.init(project=PROJECT) as run, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asked = run.config
        model = MLPClassifier(
            (asked["hidden"],), activation=asked["activation"], alpha=asked["alpha"], solver="adam",
            learning_rate_init=asked["lr"], batch_size=asked["batch_size"], random_state=0,
        )  # fmt: skip
        rng = np.random.default_rng(0)
        run.summary["weights"] = (train_x.shape[1] + 1) * asked["hidden"] + (asked["hidden"] + 1) * 3
        for epoch in range(EPOCHS):
            order = rng.permutation(len(train_x))
            for start in range(0, len(order), asked["batch_size"]):
                chosen = order[start : start + asked["batch_size"]]
                model.partial_fit(train_x[chosen], train_y[chosen], classes=np.arange(3))
            likelihood = np.clip(model.predict_proba(val_x), 1e-12, 1)
            loss = float(-np.log(likelihood[np.arange(len(val_y)), val_y]).mean())
            run.log(
                {
                    "train/loss": float(model.loss_),
                    "val/loss": loss if math.isfinite(loss) else math.inf,
                    "val/accuracy": float((likelihood.argmax(axis=1) == val_y).mean()),
                    "epoch": epoch,
                }
            )
