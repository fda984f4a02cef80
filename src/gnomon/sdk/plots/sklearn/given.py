"""What the charts are given: is it there, is it of the right kind, was the model fitted. What is not is said, once."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from gnomon.sdk import guard
from gnomon.sdk.errors import UsageError
from gnomon.sdk.tables.table import Table

CHART_LIMIT = 1000
"""A chart shows that many points; the rest is left out, and that is said."""

_ARRAYS = frozenset({"X", "X_test", "y", "y_test", "y_true", "y_pred", "y_train", "y_probas"})
_FEATURES = frozenset({"X", "X_test"})


def needed(module: str) -> Any:
    """A module of scikit-learn or numpy. Raises UsageError where it is not installed."""
    try:
        return import_module(module)
    except ImportError:
        package = "scikit-learn" if module.startswith("sklearn") else module.partition(".")[0]
        raise UsageError(f"Charts of models need the package {package} (pip install {package})") from None


def usable(*, fitted: Any = None, **given: Any) -> bool:
    """Whether a chart can be made of these, by the names users know; `fitted` is a model that has to be fitted."""
    fine = True
    for name, value in given.items():
        why = _why_not(name, value)
        if why:
            guard.warn(f"the chart is not made: {name} {why}")
            fine = False
    if fine and fitted is not None and not is_fitted(fitted):
        guard.warn("the chart is not made: the model is not fitted; call fit() first")
        fine = False
    return fine


def is_fitted(model: Any) -> bool:
    """Whether fit() was called."""
    try:
        needed("sklearn.utils.validation").check_is_fitted(model)
    except needed("sklearn.exceptions").NotFittedError:
        return False
    except TypeError:  # not an estimator of scikit-learn; it may be one all the same
        return True
    return True


def limited(rows: list[list[Any]], chart: str, limit: int = CHART_LIMIT) -> list[list[Any]]:
    """At most `limit` rows; says so where there are more."""
    if len(rows) > limit:
        guard.warn(f"the chart {chart} is drawn of the first {limit} of {len(rows)} points")
    return rows[:limit]


def log(key: str, chart: Any) -> None:
    """Log a chart to the active run. None is not logged: why it was not made was said."""
    if chart is not None:
        import gnomon

        gnomon.log({key: chart})


def plain_table(columns: list[str], rows: list[list[Any]]) -> Table:
    """A table of numbers of numpy's as plain ones."""
    return Table(columns=columns, data=[[_plain(value) for value in row] for row in rows])


def _why_not(name: str, value: Any) -> str:
    if value is None:
        return "is None"
    if name in _ARRAYS and not isinstance(value, Iterable) and not hasattr(value, "toarray"):
        return f"is not an array but a {type(value).__name__}"
    if name in _FEATURES:
        return _features_why_not(value)
    base: Any = needed("sklearn.base") if name in ("model", "clf", "regressor", "clusterer") else None
    if name == "model" and not base.is_classifier(value) and not base.is_regressor(value):
        return "is neither a classifier nor a regressor"
    if name == "clf" and not base.is_classifier(value):
        return "is not a classifier"
    if name == "regressor" and not base.is_regressor(value):
        return "is not a regressor"
    if name == "clusterer" and not _is_clusterer(base, value):
        return "is not a clusterer"
    return ""


def _features_why_not(value: Any) -> str:
    numpy = needed("numpy")
    values = numpy.asarray(value.toarray() if hasattr(value, "toarray") else value)
    if values.dtype.kind not in "biufc":
        try:
            values = values.astype(float)
        except (TypeError, ValueError):
            return "contains values that are not numbers; encode them first"
    missing = int(numpy.isnan(values).sum())
    return f"contains {missing} missing values" if missing else ""


def _is_clusterer(base: Any, model: Any) -> bool:
    if hasattr(base, "is_clusterer"):
        return bool(base.is_clusterer(model))
    return getattr(model, "_estimator_type", None) == "clusterer"


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
