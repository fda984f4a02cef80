"""A run of a million steps, with a hundred thousand lines: online learning from a stream that drifts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.datasets import load_diabetes

import gnomon

PROJECT = "long-run"
STEPS = 1_000_000
DEVICES = 4
NOTES = (
    "Stochastic gradient descent on the diabetes data, one patient a step, for a million steps. "
    "What stands under `simulated_gpu/` is made up: there is no GPU in this run."
)


def seed(quick: bool = False) -> Iterator[str]:
    """The long run, a run that went on from its middle, and one that was begun twice."""
    steps = 20_000 if quick else STEPS
    yield f"{PROJECT}: {steps:,} steps of online learning"
    rate = 0.002
    config = {"dataset": "sklearn/diabetes", "lr": rate, "drift": 0.3}
    with gnomon.init(project=PROJECT, name="million-steps", notes=NOTES, tags=["long"], config=config) as run:
        weights = _learn(run, np.zeros(10), 0, steps, lr=rate, seed=0)
        long_run = run.id
    yield f"{PROJECT}: a fork from its middle, and a run that was begun twice"
    from_step = steps // 2
    with gnomon.init(
        project=PROJECT, name="half-rate-from-middle", fork_from=f"{long_run}?_step={from_step - 1}",
        config={**config, "lr": 0.001},
    ) as run:  # fmt: skip
        _learn(run, weights, from_step, from_step + steps // 10, lr=0.001, seed=1)
    with gnomon.init(project=PROJECT, name="stopped-and-resumed", config=config) as run:
        weights = _learn(run, np.zeros(10), 0, steps // 20, lr=0.004, seed=2)
        again = run.id
    with gnomon.init(project=PROJECT, id=again, resume="must") as run:
        _learn(run, weights, steps // 20, steps // 10, lr=0.004, seed=3)


def _learn(run: Any, weights: Any, first: int, last: int, *, lr: float, seed: int) -> Any:
    """One patient a step; what is to be learned drifts slowly, so that the loss never settles for good."""
    patients, target = load_diabetes(return_X_y=True)
    patients = patients / patients.std(axis=0)
    target = (target - target.mean()) / target.std()
    rng = np.random.default_rng(seed)
    chosen = rng.integers(0, len(patients), last - first)
    noise = rng.standard_normal(last - first) * 0.1
    average = 1.0
    for at, step in enumerate(range(first, last)):
        x = patients[chosen[at]]
        drift = 0.3 * math.sin(step / 90_000)
        error = float(x @ weights) - (target[chosen[at]] + drift * x[2] + noise[at])
        weights = weights - lr * error * x
        average += 0.002 * (error * error - average)
        row = {"train/loss": error * error, "train/loss_avg": average}
        if step % 100 == 0:
            row["optim/weight_norm"] = float(np.sqrt(weights @ weights))
            row["stream/drift"] = drift
        if step % 500 == 0:
            row |= _simulated(step, rng)
        run.log(row, step=step)
        if step % 10 == 0:
            level = "\x1b[33mWARN\x1b[0m" if error * error > 8 else "\x1b[32mINFO\x1b[0m"
            print(f"{level} step {step:>9,} loss {error * error:8.4f} avg {average:.4f}")
    return weights


def _simulated(step: int, rng: Any) -> dict[str, float]:
    """Devices as they look while they are busy, with a pause for each checkpoint. Made up, and called so."""
    busy = 0.15 if step % 50_000 < 2_000 else 1.0
    out: dict[str, float] = {}
    for device in range(DEVICES):
        use = busy * (94 - device * 1.5) + rng.normal(0, 1.5)
        out[f"simulated_gpu/{device}.utilisation"] = float(np.clip(use, 0, 100))
        out[f"simulated_gpu/{device}.temperature_c"] = 38 + 0.36 * use + device
        out[f"simulated_gpu/{device}.power_w"] = 70 + 5.2 * max(use, 0)
        out[f"simulated_gpu/{device}.memory_gb"] = 61.5 + device * 0.2
    return out
