"""Classification of handwritten digits: three widths, three seeds each, and one run that goes wrong."""

from __future__ import annotations

import contextlib
import io
import itertools
import math
import sys
import traceback
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import joblib  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

import gnomon
from gnomon.demo import scenes, source

PROJECT = "digits"
GUESSING = math.log(10)
"""The loss of who has no idea which of ten digits it is."""
NAMES = [str(digit) for digit in range(10)]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """What one run tries; logged as its config."""

    arch: str
    hidden: tuple[int, ...]
    lr: float = 0.02
    alpha: float = 1e-4
    batch_size: int = 64
    epochs: int = 24
    seed: int = 0


WIDTHS = {"narrow": (24,), "wide": (160,), "deep": (64, 64, 64)}


def plans(quick: bool) -> Iterator[tuple[Plan, str, tuple[str, ...]]]:
    """Each plan with what somebody would have noted, and tags."""
    notes = {
        "narrow": "How little is enough? 24 units see most digits right.",
        "wide": "Reference. More width than 1,347 digits can fill.",
        "deep": "Three thin layers: slower to start, no better in the end.",
    }
    epochs = 4 if quick else 24
    for arch, hidden in WIDTHS.items():
        for seed in range(1 if quick else 3):
            tags = ("baseline",) if arch == "wide" else ()
            yield Plan(arch, hidden, epochs=epochs, seed=seed), notes[arch], tags
    yield (
        Plan("wide", WIDTHS["wide"], lr=0.8, epochs=6, seed=7),
        "A learning rate someone typed with the point one place too far right. Worse than guessing for an epoch.",
        ("broken",),
    )


def seed(quick: bool = False) -> Iterator[str]:
    """Train all runs; says what it does, one line a run."""
    data = load_digits()
    x, y = data.data / 16.0, data.target
    parts = train_test_split(x, y, test_size=0.25, stratify=y, random_state=0)
    for number, (plan, notes, tags) in enumerate(plans(quick), start=1):
        name = f"{plan.arch}-s{plan.seed}" if plan.lr == Plan.lr else "typo-in-lr"
        yield f"{PROJECT}: training {name}"
        with gnomon.init(
            project=PROJECT, name=name, group=plan.arch, tags=list(tags), notes=notes, job_type="train",
            config={"dataset": "sklearn/digits", **asdict(plan)},
        ) as run:  # fmt: skip
            source.keep(run, __file__)
            run.define_metric("val/accuracy", summary="max", goal="maximize")
            run.define_metric("val/loss", summary="min", goal="minimize")
            if number == 1:
                run.log_artifact(_dataset(x, y))
            else:
                run.use_artifact("digits-data:latest")
            with np.errstate(all="ignore"):
                _train(run, plan, *parts, quick=quick)
    yield f"{PROJECT}: a run that fails, and one that reads pages with the model of another"
    _fail(*parts)
    scenes.look(PROJECT, quick)


def _fail(train_x: Array, val_x: Array, train_y: Array, val_y: Array) -> None:
    """Someone forgot to lay the pixels in a row; the traceback stands in the log of the run."""
    with (
        contextlib.suppress(ValueError),
        gnomon.init(
            project=PROJECT, name="forgot-to-flatten", group="wide", job_type="train", tags=["broken"],
            notes="Validation got pictures of 8 × 8 pixels; the network takes rows of 64.",
            config={"dataset": "sklearn/digits", **asdict(Plan("wide", WIDTHS["wide"], epochs=1))},
        ) as run,
    ):  # fmt: skip
        source.keep(run, __file__)
        model = MLPClassifier(WIDTHS["wide"], solver="sgd", learning_rate_init=0.02, random_state=0)
        for step in range(20):
            chosen = slice(64 * step, 64 * (step + 1))
            model.partial_fit(train_x[chosen], train_y[chosen], classes=np.arange(10))
            run.log({"train/loss": float(model.loss_), "epoch": 0}, step=step)
        print("epoch 1/1 done, validating")
        try:
            model.predict(val_x.reshape(-1, 8, 8))
        except ValueError:
            traceback.print_exc()
            raise


