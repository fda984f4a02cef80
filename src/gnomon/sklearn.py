"""Charts of scikit-learn's models, made and logged to the active run in one call.

`plot_classifier`, `plot_regressor` and `plot_clusterer` log all that there are; the others one each.
"""

from gnomon.sdk.plots.sklearn.classifier import (
    plot_calibration_curve,
    plot_class_proportions,
    plot_classifier,
    plot_confusion_matrix,
    plot_feature_importances,
    plot_precision_recall,
    plot_roc,
)
from gnomon.sdk.plots.sklearn.clusterer import plot_clusterer, plot_elbow_curve, plot_silhouette
from gnomon.sdk.plots.sklearn.regressor import plot_outlier_candidates, plot_regressor, plot_residuals
from gnomon.sdk.plots.sklearn.shared import plot_learning_curve, plot_summary_metrics

__all__ = [
    "plot_calibration_curve",
    "plot_class_proportions",
    "plot_classifier",
    "plot_clusterer",
    "plot_confusion_matrix",
    "plot_elbow_curve",
    "plot_feature_importances",
    "plot_learning_curve",
    "plot_outlier_candidates",
    "plot_precision_recall",
    "plot_regressor",
    "plot_residuals",
    "plot_roc",
    "plot_silhouette",
    "plot_summary_metrics",
]
