"""Charts of scikit-learn's models: under which keys they are logged, and that they say the truth."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import cluster, datasets, ensemble, linear_model, metrics, model_selection, naive_bayes

import gnomon
from gnomon import sklearn as charts
from gnomon.sdk.errors import UsageError
from gnomon.sdk.plots.sklearn import classifier, clusterer, regressor, shared
from tests.sdk.conftest import rows


@pytest.fixture
def run(alone: Path) -> Any:
    """An offline run."""
    return gnomon.init(mode="offline", project="p")


def keys(run: Any) -> list[str]:
    return [key for row in rows(run.sync_dir) for key in row if key != "_step"]


@pytest.fixture(scope="module")
def classified() -> Any:
    """A forest that tells two classes apart, and what it was fitted to and tried on."""
    features, truth = datasets.make_classification(200, 5, random_state=0)
    split = model_selection.train_test_split(features, truth, random_state=0)
    return ensemble.RandomForestClassifier(5, random_state=0).fit(split[0], split[2]), *split


@pytest.fixture(scope="module")
def regressed() -> Any:
    """A ridge regression, and what it was fitted to and tried on."""
    features, truth = datasets.make_regression(120, 4, noise=3, random_state=0)
    split = model_selection.train_test_split(features, truth, random_state=0)
    return linear_model.Ridge().fit(split[0], split[2]), *split


@pytest.fixture(scope="module")
def clustered() -> Any:
    """KMeans of three blobs."""
    features, _ = datasets.make_blobs(90, random_state=0)
    model = cluster.KMeans(3, n_init=1, random_state=0)
    return model.fit(features), features


def test_a_classifier_has_all_its_charts(run: Any, classified: Any) -> None:
    model, train, test, y_train, y_test = classified
    charts.plot_classifier(
        model, train, test, y_train, y_test, model.predict(test), model.predict_proba(test), ["no", "yes"],
        model_name="Forest", feature_names=list("abcde"), log_learning_curve=True,
    )  # fmt: skip
    assert keys(run) == [
        "feature_importances", "learning_curve", "confusion_matrix", "summary_metrics", "class_proportions",
        "calibration_curve", "roc_table", "precision_recall_table",
    ]  # fmt: skip


def test_a_regressor_has_all_its_charts(run: Any, regressed: Any) -> None:
    model, train, test, y_train, y_test = regressed
    charts.plot_regressor(model, train, test, y_train, y_test, "Ridge")
    assert keys(run) == ["summary_metrics", "learning_curve", "outlier_candidates", "residuals"]


def test_a_clusterer_has_all_its_charts(run: Any, clustered: Any) -> None:
    model, features = clustered
    charts.plot_clusterer(model, features, model.labels_, ["a", "b", "c"])
    others = cluster.AgglomerativeClustering(3).fit(features)
    charts.plot_clusterer(others, features, others.labels_)
    assert keys(run) == ["elbow_curve", "silhouette_plot", "silhouette_plot"]


def test_scores_are_those_of_scikit_learn(classified: Any, regressed: Any) -> None:
    model, _, test, _, y_test = classified
    chart = shared.summary_metrics(model, test, y_test)
    scores = {name: value for name, value, _ in chart.table.data}
    assert scores["accuracy_score"] == round(metrics.accuracy_score(y_test, model.predict(test)), 2)
    assert chart.table.data[0][2] == "RandomForestClassifier"
    model, _, test, _, y_test = regressed
    scores = {name: value for name, value, _ in shared.summary_metrics(model, test, y_test).table.data}
    assert scores["mae"] == round(metrics.mean_absolute_error(y_test, model.predict(test)), 2)
    assert set(scores) == {"mae", "mse", "r2_score"}


def test_the_confusion_matrix_says_what_is_what() -> None:
    truth, found = [0, 0, 0, 1], [0, 1, 1, 1]
    table = classifier.confusion_matrix(truth, found, ["cat", "dog"]).table
    assert table.columns == ["Predicted", "Actual", "Count"]
    assert {(predicted, actual): count for predicted, actual, count in table.data} == {
        ("cat", "cat"): 1,
        ("dog", "cat"): 2,
        ("cat", "dog"): 0,
        ("dog", "dog"): 1,
    }
    parts = classifier.confusion_matrix(truth, found, normalize=True).table.data
    assert [count for *_, count in parts] == [0.33, 0.67, 0.0, 1.0]
    some = classifier.confusion_matrix(truth, found, ["cat", "dog"], true_labels=["cat"]).table.data
    assert [row[1] for row in some] == ["cat", "cat"]
    with pytest.raises(UsageError, match=r"pred_labels has \['cow'\]"):
        classifier.confusion_matrix(truth, found, ["cat", "dog"], pred_labels=["cow"])


def test_the_heaviest_features_come_first(classified: Any, said: list[str]) -> None:
    model = classified[0]
    chart = classifier.feature_importances(model, list("abcde"), most=2)
    assert chart is not None
    order = np.argsort(model.feature_importances_)[::-1]
    assert chart.table.get_column("feature_names") == ["abcde"[at] for at in order[:2]]
    assert chart.table.get_column("importances") == pytest.approx(model.feature_importances_[order[:2]].tolist())
    assert classifier.feature_importances(naive_bayes.GaussianNB()) is None
    assert any("none of feature_importances_" in line for line in said)


def test_proportions_count_each_class_in_both_sets() -> None:
    table = classifier.class_proportions([0, 0, 1], [1, 2], ["a", "b", "c"]).table
    assert table.data == [
        ["a", "train", 2], ["a", "test", 0], ["b", "train", 1], ["b", "test", 1], ["c", "train", 0], ["c", "test", 1],
    ]  # fmt: skip


def test_calibration_is_of_two_classes(run: Any, classified: Any, said: list[str]) -> None:
    model, train, _, y_train, _ = classified
    chart = classifier.calibration_curve(model, train, y_train, "Forest")
    assert set(chart.table.get_column("model")) == {
        "Perfectly calibrated", "Logistic", "Forest Isotonic", "Forest Sigmoid",
    }  # fmt: skip
    charts.plot_calibration_curve(model, train, y_train + 5)
    assert keys(run) == []
    assert any("two classes, 0 and 1" in line for line in said)


def test_the_elbow_falls_with_the_number_of_clusters(clustered: Any) -> None:
    model, features = clustered
    table = clusterer.elbow_curve(model, features, [3, 1]).table
    (few, large, _), (many, small, secs) = table.data
    assert (few, many) == (1, 3)
    assert small < large
    assert secs >= 0
    assert clusterer.elbow_curve(model, features, [1], show_cluster_time=False).table.data[0][2] is None


def test_the_silhouette_has_each_sample_with_its_own_score(clustered: Any) -> None:
    model, features = clustered
    table = clusterer.silhouette(model, features, model.labels_, ["a", "b", "c"]).table
    scores = metrics.silhouette_samples(features, model.labels_)
    by_place = {(row[0], row[1]): (row[7], row[8]) for row in table.data}
    assert len(by_place) == len(features)
    for (x, y), label, score in zip(features, model.labels_, scores, strict=True):
        assert by_place[x, y] == (pytest.approx(score), "abc"[label])


def test_residuals_are_what_predictions_are_off(regressed: Any) -> None:
    model, train, _, y_train, _ = regressed
    table = regressor.residuals(model, train, y_train).table
    assert set(table.get_column("dataset")) == {"train", "test"}
    off = dict(zip(model.predict(train).round(9).tolist(), (model.predict(train) - y_train).tolist(), strict=True))
    assert all(off[round(row[1], 9)] == pytest.approx(row[2]) for row in table.data)


def test_a_sample_that_is_far_off_is_an_outlier(regressed: Any) -> None:
    model, train, _, y_train, _ = regressed
    truth = np.array(y_train)
    truth[7] += 1000
    table = regressor.outlier_candidates(model, train, truth).table
    assert max(table.data, key=lambda row: row[0])[1] == 7


def test_what_cannot_be_drawn_is_said_and_not_logged(run: Any, classified: Any, said: list[str]) -> None:
    model, train, test, y_train, y_test = classified
    charts.plot_summary_metrics(linear_model.Ridge(), train, y_train, test, y_test)
    charts.plot_residuals(model, train, y_train)
    charts.plot_learning_curve(model, [["x"]], [1])
    charts.plot_learning_curve(model, [[float("nan")]], [1])
    charts.plot_confusion_matrix(None, [1])
    charts.plot_confusion_matrix([1], 5)
    charts.plot_silhouette(model, train, y_train)
    charts.plot_elbow_curve(linear_model.Ridge(), train)
    charts.plot_roc(None, None)
    assert keys(run) == []
    text = "\n".join(said)
    for why in (
        "not fitted", "regressor is not a regressor", "not numbers", "1 missing values", "y_true is None",
        "y_pred is not an array", "clusterer is not a clusterer", "no n_clusters",
    ):  # fmt: skip
        assert why in text


def test_long_tables_are_cut_and_that_is_said(said: list[str]) -> None:
    truth = np.arange(40)
    table = classifier.confusion_matrix(truth, truth).table
    assert len(table) == 1000
    assert any("first 1000 of 1600 points" in line for line in said)


@pytest.mark.parametrize("name", sorted(charts.__all__))
def test_each_helper_can_be_called_by_name(name: str) -> None:
    parameters = list(inspect.signature(getattr(charts, name)).parameters)
    assert parameters[: len(_FIRST[name])] == _FIRST[name]


_FIRST = {
    "plot_calibration_curve": ["clf", "X", "y", "clf_name"],
    "plot_class_proportions": ["y_train", "y_test", "labels"],
    "plot_classifier": [
        "model", "X_train", "X_test", "y_train", "y_test", "y_pred", "y_probas", "labels", "is_binary", "model_name",
        "feature_names", "log_learning_curve",
    ],
    "plot_clusterer": ["model", "X_train", "cluster_labels", "labels", "model_name"],
    "plot_confusion_matrix": ["y_true", "y_pred", "labels", "true_labels", "pred_labels", "normalize"],
    "plot_elbow_curve": ["clusterer", "X", "cluster_ranges", "n_jobs", "show_cluster_time"],
    "plot_feature_importances": ["model", "feature_names", "title", "max_num_features"],
    "plot_learning_curve": [
        "model", "X", "y", "cv", "shuffle", "random_state", "train_sizes", "n_jobs", "scoring",
    ],
    "plot_outlier_candidates": ["regressor", "X", "y"],
    "plot_precision_recall": ["y_true", "y_probas", "labels", "plot_micro", "classes_to_plot"],
    "plot_regressor": ["model", "X_train", "X_test", "y_train", "y_test", "model_name"],
    "plot_residuals": ["regressor", "X", "y"],
    "plot_roc": ["y_true", "y_probas", "labels", "plot_micro", "plot_macro", "classes_to_plot"],
    "plot_silhouette": ["clusterer", "X", "cluster_labels", "labels", "metric", "kmeans"],
    "plot_summary_metrics": ["model", "X", "y", "X_test", "y_test"],
}  # fmt: skip
