"""From tutorial 004, block 8: boxes over a picture, by fractions and by pixels, in two groups."""

import numpy as np

import gnomon as wandb

wandb.init(project="boxes")
image = np.random.default_rng(0).integers(0, 256, (240, 320, 3), dtype=np.uint8)
class_id_to_label = {
    1: "car",
    2: "road",
    3: "building",
}
img = wandb.Image(
    image,
    boxes={
        "predictions": {
            "box_data": [
                {
                    # one box expressed in the default relative/fractional domain
                    "position": {"minX": 0.1, "maxX": 0.2, "minY": 0.3, "maxY": 0.4},
                    "class_id": 2,
                    "box_caption": class_id_to_label[2],
                    "scores": {"acc": 0.1, "loss": 1.2},
                },
                {
                    # another box expressed in the pixel domain
                    "position": {"middle": [150, 20], "width": 68, "height": 112},
                    "domain": "pixel",
                    "class_id": 3,
                    "box_caption": "a building",
                    "scores": {"acc": 0.5, "loss": 0.7},
                },
                # Log as many boxes an as needed
            ],
            "class_labels": class_id_to_label,
        },
        # Log each meaningful group of boxes with a unique key name
        "ground_truth": {
            "box_data": [
                {"position": {"minX": 0.1, "maxX": 0.3, "minY": 0.3, "maxY": 0.4}, "class_id": 2},
            ],
            "class_labels": class_id_to_label,
        },
    },
)
wandb.log({"driving_scene": img})
wandb.finish()
