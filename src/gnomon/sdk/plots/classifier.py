"""Charts of how well a classifier does: ROC and precision-recall curves, confusion matrices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gnomon.sdk import guard
from gnomon.sdk.plots import curves
from gnomon.sdk.plots.chart import CustomChart, plot_table
from gnomon.sdk.plots.simple import BadChart
from gnomon.sdk.tables.table import Table
from gnomon.sdk.values.media import refusing

CURVE = "wandb/area-under-curve/v0"


@refusing
def roc_curve(
    y_true: Any = None,
    y_probas: Any = None,
    labels: Sequence[str] | None = None,
    classes_to_plot: Iterable[Any] | None = None,
    title: str = "ROC Curve",
    split_table: bool = False,
) -> CustomChart | None:
    """True over false positive rate for each threshold, a curve for each class.

    `y_true` are N classes, `y_probas` N×classes probabilities or scores, their columns in the order of the sorted
    classes (N scores of the second class, where there are two). `labels` are the names of classes 0, 1, …;
    `classes_to_plot` leaves others out. None, and a word of why, where one of the first two is missing.
    """
    if _missing(y_true=y_true, y_probas=y_probas):
        return None
    data: list[list[Any]] = []
    chosen = _classes(y_true, y_probas, labels, classes_to_plot)
    for name, positive, scores in chosen:
        alarms, hits = curves.roc(positive, scores)
        points = [[name, _thousandths(x), _thousandths(y)] for x, y in zip(alarms, hits, strict=True)]
        data += _thinned(points, len(chosen))
    return plot_table(
        CURVE,
        Table(columns=["class", "fpr", "tpr"], data=data),
        {"x": "fpr", "y": "tpr", "class": "class"},
        {"title": title, "x-axis-title": "False positive rate", "y-axis-title": "True positive rate"},
        split_table,
    )


@refusing
def pr_curve(
    y_true: Any = None,
    y_probas: Any = None,
    labels: Sequence[str] | None = None,
    classes_to_plot: Iterable[Any] | None = None,
    interp_size: int = 21,
    title: str = "Precision-Recall Curve",
    split_table: bool = False,
) -> CustomChart | None:
    """Precision over recall at `interp_size` recalls from 1 to 0, a curve for each class; else as `roc_curve`."""
    if _missing(y_true=y_true, y_probas=y_probas):
        return None
    recalls = curves.linspace(interp_size)
    data: list[list[Any]] = []
    chosen = _classes(y_true, y_probas, labels, classes_to_plot)
    for name, positive, scores in chosen:
        precision = curves.interpolated_precision(positive, scores, recalls)
        points = [[name, _thousandths(y), _thousandths(x)] for x, y in zip(recalls, precision, strict=True)]
        data += _thinned(points, len(chosen))
    return plot_table(
        CURVE,
        Table(columns=["class", "precision", "recall"], data=data),
        {"x": "recall", "y": "precision", "class": "class"},
        {"title": title, "x-axis-title": "Recall", "y-axis-title": "Precision"},
        split_table,
    )


@refusing
def confusion_matrix(
    probs: Any = None,
    y_true: Any = None,
    preds: Any = None,
    class_names: Sequence[str] | None = None,
    title: str = "Confusion Matrix Curve",
    split_table: bool = False,
) -> CustomChart:
    """How often each class was taken for which.

    `y_true` are N classes; what was predicted is either `preds`, N classes, or `probs`, N×classes probabilities, of
    which the largest counts. `class_names` are the names of classes 0, 1, … (`Class_1`, … without them). Raises
    UsageError where both or neither are given, the lengths differ or a class has no name.
    """
    if (probs is None) == (preds is None):
        raise BadChart("A confusion matrix is made of `probs` or of `preds`, and not of both")
    if y_true is None:
        raise BadChart("A confusion matrix needs `y_true`")
    truth = curves.listed(y_true)
    found = curves.listed(preds) if probs is None else [_largest(row) for row in curves.listed(probs)]
    if len(found) != len(truth):
        raise BadChart(f"There are {len(found)} predictions for {len(truth)} true classes")
    names, places = _places(truth, found, class_names)
    counts = [[0.0] * len(names) for _ in names]
    for actual, predicted in zip(truth, found, strict=True):
        counts[places[actual]][places[predicted]] += 1
    return plot_table(
        "wandb/confusion_matrix/v1",
        Table(
            columns=["Actual", "Predicted", "nPredictions"],
            data=[
                [actual, predicted, counts[row][column]]
                for row, actual in enumerate(names)
                for column, predicted in enumerate(names)
            ],
        ),
        {"Actual": "Actual", "Predicted": "Predicted", "nPredictions": "nPredictions"},
        {"title": title},
        split_table,
    )


def _missing(**given: Any) -> bool:
    """Whether one of these is missing; says which."""
    absent = [name for name, value in given.items() if value is None]
    for name in absent:
        guard.warn(f"{name} is None; the chart is not made")
    return bool(absent)


def _classes(
    y_true: Any, y_probas: Any, labels: Sequence[str] | None, classes_to_plot: Iterable[Any] | None
) -> list[tuple[Any, list[bool], list[float]]]:
    """For each class to plot its name, which samples are of it, and their scores. Raises BadChart."""
    truth, scores = curves.listed(y_true), curves.listed(y_probas)
    if len(truth) != len(scores):
        raise BadChart(f"There are scores of {len(scores)} samples for {len(truth)} true classes")
    classes = sorted(set(truth))
    if scores and not isinstance(scores[0], list):
        if len(classes) > 2:
            raise BadChart(f"y_probas has one score a sample; for {len(classes)} classes it is N×{len(classes)}")
        scores = [[1 - score, score] for score in scores]
    width = min(map(len, scores), default=0)
    wanted = None if classes_to_plot is None else set(curves.listed(classes_to_plot))
    found = []
    for place, one in enumerate(classes):
        if wanted is not None and one not in wanted:
            continue
        if place >= width:
            raise BadChart(f"y_probas has {width} columns for the {len(classes)} classes {classes}")
        found.append((_name(one, labels), [value == one for value in truth], [row[place] for row in scores]))
    return found


def _name(one: Any, labels: Sequence[str] | None) -> Any:
    if labels is None or type(one) is not int:
        return one
    if not 0 <= one < len(labels):
        raise BadChart(f"The class {one} has no label; there are {len(labels)} labels")
    return curves.listed([labels[one]])[0]


def _places(
    truth: Sequence[Any], found: Sequence[Any], class_names: Sequence[str] | None
) -> tuple[list[Any], dict[Any, int]]:
    """The names of the classes in order, and the place of each class that occurs."""
    present = {*truth, *found}
    if class_names is None:
        places = {one: place for place, one in enumerate(sorted(present))}
        return [f"Class_{place + 1}" for place in range(len(places))], places
    names = curves.listed(class_names)
    places = {one: place for place, one in enumerate(names)} | {place: place for place in range(len(names))}
    nameless = sorted(str(one) for one in present if one not in places)
    if nameless:
        raise BadChart(f"The {len(names)} class names have none for {', '.join(nameless[:10])}")
    return names, places


def _largest(row: Any) -> int:
    values = list(row)
    return max(range(len(values)), key=values.__getitem__)


def _thousandths(value: float) -> float:
    return round(value * 1000) / 1000 if value == value else value


def _thinned(points: list[list[Any]], curves_in_all: int) -> list[list[Any]]:
    """At most as many points as charts are drawn of, evenly over the curve, its ends among them."""
    most = max(2, Table.MAX_ROWS // max(1, curves_in_all))
    if len(points) <= most:
        return points
    guard.warn_once("curve points", f"a curve of {len(points)} points is drawn of {most} of them")
    return [points[round(place * (len(points) - 1) / (most - 1))] for place in range(most)]