def _train(run: Any, plan: Plan, train_x: Array, val_x: Array, train_y: Array, val_y: Array, *, quick: bool) -> None:
    rng = np.random.default_rng(plan.seed)
    model = MLPClassifier(
        plan.hidden, solver="sgd", learning_rate_init=plan.lr, alpha=plan.alpha, momentum=0.9, random_state=plan.seed
    )
    step, best, risen_at = 0, 0.0, 0
    row: dict[str, Any]
    run.log({"model": _graph(plan)}, step=0)
    print(f"{len(train_x)} digits to learn from, {len(val_x)} to be judged by")
    for epoch in range(plan.epochs):
        order = rng.permutation(len(train_x))
        for start in range(0, len(order) - plan.batch_size, plan.batch_size):
            chosen = order[start : start + plan.batch_size]
            try:
                model.partial_fit(train_x[chosen], train_y[chosen], classes=np.arange(10))
            except ValueError as error:  # scikit-learn refuses to go on from weights that are no numbers
                run.log({"train/loss": math.nan, "epoch": epoch}, step=step)
                run.alert("The loss is no number", f"{error}", level="ERROR")
                print(f"\x1b[31mstep {step}: the weights are no finite numbers any more\x1b[0m", file=sys.stderr)
                return
            loss = float(model.loss_)
            if loss > 1.5 * GUESSING:
                run.alert("Worse than guessing", f"Loss {loss:.3g} at step {step}, lr {plan.lr:g}.", level="ERROR")
            sure = model.predict_proba(train_x[chosen])
            row = {"train/loss": loss, "train/accuracy": float((sure.argmax(axis=1) == train_y[chosen]).mean())}
            row["train/confidence"] = float(sure[np.arange(len(chosen)), train_y[chosen]].mean())
            row |= {"optim/lr": plan.lr, "epoch": epoch}
            row["optim/weight_norm"] = math.sqrt(sum(float(np.vdot(w, w)) for w in model.coefs_))
            run.log(row, step=step)
            step += 1
        likelihood = np.clip(model.predict_proba(val_x), 1e-12, 1)
        said = likelihood.argmax(axis=1)
        accuracy = float((said == val_y).mean())
        row = {
            "val/loss": float(-np.log(likelihood[np.arange(len(val_y)), val_y]).mean()),
            "val/accuracy": accuracy,
            "val/f1": float(f1_score(val_y, said, average="macro")),
            **{f"recall/digit_{digit}": float((said[val_y == digit] == digit).mean()) for digit in range(10)},
            **{
                f"parameters/layer_{at}.weight": gnomon.Histogram(weights.ravel())
                for at, weights in enumerate(model.coefs_)
            },
        }
        if plan.seed == 0 and epoch % 8 == 7:
            row["eval/predictions"] = _table(likelihood, said, val_x, val_y, 60)
        if epoch % 4 == 3 or epoch == plan.epochs - 1:
            row |= _pictures(likelihood, said, val_x, val_y)
        run.log(row, step=step - 1)
        _bar(epoch + 1, plan.epochs, float(model.loss_), accuracy)
        if accuracy > best + 0.002:
            risen_at = epoch
        elif epoch - risen_at == 8:
            text = f"{best:.3f} since epoch {risen_at + 1}; now it is {epoch + 1}."
            run.alert("Accuracy has not risen for eight epochs", text, level="INFO")
        best = max(best, accuracy)
    run.summary["best/accuracy"] = best
    _finish(run, model, plan, val_x, val_y, quick=quick)


def _bar(done: int, all: int, loss: float, accuracy: float) -> None:
    """A bar that is drawn over itself, as training scripts do."""
    filled = round(24 * done / all)
    bar = "█" * filled + "░" * (24 - filled)
    print(f"\r\x1b[36m{done:3d}/{all}\x1b[0m {bar} loss {loss:.4f} acc \x1b[32m{accuracy:.3f}\x1b[0m", end="",
          file=sys.stderr)  # fmt: skip
    if done == all:
        print(file=sys.stderr)


def _picture(pixels: Array, caption: str) -> Any:
    grey = (255 * (1 - pixels.reshape(8, 8))).astype(np.uint8)
    return gnomon.Image(np.kron(grey, np.ones((12, 12), np.uint8)), caption=caption)


def _pictures(likelihood: Array, said: Array, val_x: Array, val_y: Array) -> dict[str, Any]:
    hard = np.argsort(likelihood[np.arange(len(val_y)), val_y])[:12]
    return {
        "samples/hard_cases": [
            _picture(val_x[i], f"said {said[i]} ({likelihood[i, said[i]]:.0%}), is {val_y[i]}") for i in hard
        ],
        "samples/first": [_picture(val_x[i], str(said[i])) for i in range(8)],
    }


