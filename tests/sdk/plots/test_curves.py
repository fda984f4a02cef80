"""Curves of a classifier: the same as scikit-learn's, with and without numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from gnomon.sdk.plots import curves

SAMPLES = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0])), min_size=2).filter(
    lambda samples: len({positive for positive, _ in samples}) == 2
)


@given(SAMPLES)
def test_both_ways_of_counting_agree(samples: list[tuple[bool, float]]) -> None:
    positive, scores = [one for one, _ in samples], [score for _, score in samples]
    assert curves.counts(positive, scores) == curves.counts_of_lists(positive, scores)


@given(SAMPLES)
def test_the_roc_curve_is_that_of_scikit_learn(samples: list[tuple[bool, float]]) -> None:
    positive, scores = [one for one, _ in samples], [score for _, score in samples]
    alarms, hits, _ = metrics.roc_curve(positive, scores)
    found_alarms, found_hits = curves.roc(positive, scores)
    assert found_alarms == pytest.approx(alarms.tolist())
    assert found_hits == pytest.approx(hits.tolist())


@given(SAMPLES)
def test_precision_and_recall_are_those_of_scikit_learn(samples: list[tuple[bool, float]]) -> None:
    positive, scores = [one for one, _ in samples], [score for _, score in samples]
    precision, recall, _ = metrics.precision_recall_curve(positive, scores)
    found_precision, found_recall = curves.precision_recall(positive, scores)
    assert found_precision == pytest.approx(precision.tolist())
    assert found_recall == pytest.approx(recall.tolist())


@given(SAMPLES, st.integers(2, 30))
def test_precision_at_a_recall_is_the_best_with_at_least_that(samples: list[tuple[bool, float]], size: int) -> None:
    positive, scores = [one for one, _ in samples], [score for _, score in samples]
    recalls = curves.linspace(size)
    precision, recall = curves.precision_recall(positive, scores)
    for wanted, found in zip(recalls, curves.interpolated_precision(positive, scores, recalls), strict=True):
        # What comes before the lowest recall that suffices has at least as much recall.
        assert found in precision
        assert found == max(
            p for p, r in zip(precision, recall, strict=True) if r >= min(r for r in recall if r >= wanted)
        )


def test_recalls_are_evenly_spread() -> None:
    assert curves.linspace(21) == np.linspace(0, 1, 21)[::-1].tolist()
    assert curves.linspace(1) == [0.0]


def test_without_any_positives_the_rate_is_unknown() -> None:
    _, hits = curves.roc([False, False], [0.1, 0.9])
    assert all(rate != rate for rate in hits)


def test_values_are_listed_whatever_holds_them() -> None:
    class Tensor:
        def detach(self) -> Tensor:
            return self

        def cpu(self) -> Tensor:
            return self

        def tolist(self) -> list[int]:
            return [1, 2]

    assert curves.listed(Tensor()) == [1, 2]
    assert curves.listed(np.array([[1, 2]])) == [[1, 2]]
    assert curves.listed([np.float32(0.5), np.array([1, 2]), (3, np.int64(4))]) == [0.5, [1, 2], [3, 4]]
