"""The client's plots of scikit-learn's models: a classifier, a regressor, a clusterer."""

from __future__ import annotations

import warnings

import numpy as np
import wandb
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression, Ridge
from telling import tell

warnings.simplefilter("ignore")
random = np.random.default_rng(1)
x = random.normal(size=(60, 3))
y = (x[:, 0] > 0).astype(int)
z = x @ [1.0, 2.0, 3.0]
classifier = LogisticRegression().fit(x[:40], y[:40])
regressor = Ridge().fit(x[:40], z[:40])
with wandb.init(project="sklearn") as run:
    wandb.sklearn.plot_classifier(
        classifier, x[:40], x[40:], y[:40], y[40:], classifier.predict(x[40:]), classifier.predict_proba(x[40:]),
        labels=["no", "yes"], model_name="logistic", feature_names=["a", "b", "c"],
    )  # fmt: skip
    wandb.sklearn.plot_regressor(regressor, x[:40], x[40:], z[:40], z[40:], model_name="ridge")
    wandb.sklearn.plot_elbow_curve(KMeans(n_init=1).fit(x), x, cluster_ranges=[1, 2, 3])
    wandb.sklearn.plot_silhouette(KMeans(n_clusters=2, n_init=1).fit(x), x, labels=["near", "far"])
    path = [run.entity, run.project, run.id]
tell({"path": path})
