"""Curves of a classifier: how many true and false alarms for each threshold. Pure; numpy counts where it is loaded.

Thresholds are the distinct scores, from the highest down; a sample is called positive from its score on.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple


class Counts(NamedTuple):
    """For each threshold: samples called positive that are (`hits`), and that are not (`alarms`)."""

    hits: list[int]
    alarms: list[int]


def counts(positive: Sequence[bool], scores: Sequence[float]) -> Counts:
    """What each threshold calls positive. NaN scores come last."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and len(scores):
        return _counts_of_arrays(numpy, numpy.asarray(positive, dtype=bool), numpy.asarray(scores, dtype=float))
    return counts_of_lists(positive, scores)


def counts_of_lists(positive: Sequence[bool], scores: Sequence[float]) -> Counts:
    """The same without numpy."""
    order = sorted(range(len(scores)), key=lambda at: -scores[at] if scores[at] == scores[at] else float("inf"))
    hits, alarms = [], []
    hit = alarm = 0
    for place, at in enumerate(order):
        if positive[at]:
            hit += 1
        else:
            alarm += 1
        if place + 1 == len(order) or scores[order[place + 1]] != scores[at]:
            hits.append(hit)
            alarms.append(alarm)
    return Counts(hits, alarms)


def _counts_of_arrays(numpy: Any, positive: Any, scores: Any) -> Counts:
    order = numpy.argsort(-scores, kind="stable")
    ordered = scores[order]
    ends = numpy.append(numpy.nonzero(ordered[1:] != ordered[:-1])[0], len(ordered) - 1)
    hits = numpy.cumsum(positive[order])[ends]
    return Counts(hits.tolist(), (ends + 1 - hits).tolist())


def roc(positive: Sequence[bool], scores: Sequence[float]) -> tuple[list[float], list[float]]:
    """False and true positive rates, from (0, 0) to (1, 1), without the points on a straight line between others.

    A rate of nothing (there are no negatives, or no positives) is NaN.
    """
    found = counts(positive, scores)
    kept = [
        place
        for place in range(len(found.hits))
        if place in (0, len(found.hits) - 1) or _bends(found.hits, place) or _bends(found.alarms, place)
    ]
    hits = [0, *(found.hits[place] for place in kept)]
    alarms = [0, *(found.alarms[place] for place in kept)]
    return _rates(alarms), _rates(hits)


def precision_recall(positive: Sequence[bool], scores: Sequence[float]) -> tuple[list[float], list[float]]:
    """Precision and recall from the lowest threshold up; the last point is (1, 0)."""
    found = counts(positive, scores)
    total = found.hits[-1] if found.hits else 0
    precision = [hit / (hit + alarm) for hit, alarm in zip(found.hits, found.alarms, strict=True)]
    recall = [hit / total if total else 1.0 for hit in found.hits]
    return [*precision[::-1], 1.0], [*recall[::-1], 0.0]


def interpolated_precision(positive: Sequence[bool], scores: Sequence[float], recalls: Sequence[float]) -> list[float]:
    """The best precision with at least each of these recalls."""
    precision, recall = precision_recall(positive, scores)
    best: list[float] = []
    for value in precision:
        best.append(max(value, best[-1]) if best else value)
    best.reverse()
    recall.reverse()
    return [best[min(bisect_left(recall, wanted), len(best) - 1)] for wanted in recalls]


def linspace(size: int) -> list[float]:
    """`size` numbers from 1 down to 0."""
    if size < 2:
        return [0.0] * size
    return [place * (1.0 / (size - 1)) if place < size - 1 else 1.0 for place in range(size)][::-1]


def listed(values: Any) -> list[Any]:
    """A list of plain values from whatever holds them: a list, an array, a series, a tensor."""
    for step in ("detach", "cpu"):
        if callable(getattr(values, step, None)):
            values = getattr(values, step)()
    for step in ("tolist", "to_list"):
        if callable(getattr(values, step, None)):
            return list(getattr(values, step)())
    if hasattr(values, "to_numpy"):  # a data frame
        return list(values.to_numpy().tolist())
    return [_item(value) for value in values]


def _item(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_item(inner) for inner in value]
    return listed(value) if getattr(value, "shape", ()) != () else value.item() if hasattr(value, "item") else value


def _bends(values: list[int], at: int) -> bool:
    return values[at + 1] - values[at] != values[at] - values[at - 1]


def _rates(values: list[int]) -> list[float]:
    total = values[-1]
    return [value / total if total else float("nan") for value in values]
