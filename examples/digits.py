"""Train a small neural network on handwritten digits, and watch it learn.

    gnomon server                                   # in one terminal
    pip install scikit-learn pillow
    python examples/digits.py --lr 0.1 --hidden 256 128

The data are scikit-learn's 1,797 scanned digits of 8x8 pixels; they come with that package. The network is written
out in numpy, so that nothing stands between the numbers and the curves.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import gnomon as wandb

Array = NDArray[np.float32]
Labels = NDArray[np.int64]
Layers = list[tuple[Array, Array]]
"""Weights and biases, from the pixels to the ten classes."""


@dataclass(frozen=True)
class Plan:
    """What is tried in one run; logged as its config."""

    hidden: tuple[int, ...] = (256, 128)
    lr: float = 0.1
    schedule: str = "cosine"
    momentum: float = 0.9
    weight_decay: float = 1e-4
    batch_size: int = 64
    steps: int = 16_000
    warmup_steps: int = 400
    shift_pixels: int = 1
    half_softmax: bool = False
    seed: int = 0
    eval_every: int = 100


@dataclass(frozen=True)
class Digits:
    """The data, split once and the same way for every run."""

    train_x: Array
    train_y: Labels
    val_x: Array
    val_y: Labels


def read_digits() -> Digits:
    bunch = load_digits()
    pixels = (bunch.data / 16.0).astype(np.float32)
    train_x, val_x, train_y, val_y = train_test_split(
        pixels, bunch.target, test_size=0.25, stratify=bunch.target, random_state=0
    )
    return Digits(train_x, train_y, val_x, val_y)


def start_layers(sizes: list[int], rng: np.random.Generator) -> Layers:
    """He's initialisation, which keeps the variance of ReLU layers."""
    return [
        ((rng.standard_normal((a, b)) * math.sqrt(2 / a)).astype(np.float32), np.zeros(b, np.float32))
        for a, b in pairwise(sizes)
    ]


def forward(layers: Layers, x: Array) -> list[Array]:
    """What every layer puts out, the input first and the logits last."""
    outputs = [x]
    for number, (weights, biases) in enumerate(layers, start=1):
        x = x @ weights + biases
        if number < len(layers):
            x = np.maximum(x, 0)
        outputs.append(x)
    return outputs


