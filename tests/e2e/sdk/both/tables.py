"""Tables of every kind of column, and charts."""

import datetime

import numpy as np
import pandas
import wandb

chance = np.random.default_rng(0)
pixels = chance.integers(0, 256, (6, 7, 3), dtype=np.uint8)
run = wandb.init(project="both", id="tables", name="tables")
run.log(
    {
        "plain": wandb.Table(
            columns=["s", "n", "f", "b", "o"], data=[["a", 1, 0.5, True, None], ["b", 2, 1.5, False, "x"]]
        )
    }
)
typed = wandb.Table(columns=["n", "word"], dtype=[int, str])
typed.add_data(1, "one")
typed.add_data(None, "none")
run.log({"typed": typed})
mixed = wandb.Table(columns=["any"], allow_mixed_types=True)
mixed.add_data(1)
mixed.add_data("text")
run.log({"mixed": mixed})
grown = wandb.Table(columns=["x"], data=[[1], [2]])
grown.add_column("y", [0.5, 1.5])
grown.add_column("array", np.arange(2))
run.log({"grown": grown})
frame = pandas.DataFrame(
    {"i": [1, 2], "f": [0.5, float("nan")], "s": ["a", "b"], "d": pandas.to_datetime(["2026-01-01", "2026-01-02"])}
)
run.log({"frame": wandb.Table(dataframe=frame), "bare frame": frame[["i", "s"]]})
run.log({"numbers": wandb.Table(columns=["v"], data=[[float("inf")], [float("nan")], [2**60]])})
run.log({"lists": wandb.Table(columns=["l", "d"], data=[[[1, 2], {"x": 1}], [[3], {"x": 2}]])})
run.log({"times": wandb.Table(columns=["t"], data=[[datetime.datetime(2026, 1, 2, 3, 4, 5)]])})
run.log(
    {
        "shown": wandb.Table(
            columns=["id", "image"], data=[[1, wandb.Image(pixels)], [2, wandb.Image(255 - pixels, caption="two")]]
        )
    }
)
run.log({"line": wandb.plot.line(wandb.Table(data=[[0, 1.0], [1, 2.0]], columns=["x", "y"]), "x", "y", title="a line")})
run.log({"scatter": wandb.plot.scatter(wandb.Table(data=[[0, 1.0]], columns=["x", "y"]), "x", "y")})
run.log(
    {"bar": wandb.plot.bar(wandb.Table(data=[["a", 1]], columns=["label", "value"]), "label", "value", title="bars")}
)
run.log({"hist": wandb.plot.histogram(wandb.Table(data=[[0.5], [0.7]], columns=["score"]), "score", title="scores")})
run.log(
    {
        "series": wandb.plot.line_series(
            xs=[0, 1, 2], ys=[[1, 2, 3], [3, 2, 1]], keys=["up", "down"], title="two", xname="t"
        )
    }
)
likely = [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]]
run.log({"roc": wandb.plot.roc_curve([0, 1, 0, 1], likely, labels=["no", "yes"])})
run.log({"pr": wandb.plot.pr_curve([0, 1, 0, 1], likely, labels=["no", "yes"])})
run.log({"confusion": wandb.plot.confusion_matrix(y_true=[0, 1, 1], preds=[0, 1, 0], class_names=["no", "yes"])})
own = wandb.Table(data=[[1, 2]], columns=["a", "b"])
run.log({"own": wandb.plot_table("someone/chart", own, {"x": "a", "y": "b"}, {"title": "mine"})})
run.finish()
