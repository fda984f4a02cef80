"""Charts of any model that predicts: its scores, and how they grow with the data."""

from __future__ import annotations

from typing import Any

from gnomon.sdk.plots.chart import Visualize, visualize
from gnomon.sdk.plots.sklearn.given import CHART_LIMIT, limited, log, needed, plain_table, usable


def plot_summary_metrics(
    model: Any = None, X: Any = None, y: Any = None, X_test: Any = None, y_test: Any = None
) -> None:
    """Log the scores of a fitted model on the test set: of a classifier accuracy, precision, recall and F1; of a
    regressor mean absolute and squared error and R².
    """
    if usable(fitted=model, model=model, X=X, y=y, X_test=X_test, y_test=y_test):
        log("summary_metrics", summary_metrics(model, X_test, y_test))


def plot_learning_curve(
    model: Any = None,
    X: Any = None,
    y: Any = None,
    cv: Any = None,
    shuffle: bool = False,
    random_state: Any = None,
    train_sizes: Any = None,
    n_jobs: int | None = 1,
    scoring: Any = None,
) -> None:
    """Fit the model to more and more of the data, and log its score over how much it was.

    What `cv`, `train_sizes` and the others are is said at `sklearn.model_selection.learning_curve`.
    """
    if usable(model=model, X=X, y=y):
        log("learning_curve", learning_curve(model, X, y, cv, shuffle, random_state, train_sizes, n_jobs, scoring))


def summary_metrics(model: Any, features: Any, truth: Any) -> Visualize:
    """The chart of a model's scores."""
    metrics, base = needed("sklearn.metrics"), needed("sklearn.base")
    truth = needed("numpy").asarray(truth)
    found = model.predict(features)
    if base.is_classifier(model):
        scores = {
            "accuracy_score": metrics.accuracy_score(truth, found),
            "precision": metrics.precision_score(truth, found, average="weighted", zero_division=0),
            "recall": metrics.recall_score(truth, found, average="weighted", zero_division=0),
            "f1_score": metrics.f1_score(truth, found, average="weighted", zero_division=0),
        }
    else:
        scores = {
            "mae": metrics.mean_absolute_error(truth, found),
            "mse": metrics.mean_squared_error(truth, found),
            "r2_score": metrics.r2_score(truth, found),
        }
    rows = [[name, round(float(score), 2), type(model).__name__] for name, score in scores.items()]
    return visualize("wandb/metrics/v1", plain_table(["metric_name", "metric_value", "model_name"], rows))


def learning_curve(
    model: Any,
    features: Any,
    truth: Any,
    cv: Any = None,
    shuffle: bool = False,
    random_state: Any = None,
    train_sizes: Any = None,
    n_jobs: int | None = 1,
    scoring: Any = None,
) -> Visualize:
    """The chart of a model's scores over the size of what it was fitted to."""
    numpy = needed("numpy")
    sizes, training, test = needed("sklearn.model_selection").learning_curve(
        model,
        features,
        numpy.asarray(truth),
        cv=cv,
        n_jobs=n_jobs,
        train_sizes=numpy.linspace(0.1, 1.0, 5) if train_sizes is None else train_sizes,
        scoring=scoring,
        shuffle=shuffle,
        random_state=random_state,
    )
    rows: list[list[Any]] = []
    for size, trained, tested in zip(sizes, training.mean(axis=1), test.mean(axis=1), strict=True):
        rows.append(["train", round(float(trained), 2), size])
        rows.append(["test", round(float(tested), 2), size])
    rows = limited(rows, "learning_curve", CHART_LIMIT)
    return visualize("wandb/learning_curve/v1", plain_table(["dataset", "score", "train_size"], rows))
