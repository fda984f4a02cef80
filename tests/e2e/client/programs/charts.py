"""Log a table with media in its cells and one chart of each kind; tell what went in."""

from __future__ import annotations

import datetime

import numpy as np
import wandb
from telling import tell

LABELS = ["cat", "dog"]
TRUTH = [0, 1, 1, 0, 1]
ODDS = [[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.7, 0.3], [0.6, 0.4]]
PLAIN = [["a", 1, True, None], ["b", 2.5, False, "ü"], ["c", -3, None, "x,y"]]

with wandb.init(project="charts") as run:
    xy = wandb.Table(columns=["x", "y"], data=[[1, 2], [2, 4], [3, 9]])
    bars = wandb.Table(columns=["label", "value"], data=[["a", 1], ["b", 3]])
    scores = wandb.Table(columns=["score"], data=[[0.1], [0.4], [0.9]])
    charts = {
        "line": wandb.plot.line(xy, "x", "y", title="Line"),
        "scatter": wandb.plot.scatter(xy, "x", "y"),
        "bar": wandb.plot.bar(bars, "label", "value", title="Bar"),
        "histogram": wandb.plot.histogram(scores, "score"),
        "series": wandb.plot.line_series(xs=[0, 1, 2], ys=[[1, 2, 3], [3, 2, 1]], keys=["up", "down"], title="Two"),
        "pr": wandb.plot.pr_curve(TRUTH, ODDS, labels=LABELS),
        "roc": wandb.plot.roc_curve(TRUTH, ODDS, labels=LABELS),
        "confusion": wandb.plot.confusion_matrix(y_true=TRUTH, preds=[0, 1, 1, 0, 0], class_names=LABELS),
        "own": wandb.plot_table("ann/my_chart", xy, {"x": "x", "y": "y"}, {"title": "Own"}),
    }
    run.log(charts)

    pictures = wandb.Table(columns=["id", "picture", "sound of", "when", "vector"])
    for number in range(3):
        pixels = np.full((4, 5, 3), 40 * number, dtype=np.uint8)
        when = datetime.datetime(2026, 1, number + 1, tzinfo=datetime.timezone.utc)
        pictures.add_data(number, wandb.Image(pixels, caption=str(number)), f"n {number}", when, [number, number + 1])
    plain = wandb.Table(columns=["s", "n", "b", "o"], data=PLAIN)
    run.log({"plain": plain, "deep/pictures": pictures})

    growing = wandb.Table(columns=["n"], log_mode="INCREMENTAL")
    for number in range(3):
        growing.add_data(number)
        run.log({"growing": growing})
    path = [run.entity, run.project, run.id]

tell({"path": path, "plain": PLAIN, "charts": sorted(charts)})
