"""From tutorial 004, blocks 13 to 17: a line, points, bars, a histogram and several lines, as charts of tables."""

import gnomon as wandb

wandb.init(project="charts")
x_values, y_values = [0, 1, 2, 3], [0.0, 1.0, 4.0, 9.0]
data: list[list[object]] = [[x, y] for (x, y) in zip(x_values, y_values, strict=True)]
table = wandb.Table(data=data, columns=["x", "y"])
wandb.log({"my_custom_plot_id": wandb.plot.line(table, "x", "y", title="Custom Y vs X Line Plot")})

class_x_scores, class_y_scores = [0.1, 0.5, 0.9], [0.9, 0.4, 0.2]
data = [[x, y] for (x, y) in zip(class_x_scores, class_y_scores, strict=True)]
table = wandb.Table(data=data, columns=["class_x", "class_y"])
wandb.log({"my_custom_id": wandb.plot.scatter(table, "class_x", "class_y")})

labels, values = ["car", "road", "building"], [3, 1, 2]
data = [[label, val] for (label, val) in zip(labels, values, strict=True)]
table = wandb.Table(data=data, columns=["label", "value"])
wandb.log({"my_bar_chart_id": wandb.plot.bar(table, "label", "value", title="Custom Bar Chart")})

scores = [0.1, 0.2, 0.2, 0.7]
data = [[s] for s in scores]
table = wandb.Table(data=data, columns=["scores"])
wandb.log({"my_histogram": wandb.plot.histogram(table, "scores", title="Histogram")})

wandb.log(
    {
        "my_lines": wandb.plot.line_series(
            xs=[0, 1, 2, 3, 4],
            ys=[[10, 20, 30, 40, 50], [0.5, 11, 72, 3, 41]],
            keys=["metric Y", "metric Z"],
            title="Two Random Metrics",
            xname="x units",
        )
    }
)
wandb.finish()
