"""Charts of clusterers."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from gnomon.sdk import guard
from gnomon.sdk.plots.chart import Visualize, visualize
from gnomon.sdk.plots.sklearn.given import limited, log, needed, plain_table, usable


def plot_clusterer(
    model: Any,
    X_train: Any,
    cluster_labels: Any,
    labels: Sequence[Any] | None = None,
    model_name: str = "Clusterer",
) -> None:
    """Log all charts of a fitted clusterer: silhouette, and of KMeans the elbow curve.

    `cluster_labels` is the cluster of each sample. `model_name` is accepted for old scripts: no chart names the model.
    """
    kmeans = isinstance(model, needed("sklearn.cluster").KMeans)
    if kmeans:
        plot_elbow_curve(model, X_train)
    plot_silhouette(model, X_train, cluster_labels, labels=labels, kmeans=kmeans)


def plot_elbow_curve(
    clusterer: Any = None,
    X: Any = None,
    cluster_ranges: Iterable[int] | None = None,
    n_jobs: int | None = 1,
    show_cluster_time: bool = True,
) -> None:
    """Fit the model with more and more clusters (1, 3, … 9), and log what each leaves unexplained, and how long it took
    (None without `show_cluster_time`).
    """
    if clusterer is not None and not hasattr(clusterer, "n_clusters"):
        guard.warn("the elbow curve is not made: the model has no n_clusters")
        return
    if usable(fitted=clusterer, clusterer=clusterer, X=X):
        log("elbow_curve", elbow_curve(clusterer, X, cluster_ranges, n_jobs, show_cluster_time))


def plot_silhouette(
    clusterer: Any = None,
    X: Any = None,
    cluster_labels: Any = None,
    labels: Sequence[Any] | None = None,
    metric: str = "euclidean",
    kmeans: bool = True,
) -> None:
    """Log how much nearer each sample is to its own cluster than to the next: from -1, misplaced, to 1.

    `cluster_labels` is the cluster of each sample, `labels` the names of clusters 0, 1, …; with `kmeans` the model
    knows the centres of its clusters.
    """
    if usable(fitted=clusterer, clusterer=clusterer, X=X, cluster_labels=cluster_labels):
        log("silhouette_plot", silhouette(clusterer, X, cluster_labels, labels, metric, kmeans))


def elbow_curve(
    model: Any,
    features: Any,
    cluster_ranges: Iterable[int] | None = None,
    n_jobs: int | None = 1,
    show_cluster_time: bool = True,
) -> Visualize:
    """The chart of errors over numbers of clusters."""
    sizes = range(1, 10, 2) if cluster_ranges is None else sorted(cluster_ranges)
    joblib = needed("joblib")
    scored = joblib.Parallel(n_jobs=n_jobs)(joblib.delayed(_scored)(model, features, size) for size in sizes)
    rows = [
        [size, abs(float(score)), secs if show_cluster_time else None]
        for size, (score, secs) in zip(sizes, scored, strict=True)
    ]
    return visualize("wandb/elbow/v1", plain_table(["cluster_ranges", "errors", "clustering_time"], rows))


def silhouette(
    model: Any,
    features: Any,
    cluster_labels: Any,
    labels: Sequence[Any] | None = None,
    metric: str = "euclidean",
    kmeans: bool = True,
) -> Visualize:
    """The chart of how well each sample lies in its cluster."""
    numpy, metrics = needed("numpy"), needed("sklearn.metrics")
    values = numpy.asarray(features.toarray() if hasattr(features, "toarray") else features)
    second = values[:, 1] if values.shape[1] > 1 else numpy.zeros(len(values))
    found, clusters = numpy.unique(numpy.asarray(cluster_labels), return_inverse=True)
    average = float(metrics.silhouette_score(values, clusters, metric=metric))
    scores = metrics.silhouette_samples(values, clusters, metric=metric)
    centres = getattr(model, "cluster_centers_", None) if kmeans else None
    rows: list[list[Any]] = []
    lower = 10
    for cluster, name in enumerate(found.tolist()):
        shown = labels[name] if labels is not None and isinstance(name, int) and 0 <= name < len(labels) else name
        known = centres is not None and isinstance(name, int) and 0 <= name < len(centres)
        centre = [float(value) for value in centres[name][:2]] if known and centres is not None else [None, None]
        members = numpy.nonzero(clusters == cluster)[0]
        for height, at in enumerate(members[numpy.argsort(scores[members])], lower):
            rows.append(
                [values[at, 0], second[at], shown, centre[0], centre[-1], height, 0, scores[at], shown, average]
            )
        lower += len(members) + 10
    columns = ["x", "y", "colors", "centerx", "centery", "y_sil", "x1", "x2", "color_sil", "silhouette_avg"]
    return visualize("wandb/silhouette_/v1", plain_table(columns, limited(rows, "silhouette")))


def _scored(model: Any, features: Any, clusters: int) -> tuple[float, float]:
    started = time.monotonic()
    fresh = needed("sklearn.base").clone(model)
    fresh.n_clusters = clusters
    fresh.fit(features)
    return float(fresh.score(features)), time.monotonic() - started