def log_softmax(logits: Array, half: bool = False) -> Array:
    """The log of the probabilities. In half precision and without the shift, exp() overflows as soon as the network
    is sure of something: a mistake that is still made, and what its curve looks like."""
    if half:
        odds = np.exp(logits.astype(np.float16))
        likelihood: Array = np.log(odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)
        return likelihood
    shifted = logits - logits.max(axis=1, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result


def gradients(layers: Layers, outputs: list[Array], log_likelihood: Array, labels: Labels, decay: float) -> Layers:
    """Backpropagation of the mean cross-entropy, with weight decay on the weights."""
    delta = np.exp(log_likelihood)
    delta[np.arange(len(labels)), labels] -= 1
    delta /= len(labels)
    backwards: Layers = []
    for (weights, _), entering in zip(reversed(layers), reversed(outputs[:-1]), strict=True):
        backwards.append((entering.T @ delta + decay * weights, delta.sum(axis=0)))
        delta = (delta @ weights.T) * (entering > 0)
    return backwards[::-1]


def norm(layers: Layers) -> float:
    return math.sqrt(sum(float(np.vdot(part, part)) for pair in layers for part in pair))


def learning_rate(plan: Plan, step: int) -> float:
    if step < plan.warmup_steps:
        return plan.lr * (step + 1) / plan.warmup_steps
    done = (step - plan.warmup_steps) / max(1, plan.steps - plan.warmup_steps)
    match plan.schedule:
        case "cosine":
            return plan.lr * 0.5 * (1 + math.cos(math.pi * done))
        case "steps":
            return plan.lr * 0.3 ** int(done * 4)
        case _:
            return plan.lr


def batches(data: Digits, plan: Plan, rng: np.random.Generator) -> Iterator[tuple[int, Array, Labels]]:
    """Epoch after epoch in a new order, every digit moved by up to `shift_pixels`."""
    epoch, order, at = 0, rng.permutation(len(data.train_x)), 0
    while True:
        if at + plan.batch_size > len(order):
            epoch, order, at = epoch + 1, rng.permutation(len(data.train_x)), 0
        chosen = order[at : at + plan.batch_size]
        at += plan.batch_size
        pixels = data.train_x[chosen].reshape(-1, 8, 8)
        down, right = rng.integers(-plan.shift_pixels, plan.shift_pixels + 1, size=2)
        yield epoch, np.roll(pixels, (down, right), axis=(1, 2)).reshape(-1, 64), data.train_y[chosen]


@dataclass(frozen=True)
class Verdict:
    """The network on the validation digits."""

    log_likelihood: Array
    said: Labels
    metrics: dict[str, float]


def evaluate(layers: Layers, data: Digits) -> Verdict:
    log_likelihood = log_softmax(forward(layers, data.val_x)[-1])
    said = log_likelihood.argmax(axis=1)
    confusion = np.zeros((10, 10))
    np.add.at(confusion, (data.val_y, said), 1)
    hits = confusion.diagonal()
    recall = hits / confusion.sum(axis=1)
    f1 = 2 * hits / np.maximum(confusion.sum(axis=0) + confusion.sum(axis=1), 1)
    metrics = {
        "val/loss": float(-log_likelihood[np.arange(len(said)), data.val_y].mean()),
        "val/accuracy": float((said == data.val_y).mean()),
        "val/f1_macro": float(f1.mean()),
        **{f"recall/digit_{digit}": float(recall[digit]) for digit in range(10)},
    }
    return Verdict(log_likelihood, said, metrics)


def picture(pixels: Array, caption: str) -> wandb.Image:
    """A digit, large enough to be looked at."""
    grey = (255 * (1 - np.clip(pixels.reshape(8, 8), 0, 1))).astype(np.uint8)
    return wandb.Image(np.kron(grey, np.ones((12, 12), np.uint8)), caption=caption)


def pictures(verdict: Verdict, data: Digits, chosen: NDArray[np.intp]) -> list[wandb.Image]:
    def caption(i: int) -> str:
        said, is_digit = int(verdict.said[i]), int(data.val_y[i])
        sure = math.exp(float(verdict.log_likelihood[i, said]))
        return f"{said} ({sure:.0%})" if said == is_digit else f"said {said} ({sure:.0%}), is {is_digit}"

    return [picture(data.val_x[i], caption(int(i))) for i in chosen]


def hardest(verdict: Verdict, data: Digits, count: int) -> NDArray[np.intp]:
    """The digits to which the network gave the least probability of being what they are."""
    return np.argsort(verdict.log_likelihood[np.arange(len(data.val_y)), data.val_y])[:count]


def show_progress(step: int, steps: int, loss: float, accuracy: float) -> None:
    """A bar that is drawn over itself, as training scripts do."""
    filled = round(30 * step / steps)
    bar = "█" * filled + "░" * (30 - filled)
    print(f"\r{step / steps:4.0%} {bar} {step}/{steps} loss {loss:.4f} acc {accuracy:.3f}", end="", file=sys.stderr)
    if step == steps:
        print(file=sys.stderr)


def train(run: Any, plan: Plan, data: Digits) -> None:
    rng = np.random.default_rng(plan.seed)
    layers = start_layers([64, *plan.hidden, 10], rng)
    moving: Layers = [(np.zeros_like(weights), np.zeros_like(biases)) for weights, biases in layers]
    parameters = sum(part.size for pair in layers for part in pair)
    run.summary["parameters"] = parameters
    print(f"{len(data.train_x)} digits to learn from, {len(data.val_x)} to be judged by, {parameters:,} parameters")

    feed = batches(data, plan, rng)
    verdict = evaluate(layers, data)
    best = 0.0
    for step in range(plan.steps):
        began = time.perf_counter()
        epoch, x, y = next(feed)
        outputs = forward(layers, x)
        likelihood = log_softmax(outputs[-1], plan.half_softmax)
        of_the_right_digit = likelihood[np.arange(len(y)), y]
        loss = float(-of_the_right_digit.mean())
        accuracy = float((outputs[-1].argmax(axis=1) == y).mean())
        slopes = gradients(layers, outputs, likelihood, y, plan.weight_decay)
        lr = learning_rate(plan, step)
        for pair, speed, slope in zip(layers, moving, slopes, strict=True):
            for part, velocity, down in zip(pair, speed, slope, strict=True):
                velocity *= plan.momentum
                velocity -= lr * down
                part += velocity
        step_secs = time.perf_counter() - began

        row: dict[str, Any] = {
            "train/loss": loss,
            "train/accuracy": accuracy,
            "train/confidence": float(np.exp(of_the_right_digit).mean()),
            "optim/lr": lr,
            "optim/grad_norm": norm(slopes),
            "perf/samples_per_s": len(y) / step_secs,
            "perf/step_ms": step_secs * 1e3,
            "epoch": epoch,
        }
        if (step + 1) % plan.eval_every == 0:
            verdict = evaluate(layers, data)
            row |= verdict.metrics | {"optim/weight_norm": norm(layers)}
            if verdict.metrics["val/accuracy"] > best:
                best = verdict.metrics["val/accuracy"]
                run.summary["best/step"] = step
            show_progress(step + 1, plan.steps, loss, verdict.metrics["val/accuracy"])
        if (step + 1) % max(1, plan.steps // 5) == 0:
            row["samples/predictions"] = pictures(verdict, data, np.arange(12))
            row["samples/hard_cases"] = pictures(verdict, data, hardest(verdict, data, 8))
        run.log(row)

        if not math.isfinite(loss) and step % 400 == 399:
            print(f"\nthe loss is {loss}: nothing more will be learned, stopping at step {step}")
            run.summary["diverged"] = True
            break

    wrong = int((verdict.said != data.val_y).sum())
    run.summary["best/accuracy"] = best
    run.summary["val/mistakes"] = wrong
    print(f"best validation accuracy {best:.2%}; {wrong} of {len(data.val_y)} digits misread at the end")


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    plan = Plan()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hidden", type=int, nargs="*", default=list(plan.hidden), help="sizes of the hidden layers")
    parser.add_argument("--lr", type=float, default=plan.lr)
    parser.add_argument("--schedule", choices=["cosine", "steps", "constant"], default=plan.schedule)
    parser.add_argument("--momentum", type=float, default=plan.momentum)
    parser.add_argument("--weight-decay", type=float, default=plan.weight_decay)
    parser.add_argument("--batch-size", type=int, default=plan.batch_size)
    parser.add_argument("--steps", type=int, default=plan.steps)
    parser.add_argument("--half-softmax", action="store_true", help="overflow, and see NaN")
    parser.add_argument("--seed", type=int, default=plan.seed)
    parser.add_argument("--project", default="digits")
    parser.add_argument("--name")
    parser.add_argument("--group")
    parser.add_argument("--job-type", default="train")
    parser.add_argument("--tag", action="append", default=[], dest="tags")
    parser.add_argument("--notes")
    return parser.parse_args(arguments)


def main() -> None:
    given = parse()
    plan = Plan(
        hidden=tuple(given.hidden),
        lr=given.lr,
        schedule=given.schedule,
        momentum=given.momentum,
        weight_decay=given.weight_decay,
        batch_size=given.batch_size,
        steps=given.steps,
        half_softmax=given.half_softmax,
        seed=given.seed,
    )
    with wandb.init(
        project=given.project,
        name=given.name,
        group=given.group,
        job_type=given.job_type,
        tags=given.tags,
        notes=given.notes,
        config={"dataset": "sklearn/digits", "model": "mlp", **asdict(plan)},
    ) as run:
        run.define_metric("val/accuracy", summary="max")
        run.define_metric("val/loss", summary="min")
        with np.errstate(all="ignore"):  # a run that diverges is shown as it is
            train(run, plan, read_digits())


if __name__ == "__main__":
    main()
