"""Charts of regressors."""

from __future__ import annotations

from typing import Any

from gnomon.sdk.plots.chart import Visualize, visualize
from gnomon.sdk.plots.sklearn import shared
from gnomon.sdk.plots.sklearn.given import limited, log, needed, plain_table, usable

MOST_RESIDUALS = 100
"""Points of each of the two sets."""


def plot_regressor(
    model: Any, X_train: Any, X_test: Any, y_train: Any, y_test: Any, model_name: str = "Regressor"
) -> None:
    """Log all charts of a fitted regressor: scores, learning curve, outlier candidates, residuals. The model is fitted
    again for them. `model_name` is accepted for old scripts: no chart names the model.
    """
    shared.plot_summary_metrics(model, X_train, y_train, X_test, y_test)
    shared.plot_learning_curve(model, X_train, y_train)
    plot_outlier_candidates(model, X_train, y_train)
    plot_residuals(model, X_train, y_train)


def plot_outlier_candidates(regressor: Any = None, X: Any = None, y: Any = None) -> None:
    """Log how much each sample pulls the fit towards itself (Cook's distance). The model is fitted to all of them."""
    if usable(fitted=regressor, regressor=regressor, X=X, y=y):
        log("outlier_candidates", outlier_candidates(regressor, X, y))


def plot_residuals(regressor: Any = None, X: Any = None, y: Any = None) -> None:
    """Log how far predictions are off, on four fifths of the data that the model is fitted to, and on the rest."""
    if usable(fitted=regressor, regressor=regressor, X=X, y=y):
        log("residuals", residuals(regressor, X, y))


def outlier_candidates(model: Any, features: Any, truth: Any) -> Visualize:
    """The chart of each sample's influence. Samples that alone decide the fit have an infinite one."""
    numpy = needed("numpy")
    truth = numpy.asarray(truth)
    model.fit(features, truth)
    values = numpy.asarray(features.toarray() if hasattr(features, "toarray") else features, dtype=float)
    leverage = (values * numpy.linalg.pinv(values).T).sum(1)
    freedom = values.shape[0] - numpy.linalg.matrix_rank(values)
    off = truth - model.predict(features)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        error = numpy.dot(off, off) / freedom
        student = off / numpy.sqrt(error) / numpy.sqrt(1 - leverage)
        distance = student**2 / values.shape[1] * leverage / (1 - leverage)
    threshold = 4 / values.shape[0]
    percentage = round(float((distance >= threshold).mean()) * 100.0, 3)
    rows = [[one, number, percentage, threshold] for number, one in enumerate(distance)]
    columns = ["distance", "instance_indicies", "outlier_percentage", "influence_threshold"]
    return visualize("wandb/outliers/v1", plain_table(columns, limited(rows, "outlier_candidates")))


def residuals(model: Any, features: Any, truth: Any) -> Visualize:
    """The chart of predictions and how far off they are."""
    training, test, y_training, y_test = needed("sklearn.model_selection").train_test_split(
        features, needed("numpy").asarray(truth), test_size=0.2
    )
    model.fit(training, y_training)
    scores = [float(model.score(training, y_training)), float(model.score(test, y_test))]
    rows: list[list[Any]] = []
    for name, values, actual in (("train", training, y_training), ("test", test, y_test)):
        predicted = model.predict(values)
        points = [[name, one, one - real, *scores] for one, real in zip(predicted, actual, strict=True)]
        rows += limited(points, f"residuals ({name})", MOST_RESIDUALS)
    columns = ["dataset", "y_pred", "residuals", "train_score", "test_score"]
    return visualize("wandb/residuals_plot/v1", plain_table(columns, rows))
