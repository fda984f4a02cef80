"""Charts of classifiers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gnomon.sdk import guard
from gnomon.sdk.plots import classifier as curves
from gnomon.sdk.plots.chart import Visualize, visualize
from gnomon.sdk.plots.simple import BadChart
from gnomon.sdk.plots.sklearn import shared
from gnomon.sdk.plots.sklearn.given import limited, log, needed, plain_table, usable

IMPORTANCES = ("feature_importances_", "feature_log_prob_", "coef_")


def plot_classifier(
    model: Any,
    X_train: Any,
    X_test: Any,
    y_train: Any,
    y_test: Any,
    y_pred: Any,
    y_probas: Any,
    labels: Sequence[str] | None,
    is_binary: bool = False,
    model_name: str = "Classifier",
    feature_names: Sequence[str] | None = None,
    log_learning_curve: bool = False,
) -> None:
    """Log all charts of a fitted classifier: importances of features, confusion matrix, scores, proportions of the
    classes, calibration, ROC and precision-recall curve, and with `log_learning_curve` the learning curve.

    `labels` are the names of classes 0, 1, …; `feature_names` those of the columns of `X_train`. `is_binary` is
    accepted for old scripts: how many classes there are is seen from the data.
    """
    bayes = isinstance(model, needed("sklearn.naive_bayes").MultinomialNB)
    if not bayes:
        plot_feature_importances(model, feature_names)
    if log_learning_curve:
        shared.plot_learning_curve(model, X_train, y_train)
    plot_confusion_matrix(y_test, y_pred, labels)
    shared.plot_summary_metrics(model, X=X_train, y=y_train, X_test=X_test, y_test=y_test)
    plot_class_proportions(y_train, y_test, labels)
    if not bayes:
        plot_calibration_curve(model, X_train, y_train, model_name)
    plot_roc(y_test, y_probas, labels)
    plot_precision_recall(y_test, y_probas, labels)


def plot_roc(
    y_true: Any = None,
    y_probas: Any = None,
    labels: Sequence[str] | None = None,
    plot_micro: bool = True,
    plot_macro: bool = True,
    classes_to_plot: Any = None,
) -> None:
    """Log the ROC curve of each class; see `gnomon.plot.roc_curve`. No averages are drawn, whatever `plot_micro` and
    `plot_macro` say; they are accepted for old scripts.
    """
    log("roc", curves.roc_curve(y_true, y_probas, labels, classes_to_plot))


def plot_precision_recall(
    y_true: Any = None,
    y_probas: Any = None,
    labels: Sequence[str] | None = None,
    plot_micro: bool = True,
    classes_to_plot: Any = None,
) -> None:
    """Log the precision-recall curve of each class; see `gnomon.plot.pr_curve`. No average is drawn, whatever
    `plot_micro` says; it is accepted for old scripts.
    """
    log("precision_recall", curves.pr_curve(y_true, y_probas, labels, classes_to_plot))


def plot_confusion_matrix(
    y_true: Any = None,
    y_pred: Any = None,
    labels: Sequence[str] | None = None,
    true_labels: Sequence[Any] | None = None,
    pred_labels: Sequence[Any] | None = None,
    normalize: bool = False,
) -> None:
    """Log how often each class was taken for which; with `normalize` as parts of each true class.

    `labels` are the names of the classes in order; `true_labels` and `pred_labels` leave out other ones.
    """
    if usable(y_true=y_true, y_pred=y_pred):
        log("confusion_matrix", confusion_matrix(y_true, y_pred, labels, true_labels, pred_labels, normalize))


def plot_feature_importances(
    model: Any = None,
    feature_names: Sequence[str] | None = None,
    title: str = "Feature Importance",
    max_num_features: int = 50,
) -> None:
    """Log how much each feature weighs in a fitted model, the heaviest first, at most `max_num_features` of them.

    The model has `feature_importances_` (trees), `feature_log_prob_` or `coef_`. `title` is accepted for old scripts:
    the chart is named by its key.
    """
    if usable(fitted=model, model=model):
        log("feature_importances", feature_importances(model, feature_names, max_num_features))


def plot_class_proportions(y_train: Any = None, y_test: Any = None, labels: Sequence[str] | None = None) -> None:
    """Log how many samples of each class are in the training and in the test set."""
    if usable(y_train=y_train, y_test=y_test):
        log("class_proportions", class_proportions(y_train, y_test, labels))


def plot_calibration_curve(clf: Any = None, X: Any = None, y: Any = None, clf_name: str = "Classifier") -> None:
    """Log how far the probabilities of a fitted classifier of two classes, 0 and 1, can be taken at their word.

    Compared are a logistic regression and the model with isotonic and sigmoid calibration, all fitted here to a tenth
    of the data and judged by the rest.
    """
    if not usable(fitted=clf, clf=clf, X=X, y=y):
        return
    classes = set(needed("numpy").asarray(y).tolist())
    if not classes <= {0, 1}:
        guard.warn("the calibration curve is not made: it is one of two classes, 0 and 1")
        return
    log("calibration_curve", calibration_curve(clf, X, y, clf_name))


def confusion_matrix(
    truth: Any,
    found: Any,
    labels: Sequence[str] | None = None,
    true_labels: Sequence[Any] | None = None,
    pred_labels: Sequence[Any] | None = None,
    normalize: bool = False,
) -> Visualize:
    """The chart of who was taken for whom."""
    numpy = needed("numpy")
    truth, found = numpy.asarray(truth), numpy.asarray(found)
    counts = needed("sklearn.metrics").confusion_matrix(truth, found)
    names = list(needed("sklearn.utils.multiclass").unique_labels(truth, found) if labels is None else labels)
    if len(names) < len(counts):
        raise BadChart(f"There are {len(names)} labels for {len(counts)} classes")
    if normalize:
        totals = counts.sum(axis=1, keepdims=True)
        counts = numpy.around(counts / numpy.where(totals == 0, 1, totals), decimals=2)
    rows = [
        [names[predicted], names[actual], counts[actual, predicted]]
        for actual in _chosen(names[: len(counts)], true_labels, "true_labels")
        for predicted in _chosen(names[: len(counts)], pred_labels, "pred_labels")
    ]
    table = plain_table(["Predicted", "Actual", "Count"], limited(rows, "confusion_matrix"))
    return visualize("wandb/confusion_matrix/v1", table)


def feature_importances(model: Any, feature_names: Sequence[str] | None = None, most: int = 50) -> Visualize | None:
    """The chart of what weighs how much; None, and a word of why, for a model that does not tell."""
    numpy = needed("numpy")
    name = next((one for one in IMPORTANCES if hasattr(model, one)), None)
    if name is None:
        guard.warn(f"the chart is not made: the model has none of {', '.join(IMPORTANCES)}")
        return None
    weights = numpy.asarray(getattr(model, name))
    if sum(extent > 1 for extent in weights.shape) > 1:
        guard.warn(f"the chart is not made: {name} is of shape {weights.shape}, one weight for each feature is wanted")
        return None
    weights = weights.reshape(-1)
    order = numpy.argsort(weights)[::-1][:most]
    if feature_names is not None and len(feature_names) != len(weights):
        raise BadChart(f"There are {len(feature_names)} names for {len(weights)} features")
    rows = [[at if feature_names is None else feature_names[at], weights[at]] for at in order.tolist()]
    return visualize("wandb/feature_importances/v1", plain_table(["feature_names", "importances"], rows))


def class_proportions(training: Any, test: Any, labels: Sequence[str] | None = None) -> Visualize:
    """The chart of how many samples there are of each class."""
    numpy = needed("numpy")
    sets = {"train": numpy.asarray(training), "test": numpy.asarray(test)}
    classes = needed("sklearn.utils.multiclass").unique_labels(*sets.values())
    rows = []
    for one in classes:
        name = one
        if labels is not None and numpy.issubdtype(type(one), numpy.integer):
            if not 0 <= one < len(labels):
                raise BadChart(f"The class {one} has no label; there are {len(labels)} labels")
            name = labels[one]
        rows += [[name, which, int((values == one).sum())] for which, values in sets.items()]
    table = plain_table(["class", "dataset", "count"], limited(rows, "class_proportions", 2000))
    return visualize("wandb/class_proportions/v1", table)


def calibration_curve(model: Any, features: Any, truth: Any, model_name: str) -> Visualize:
    """The chart of predicted against real probabilities."""
    numpy, calibration = needed("numpy"), needed("sklearn.calibration")
    if isinstance(model, needed("sklearn.naive_bayes").ComplementNB):
        features = features - features.min()
    training, test, y_training, y_test = needed("sklearn.model_selection").train_test_split(
        features, numpy.asarray(truth), test_size=0.9, random_state=42
    )
    compared = {
        "Logistic": needed("sklearn.linear_model").LogisticRegression(C=1.0),
        f"{model_name} Isotonic": calibration.CalibratedClassifierCV(model, cv=2, method="isotonic"),
        f"{model_name} Sigmoid": calibration.CalibratedClassifierCV(model, cv=2, method="sigmoid"),
    }
    rows: list[list[Any]] = [["Perfectly calibrated", 0, 0, 0, 0], ["Perfectly calibrated", 1, 1, 0, 0]]
    for name, one in compared.items():
        one.fit(training, y_training)
        chances = one.predict_proba(test)[:, 1]
        counts, edges = numpy.histogram(chances, bins=10)
        real, predicted = calibration.calibration_curve(y_test, chances, n_bins=10)
        for at in range(len(real)):
            rows.append([name, round(float(real[at]), 3), round(float(predicted[at]), 3), counts[at], edges[at]])
    columns = ["model", "fraction_of_positives", "mean_predicted_value", "hist_dict", "edge_dict"]
    return visualize("wandb/calibration/v1", plain_table(columns, rows))


def _chosen(names: Sequence[Any], wanted: Sequence[Any] | None, what: str) -> list[int]:
    """The places of the wanted classes, all where none are named. Raises BadChart for one that is not there."""
    if wanted is None:
        return list(range(len(names)))
    strange = [one for one in wanted if one not in names]
    if strange:
        raise BadChart(f"{what} has {strange}, which are none of the classes {list(names)}")
    return [place for place, name in enumerate(names) if name in wanted]
