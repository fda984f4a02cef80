"""From tutorial 000, block 7: every argument of `Image` that its signature there names."""

import numpy as np

import gnomon as wandb

wandb.init(project="images")
pixels = np.random.default_rng(1).integers(0, 256, (48, 64, 3), dtype=np.uint8)
classes = wandb.Classes([{"id": 0, "name": "ground"}, {"id": 1, "name": "car"}])
half = np.zeros((48, 64), dtype=np.uint8)
half[:, 32:] = 1
picture = wandb.Image(
    pixels,
    mode="RGB",
    caption="all that may be said of a picture",
    grouping=1,
    classes=classes,
    boxes={
        "predictions": {
            "box_data": [
                {"position": {"minX": 0.1, "maxX": 0.4, "minY": 0.2, "maxY": 0.5}, "class_id": 1, "box_caption": "car"}
            ],
            "class_labels": {0: "ground", 1: "car"},
        }
    },
    masks={"predictions": {"mask_data": half, "class_labels": {0: "ground", 1: "car"}}},
)
wandb.log({"picture": picture})
wandb.finish()
