"""Pictures, boxes, histograms, point clouds, tables and custom charts, with the official client.

    python examples/client/media_and_charts.py

Where it logs to is said by WANDB_BASE_URL and WANDB_API_KEY.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import wandb
from PIL import Image

random = np.random.default_rng(1)
run = wandb.init(project="tutorial-media")

# Pictures: from arrays, from PIL, from a file, several at once.
array = random.integers(low=0, high=256, size=(100, 100, 3), dtype=np.uint8)
run.log({"examples": wandb.Image(array, caption="Top: Output, Bottom: Input")})
fields = [random.integers(low=0, high=256, size=(100, 100, 3), dtype=np.uint8) for _ in range(3)]
run.log({"random fields": [wandb.Image(field, caption=f"random field {at}") for at, field in enumerate(fields)]})
run.log({"from PIL": [wandb.Image(Image.fromarray(field)) for field in fields]})
Image.fromarray(array).convert("RGB").save("myimage.jpg")
run.log({"from a file": wandb.Image("myimage.jpg")})
run.log({"masks": {"true": wandb.Image(array), "pred": wandb.Image(255 - array)}})

# Boxes around what is to be seen.
class_id_to_label = {1: "car", 2: "road", 3: "building"}
boxes = {
    "predictions": {
        "box_data": [
            {
                "position": {"minX": 0.1, "maxX": 0.2, "minY": 0.3, "maxY": 0.4},
                "class_id": 2,
                "box_caption": class_id_to_label[2],
                "scores": {"acc": 0.1, "loss": 1.2},
            },
            {
                "position": {"middle": [50, 20], "width": 68, "height": 12},
                "domain": "pixel",
                "class_id": 3,
                "box_caption": "a building",
                "scores": {"acc": 0.5, "loss": 0.7},
            },
        ],
        "class_labels": class_id_to_label,
    }
}
run.log({"driving_scene": wandb.Image(array, boxes=boxes)})

# Histograms, text as HTML.
grads = random.random(1000)
run.log({"gradients": wandb.Histogram(np_histogram=np.histogram(grads, density=True, range=(0.0, 1.0)))})
run.log({"loss": 0.314, "epoch": 5, "logits": wandb.Histogram(grads), "captions": wandb.Html("<i>a caption</i>")})

# Things in space.
Path("sample.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
with open("sample.obj") as sample:
    run.log({"generated_samples": [wandb.Object3D(sample)]})
run.log({"point_cloud": wandb.Object3D(np.column_stack([random.random((9, 3)), random.integers(0, 256, (9, 3))]))})
unit = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
scene = {
    "type": "lidar/beta",
    "points": np.array([[0.4, 1, 1.3], [1, 1, 1], [1.2, 1, 1.2]]),
    "boxes": np.array(
        [
            {"corners": unit.tolist(), "label": "Box", "color": [123, 321, 111]},
            {"corners": (2 * unit).tolist(), "label": "Box-2", "color": [111, 321, 0]},
        ]
    ),
    "vectors": np.array([{"start": [0, 0, 0], "end": [0.1, 0.2, 0.5]}]),
}
run.log({"point_scene": wandb.Object3D(scene)})

# Tables, and charts made of them.
run.log({"Table Name": wandb.Table(columns=["a", "b"], data=[["a1", "b1"], ["a2", "b2"]])})
points = wandb.Table(columns=["x", "y"], data=[[x, x * x] for x in range(10)])
run.log({"my_custom_plot_id": wandb.plot.line(points, "x", "y", title="Custom Y vs X Line Plot")})
run.log({"my_scatter": wandb.plot.scatter(points, "x", "y")})
bars = wandb.Table(columns=["label", "value"], data=[["one", 1], ["two", 2]])
run.log({"my_bar_chart_id": wandb.plot.bar(bars, "label", "value", title="Custom Bar Chart")})
scores = wandb.Table(columns=["scores"], data=[[score] for score in grads[:50]])
run.log({"my_histogram": wandb.plot.histogram(scores, "scores", title="Histogram")})
series = wandb.plot.line_series(
    xs=[0, 1, 2, 3, 4],
    ys=[[10, 20, 30, 40, 50], [0.5, 11, 72, 3, 41]],
    keys=["metric Y", "metric Z"],
    title="Two Random Metrics",
    xname="x units",
)
run.log({"my_custom_id": series})

run.finish()
