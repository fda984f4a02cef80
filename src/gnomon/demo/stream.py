"""A run of a million steps, with a hundred thousand lines: online learning from a stream that drifts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.datasets import load_diabetes

import gnomon
from gnomon.demo import source
from gnomon.demo.devices import NO_REAL_ONES, Devices

PROJECT = "long-run"
STEPS = 1_000_000
DEVICES = 8
NODES = ("node-0", "node-1")
CHECKPOINT_EVERY, CHECKPOINT_STEPS = 200_000, 20_000
"""Devices are less busy for so many steps while their weights are written down."""
ALARMING = 5.0
NOTES = (
    "Stochastic gradient descent on the diabetes data, one patient a step, for a million steps.\n\n"
    "The eight GPUs of its System tab are **simulated**: they show how devices stand beside the curves. The processor, "
    "the memory, the disk and the network there are real."
)


def seed(quick: bool = False) -> Iterator[str]:
    """The long run, a run that went on from its middle, and one that was begun twice."""
    steps = 20_000 if quick else STEPS
    yield f"{PROJECT}: {steps:,} steps of online learning"
    rate = 0.002
    config = {"dataset": "sklearn/diabetes", "lr": rate, "drift": 0.3}
    watched = gnomon.Settings(x_stats_sampling_interval=1.0, **NO_REAL_ONES)
    with gnomon.init(
        project=PROJECT, name="million-steps", notes=NOTES, tags=["long", "simulated-gpus"], config=config,
        settings=watched,
    ) as run:  # fmt: skip
        source.keep(run, __file__)
        weights = _learn(run, np.zeros(10), 0, steps, lr=rate, seed=0, devices=Devices(run, DEVICES, 0))
        long_run = run.id
    yield f"{PROJECT}: a fork from its middle, and a run that was begun twice"
    from_step = steps // 2
    with gnomon.init(
        project=PROJECT, name="half-rate-from-middle", fork_from=f"{long_run}?_step={from_step - 1}",
        config={**config, "lr": 0.001}, tags=["simulated-gpus"], settings=watched,
        notes="What half the rate does from the middle on. As if two machines with four GPUs each had gone on; "
        "the GPUs are **simulated**.",
    ) as run:  # fmt: skip
        source.keep(run, __file__)
        devices = Devices(run, DEVICES // len(NODES), 1, NODES)
        _learn(run, weights, from_step, from_step + steps // 10, lr=0.001, seed=1, devices=devices)
    with gnomon.init(project=PROJECT, name="stopped-and-resumed", config=config) as run:
        source.keep(run, __file__)
        weights = _learn(run, np.zeros(10), 0, steps // 20, lr=0.004, seed=2)
        again = run.id
    with gnomon.init(project=PROJECT, id=again, resume="must") as run:
        _learn(run, weights, steps // 20, steps // 10, lr=0.004, seed=3)


def _learn(
    run: Any, weights: Any, first: int, last: int, *, lr: float, seed: int, devices: Devices | None = None
) -> Any:
    """One patient a step; what is to be learned drifts slowly, so that the loss never settles for good."""
    patients, target = load_diabetes(return_X_y=True)
    patients = patients / patients.std(axis=0)
    target = (target - target.mean()) / target.std()
    rng = np.random.default_rng(seed)
    chosen = rng.integers(0, len(patients), last - first)
    noise = rng.standard_normal(last - first) * 0.1
    average, alarmed = 1.0, False
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
        if devices is not None and step % 500 == 0:
            devices.sample(0.45 if step % CHECKPOINT_EVERY < CHECKPOINT_STEPS else 1.0)
        if error * error > ALARMING and not alarmed:
            alarmed = True
            text = f"{error * error:.2f} at step {step:,}, where the mean is {average:.2f}; patient {chosen[at]}."
            run.alert(f"A loss over {ALARMING:g}", text, level="WARN")
        run.log(row, step=step)
        if step % 10 == 0:
            level = "\x1b[33mWARN\x1b[0m" if error * error > 4 else "\x1b[32mINFO\x1b[0m"
            print(f"{level} step {step:>9,} loss {error * error:8.4f} avg {average:.4f}")
    return weights