def _finish(run: Any, model: MLPClassifier, plan: Plan, val_x: Array, val_y: Array, *, quick: bool) -> None:
    """What is looked at when a run is over: a table, curves, a matrix, a cloud, the model itself."""
    likelihood = model.predict_proba(val_x)
    said = likelihood.argmax(axis=1)
    table = _table(likelihood, said, val_x, val_y, 60 if quick else 300)
    flat = PCA(3, random_state=0).fit_transform(_hidden(model, val_x))
    cloud = np.column_stack([flat, val_y + 1])
    run.log(
        {
            "eval/predictions": table,
            "eval/confusion": gnomon.plot.confusion_matrix(
                y_true=val_y.tolist(), preds=said.tolist(), class_names=NAMES
            ),
            "eval/roc": gnomon.plot.roc_curve(val_y.tolist(), likelihood.tolist(), labels=NAMES),
            "eval/pr": gnomon.plot.pr_curve(val_y.tolist(), likelihood.tolist(), labels=NAMES),
            "eval/embedding": gnomon.Object3D(cloud),
            "eval/notes": gnomon.Html(_report(val_y, said)),
        }
    )
    with TemporaryDirectory() as folder:
        path = Path(folder, "model.joblib")
        joblib.dump(model, path)
        artifact = gnomon.Artifact(f"digits-{plan.arch}", type="model", metadata={"hidden": list(plan.hidden)})
        artifact.add_file(str(path))
        run.log_artifact(artifact, aliases=["latest", f"seed-{plan.seed}"])


def _table(likelihood: Array, said: Array, val_x: Array, val_y: Array, count: int) -> Any:
    table = gnomon.Table(columns=["id", "picture", "is", "said", "sure", *(f"p{digit}" for digit in NAMES)])
    for i in range(min(count, len(val_y))):
        table.add_data(
            i, _picture(val_x[i], ""), int(val_y[i]), int(said[i]), float(likelihood[i, said[i]]),
            *(round(float(p), 4) for p in likelihood[i]),
        )  # fmt: skip
    return table


def _graph(plan: Plan) -> Any:
    """The layers, under the names that their histograms have."""
    graph = gnomon.Graph()
    sizes = (64, *plan.hidden, len(NAMES))
    before = graph.add_node(id="pixels", name="pixels", class_name="Input(64)", output_shape=[plan.batch_size, 64])
    for at, (into, out) in enumerate(itertools.pairwise(sizes)):
        last = at == len(sizes) - 2
        node = graph.add_node(
            id=f"layer_{at}", name=f"layer_{at}", class_name=f"Dense({into}, {out}, {'softmax' if last else 'relu'})",
            output_shape=[plan.batch_size, out], parameters=[["weight", [into, out]], ["bias", [out]]],
            num_parameters=[into * out, out], is_output=last,
        )  # fmt: skip
        graph.add_edge(before, node)
        before = node
    return graph


def _hidden(model: MLPClassifier, x: Array) -> Array:
    """What the last hidden layer puts out."""
    for weights, bias in zip(model.coefs_[:-1], model.intercepts_[:-1], strict=True):
        x = np.maximum(x @ weights + bias, 0)
    return x


def _report(is_digit: Array, said: Array) -> str:
    out = io.StringIO()
    out.write("<h3>Digits most often mistaken</h3><table border=1 cellpadding=4><tr><th>is<th>said<th>times</tr>")
    pairs: dict[tuple[int, int], int] = {}
    for a, b in zip(is_digit.tolist(), said.tolist(), strict=True):
        if a != b:
            pairs[a, b] = pairs.get((a, b), 0) + 1
    for (a, b), times in sorted(pairs.items(), key=lambda item: -item[1])[:8]:
        out.write(f"<tr><td>{a}<td>{b}<td>{times}</tr>")
    return out.getvalue() + "</table>"


def _dataset(x: Array, y: Array) -> Any:
    artifact = gnomon.Artifact("digits-data", type="dataset", description="1,797 scanned digits of 8 x 8 pixels")
    with TemporaryDirectory() as folder:
        for name, values in (("pixels.npy", x), ("labels.npy", y)):
            np.save(Path(folder, name), values)
            artifact.add_file(str(Path(folder, name)))
    return artifact
